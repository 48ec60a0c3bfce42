package dev.ripcord.health;

import java.util.OptionalDouble;

/**
 * How long answers took, to the last byte, in seconds. What was not measured is empty.
 *
 * @param p50 the median
 * @param p95 the 95th percentile
 * @param p99 the 99th percentile
 * @param slow the share of requests that took longer than the time that the rule on slow requests
 *     states, 0 to 1
 * @param highest the highest finite bound of the histogram that they were read from: a percentile
 *     is never above it, whatever the latency; empty for any other source
 */
public record Latency(
    OptionalDouble p50,
    OptionalDouble p95,
    OptionalDouble p99,
    OptionalDouble slow,
    OptionalDouble highest) {
  /** Not measured. */
  public static final Latency NONE =
      new Latency(OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty());

  /** Percentiles that come from no histogram. */
  public Latency(OptionalDouble p50, OptionalDouble p95, OptionalDouble p99) {
    this(p50, p95, p99, OptionalDouble.empty(), OptionalDouble.empty());
  }

  /** Whether a percentile was measured. */
  boolean isMeasured() {
    return p50.isPresent() || p95.isPresent() || p99.isPresent();
  }
}
