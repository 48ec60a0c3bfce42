package dev.ripcord.health;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What was measured of a service before a release: the middle of its polls. What was measured in
 * too few of them is empty.
 *
 * @param requests seen in all of them
 * @param errors of those, 0 to {@code requests}
 * @param p50 the median of the polls' median latency, seconds
 * @param p95 of their 95th percentile
 * @param p99 of their 99th percentile
 * @param cpu of their share of the CPU
 * @param memory of their share of the memory
 */
public record Baseline(
    long requests,
    long errors,
    OptionalDouble p50,
    OptionalDouble p95,
    OptionalDouble p99,
    OptionalDouble cpu,
    OptionalDouble memory) {
  /** Fewer requests than these say nothing of the error rate. */
  private static final long REQUESTS_LEAST = 100;

  /** Of which only requests were counted. */
  public static Baseline of(Counts counts) {
    return new Baseline(
        counts.requests(),
        counts.errors(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }

  /** Requests and errors. */
  public Counts counts() {
    return new Counts(requests, errors);
  }

  /** The value of a measure; of the error rate only where enough requests were seen. */
  public OptionalDouble value(Measure measure) {
    return switch (measure) {
      case ERROR_RATE ->
          requests >= REQUESTS_LEAST
              ? OptionalDouble.of(counts().errorRate())
              : OptionalDouble.empty();
      case LATENCY_P50 -> p50;
      case LATENCY_P95 -> p95;
      case LATENCY_P99 -> p99;
      case CPU -> cpu;
      case MEMORY -> memory;
      case SLOW_REQUESTS, DATABASE_CONNECTIONS, DATABASE_LOCK_WAIT, DATABASE_TRANSACTION ->
          OptionalDouble.empty();
    };
  }

  /**
   * In words, each figure with its name: {@code error rate 0.4% (48 of 12000), latency p99 190 ms};
   * empty where nothing was measured.
   *
   * @param threshold what the error rate is shown to
   */
  public String text(Ratio threshold) {
    List<String> parts = new ArrayList<>();
    if (requests > 0) {
      parts.add("error rate " + FigureText.rateOf(counts(), threshold));
    }
    for (Measure measure : Measure.values()) {
      OptionalDouble value =
          measure == Measure.ERROR_RATE ? OptionalDouble.empty() : value(measure);
      if (value.isPresent()) {
        parts.add(measure.words() + " " + measure.figureText(value.getAsDouble()));
      }
    }
    return String.join(", ", parts);
  }
}
