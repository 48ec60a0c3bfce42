/**
 * Judges health: one sample becomes a reading: healthy, a breach, or unknown.
 *
 * <p>Pure: no Vert.x, no JSON, no clock, no random, no logging. May know {@code release} and
 * nothing else.
 */
@NullMarked
package dev.ripcord.health;

import org.jspecify.annotations.NullMarked;
