/**
 * What differs between the configuration that runs and the one that was read anew: pure, knows
 * {@code config} and {@code config.file} only.
 */
@NullMarked
package dev.ripcord.config.change;

import org.jspecify.annotations.NullMarked;
