/**
 * The state machine of a watch: readings and what people ask become states, notices and an outcome.
 *
 * <p>Pure: no Vert.x, no JSON, no clock, no random, no logging. Time is an argument. May know
 * {@code health} and {@code release} and nothing else.
 */
@NullMarked
package dev.ripcord.watch;

import org.jspecify.annotations.NullMarked;
