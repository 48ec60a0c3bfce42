/**
 * The nouns of a migration: version, kind, history, savepoint.
 *
 * <p>Pure, as are the packages below it that are not named otherwise: no Vert.x, no JSON, no clock,
 * no random, no logging.
 */
@NullMarked
package dev.ripcord.migration;

import org.jspecify.annotations.NullMarked;
