package dev.ripcord.port;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The time, as an argument.
 *
 * @param wall the time of day, for what is written down
 * @param nanos a clock that never goes back, in nanoseconds, for how long something took
 */
public record Clocks(InstantSource wall, LongSupplier nanos) {}
