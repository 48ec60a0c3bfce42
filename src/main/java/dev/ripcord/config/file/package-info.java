/**
 * Reads the YAML file and the environment into settings, or reports every problem at once with line
 * and column, the value found, the rule and the nearest valid key.
 *
 * <p>Knows {@code config} and the pure packages only.
 */
@NullMarked
package dev.ripcord.config.file;

import org.jspecify.annotations.NullMarked;
