/**
 * Judges health: a sample becomes a reading, readings become a streak, a streak becomes a verdict.
 *
 * <p>Pure: no Vert.x, no JSON, no clock, no random, no logging. Time is an argument. May know
 * {@code release} and nothing else.
 */
@NullMarked
package dev.ripcord.watch;

import org.jspecify.annotations.NullMarked;
