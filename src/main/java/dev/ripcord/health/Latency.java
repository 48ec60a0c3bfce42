package dev.ripcord.health;

import java.util.OptionalDouble;

/**
 * How long answers took, to the last byte, in seconds. A percentile that was not measured is empty.
 *
 * @param p50 the median
 * @param p95 the 95th percentile
 * @param p99 the 99th percentile
 */
public record Latency(OptionalDouble p50, OptionalDouble p95, OptionalDouble p99) {
  /** Not measured. */
  public static final Latency NONE =
      new Latency(OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty());
}
