/**
 * Watches services: owns the timers, polls, drives the watches and performs their effects.
 *
 * <p>Knows the ports and the pure packages. Holds no SQL, speaks no HTTP.
 */
@NullMarked
package dev.ripcord.engine;

import org.jspecify.annotations.NullMarked;
