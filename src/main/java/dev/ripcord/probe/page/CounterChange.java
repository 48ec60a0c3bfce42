package dev.ripcord.probe.page;

import dev.ripcord.health.Counts;
import dev.ripcord.health.Latency;
import dev.ripcord.probe.page.text.RequestResult;
import dev.ripcord.probe.source.Histogram;
import java.util.OptionalDouble;

/**
 * What happened between two readings of a page: requests, errors and a histogram of latency.
 *
 * <p>One object is used for page after page. For one thread at a time.
 */
final class CounterChange {
  private final Histogram histogram = new Histogram();
  private final Requests added = new Requests();
  private final Requests sinceStart = new Requests();
  private int counted;
  private int ignored;
  private String unread = "";
  private int twins;
  private double oneTwin;
  private double otherTwin;
  private boolean bucketTwins;
  private double cpuSeconds;

  /** Requests by how they ended. */
  static final class Requests {
    private double all;
    private double failed;
    private double unread;

    private void clear() {
      all = 0;
      failed = 0;
      unread = 0;
    }

    private void add(double delta, RequestResult result) {
      all += delta;
      switch (result) {
        case SUCCEEDED -> {}
        case FAILED -> failed += delta;
        case NOT_UNDERSTOOD, UNLABELLED -> unread += delta;
      }
    }

    /** All of them and those known to have failed, to the nearest whole one. */
    Counts counts() {
      long whole = Math.round(all);
      return new Counts(whole, Math.min(whole, Math.round(failed)));
    }

    /** The same, when each that is not understood failed. */
    Counts worst() {
      long whole = Math.round(all);
      return new Counts(whole, Math.min(whole, Math.round(failed + unread)));
    }

    /** How many are not understood. */
    long unread() {
      return Math.round(unread);
    }
  }

  /** Forgets the change before. */
  void clear() {
    histogram.clear();
    added.clear();
    sinceStart.clear();
    counted = 0;
    ignored = 0;
    unread = "";
    twins = 0;
    bucketTwins = false;
    cpuSeconds = Double.NaN;
  }

  /**
   * Takes a request counter.
   *
   * @param delta what was added to it
   * @param now its value, which is what was added if it began at 0
   */
  void count(double delta, double now, RequestResult result) {
    counted++;
    added.add(delta, result);
    sinceStart.add(now, result);
  }

  /** Takes note of the label of a counter that moved and was not understood. */
  void unread(String label) {
    if (unread.isEmpty()) {
      unread = label;
    }
  }

  /** Takes what was added to a bucket. */
  void bucket(double bound, double delta) {
    histogram.add(bound, delta);
  }

  /** Takes note of a request counter that is no usable number. */
  void ignore() {
    ignored++;
  }

  /** Takes note of a request counter that stands on the page twice and moved differently. */
  void twice(double one, double other) {
    twins++;
    oneTwin = one;
    otherTwin = other;
  }

  /** Takes note of a bucket that stands on the page twice and moved differently. */
  void bucketTwice() {
    bucketTwins = true;
  }

  /** Takes the CPU time used. */
  void cpu(double seconds) {
    cpuSeconds = seconds;
  }

  /** What was added to the counters. */
  Requests added() {
    return added;
  }

  /** What the counters say altogether. */
  Requests sinceStart() {
    return sinceStart;
  }

  /** How many request counters could be compared. */
  int counted() {
    return counted;
  }

  /** How many request counters were NaN, infinite or negative. */
  int ignored() {
    return ignored;
  }

  /** The label of a counter that moved and was not understood; may be empty. */
  String unread() {
    return unread;
  }

  /** How many request counters stand on the page twice and moved differently. */
  int twins() {
    return twins;
  }

  /** The values of one that does: {@code 1000 and 1900}. */
  String twinValues() {
    return Math.round(oneTwin) + " and " + Math.round(otherTwin);
  }

  /** Whether buckets stand on the page twice and moved differently. */
  boolean hasBucketTwins() {
    return bucketTwins;
  }

  /** How many observations of latency there are; NaN without a whole histogram. */
  double observations() {
    return histogram.total();
  }

  /** What the histogram tells; see {@link Histogram#latency}. */
  Latency latency(double unit, OptionalDouble slowerThan) {
    return bucketTwins ? Latency.NONE : histogram.latency(unit, slowerThan);
  }

  /** Seconds of CPU used; NaN when it is not known. */
  double cpuSeconds() {
    return cpuSeconds;
  }
}
