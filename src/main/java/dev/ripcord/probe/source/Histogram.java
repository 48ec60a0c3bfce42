package dev.ripcord.probe.source;

import dev.ripcord.health.Latency;
import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * A classic histogram of what happened between two readings: how many observations were at or below
 * each bound. Series are added bucket by bucket, in any order; equal bounds are summed.
 *
 * <p>One object is used for reading after reading. For one thread at a time.
 */
public final class Histogram {
  /** More distinct bounds than any real histogram has; a page beyond that is not measured. */
  private static final int BOUNDS_MAX = 1024;

  private double[] bounds = new double[64];
  private double[] counts = new double[64];
  private int size;
  private int next;
  private boolean sorted = true;
  private boolean overflowing;

  /** Forgets all buckets. */
  public void clear() {
    size = 0;
    next = 0;
    sorted = true;
    overflowing = false;
  }

  /** Adds observations at or below a bound; a bound that is no number is ignored. */
  public void add(double bound, double count) {
    if (Double.isNaN(bound)) {
      return;
    }
    int index = find(bound);
    if (index == BOUNDS_MAX) {
      overflowing = true;
      return;
    }
    if (index == size) {
      if (size == bounds.length) {
        bounds = Arrays.copyOf(bounds, size * 2);
        counts = Arrays.copyOf(counts, size * 2);
      }
      bounds[index] = bound;
      counts[index] = 0;
      size++;
    }
    counts[index] += count;
    next = index + 1;
    sorted = false;
  }

  /** Where a bound stands; buckets mostly come in the order of the series before. */
  private int find(double bound) {
    if (next < size && bounds[next] == bound) {
      return next;
    }
    for (int i = 0; i < size; i++) {
      if (bounds[i] == bound) {
        return i;
      }
    }
    return size;
  }

  /** How many observations there are; NaN when the histogram has no last bucket. */
  public double total() {
    sort();
    return !overflowing && size > 0 && bounds[size - 1] == Double.POSITIVE_INFINITY
        ? counts[size - 1]
        : Double.NaN;
  }

  /**
   * The value below which a share of the observations lies, in the unit of the bounds: interpolated
   * within its bucket, and never above the largest finite bound. Empty without observations,
   * without a bucket for all, or with only that one.
   *
   * @param share 0 to 1
   */
  public OptionalDouble quantile(double share) {
    double total = total();
    if (size < 2 || !(total > 0)) {
      return OptionalDouble.empty();
    }
    double rank = share * total;
    int bucket = 0;
    while (bucket < size - 1 && counts[bucket] < rank) {
      bucket++;
    }
    if (bucket == size - 1) {
      return OptionalDouble.of(bounds[size - 2]);
    }
    if (bucket == 0 && bounds[0] <= 0) {
      return OptionalDouble.of(bounds[0]);
    }
    double low = bucket == 0 ? 0 : bounds[bucket - 1];
    double before = bucket == 0 ? 0 : counts[bucket - 1];
    double inside = counts[bucket] - before;
    double part = inside > 0 ? (rank - before) / inside : 0;
    return OptionalDouble.of(low + (bounds[bucket] - low) * part);
  }

  /**
   * The share of the observations above a value: exact where that is a bound, else interpolated
   * within its bucket. Empty without observations, or where some are above the largest finite bound
   * and the value is too, since nobody knows then how far.
   */
  public OptionalDouble above(double value) {
    double total = total();
    if (size < 2 || !(total > 0)) {
      return OptionalDouble.empty();
    }
    int bucket = 0;
    while (bucket < size - 1 && bounds[bucket] < value) {
      bucket++;
    }
    if (bucket == size - 1) {
      return counts[size - 2] == total ? OptionalDouble.of(0) : OptionalDouble.empty();
    }
    double low = bucket == 0 ? Math.min(0, bounds[0]) : bounds[bucket - 1];
    double before = bucket == 0 ? 0 : counts[bucket - 1];
    double width = bounds[bucket] - low;
    double part = width > 0 ? Math.max(0, value - low) / width : 1;
    return OptionalDouble.of(1 - (before + (counts[bucket] - before) * part) / total);
  }

  /**
   * The latency that it tells.
   *
   * @param unit how many seconds a unit of the bounds is
   * @param slowerThan seconds beyond which a request is slow, where somebody asks
   */
  public Latency latency(double unit, OptionalDouble slowerThan) {
    if (quantile(0.5).isEmpty()) {
      return Latency.NONE;
    }
    return new Latency(
        seconds(0.5, unit),
        seconds(0.95, unit),
        seconds(0.99, unit),
        slowerThan.isPresent() ? above(slowerThan.getAsDouble() / unit) : slowerThan,
        OptionalDouble.of(bounds[size - 2] * unit));
  }

  private OptionalDouble seconds(double share, double unit) {
    OptionalDouble value = quantile(share);
    return value.isPresent() ? OptionalDouble.of(value.getAsDouble() * unit) : value;
  }

  /** By bound, and never falling: a count below the one before is raised to it. */
  private void sort() {
    if (sorted) {
      return;
    }
    insertionSort();
    for (int i = 1; i < size; i++) {
      counts[i] = Math.max(counts[i], counts[i - 1]);
    }
    sorted = true;
    next = 0;
  }

  private void insertionSort() {
    for (int i = 1; i < size; i++) {
      double bound = bounds[i];
      double count = counts[i];
      int at = i;
      for (; at > 0 && bounds[at - 1] > bound; at--) {
        bounds[at] = bounds[at - 1];
        counts[at] = counts[at - 1];
      }
      bounds[at] = bound;
      counts[at] = count;
    }
  }
}
