/**
 * Which migrations a command applies, reverts, repairs or takes as the baseline.
 *
 * <p>Pure. May know {@code migration}, {@code migration.file} and {@code migration.sql}.
 */
@NullMarked
package dev.ripcord.migration.selection;

import org.jspecify.annotations.NullMarked;
