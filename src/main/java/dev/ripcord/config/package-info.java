/**
 * Text to settings: reads the YAML file and the environment into records, or tells every problem at
 * once with line and column, the value found, the rule and the nearest valid key.
 *
 * <p>Settings are immutable and hold no state. Knows the pure rooms only.
 */
@NullMarked
package dev.ripcord.config;

import org.jspecify.annotations.NullMarked;
