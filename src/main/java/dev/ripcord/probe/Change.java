package dev.ripcord.probe;

import dev.ripcord.watch.Counts;
import java.util.OptionalDouble;

/**
 * What happened between two readings of a page: requests, errors and a histogram of latency.
 *
 * <p>One object is used for page after page. For one thread at a time.
 */
final class Change {
  private final Histogram histogram = new Histogram();
  private double requests;
  private double errors;
  private int counted;
  private int ignored;
  private double cpuSeconds;

  /** Forgets the change before. */
  void clear() {
    histogram.clear();
    requests = 0;
    errors = 0;
    counted = 0;
    ignored = 0;
    cpuSeconds = Double.NaN;
  }

  /** Takes what was added to a request counter. */
  void count(double delta, boolean error) {
    counted++;
    requests += delta;
    errors += error ? delta : 0;
  }

  /** Takes what was added to a bucket. */
  void bucket(double bound, double delta) {
    histogram.add(bound, delta);
  }

  /** Takes note of a request counter that is no usable number. */
  void ignore() {
    ignored++;
  }

  /** Takes the CPU time used. */
  void cpu(double seconds) {
    cpuSeconds = seconds;
  }

  /** Requests and errors, to the nearest whole one. */
  Counts counts() {
    long all = Math.round(requests);
    return new Counts(all, Math.min(all, Math.round(errors)));
  }

  /** How many request counters could be compared. */
  int counted() {
    return counted;
  }

  /** How many request counters were NaN, infinite or negative. */
  int ignored() {
    return ignored;
  }

  /** How many observations of latency there are; NaN without a whole histogram. */
  double observations() {
    return histogram.total();
  }

  /** A quantile of latency in the unit of the page. */
  OptionalDouble quantile(double share) {
    return histogram.quantile(share);
  }

  /** Seconds of CPU used; NaN when it is not known. */
  double cpuSeconds() {
    return cpuSeconds;
  }
}
