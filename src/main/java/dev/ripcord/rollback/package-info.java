/**
 * Plans a rollback as data, refuses what must not run, and drives the run step by step.
 *
 * <p>Pure: no Vert.x, no JSON, no clock, no random, no logging. Time is an argument. May know
 * {@code release} and the nouns of {@code migration} and nothing else.
 */
@NullMarked
package dev.ripcord.rollback;

import org.jspecify.annotations.NullMarked;
