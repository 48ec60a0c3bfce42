/**
 * Migrations as they are written down: names, versions, kinds, statements, which may run on which
 * schema, and which downs lie between two releases.
 *
 * <p>Pure: no Vert.x, no JSON, no clock, no random, no logging. May know {@code release} and
 * nothing else.
 */
@NullMarked
package dev.ripcord.migration;

import org.jspecify.annotations.NullMarked;
