/**
 * Settings: immutable records that the rest of the program is built from.
 *
 * <p>Knows the pure packages only.
 */
@NullMarked
package dev.ripcord.config;

import org.jspecify.annotations.NullMarked;
