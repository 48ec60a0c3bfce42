package dev.ripcord.probe.source;

import java.util.HashMap;
import java.util.Map;

/**
 * What is added to the counters of several series between two readings. Each series is compared
 * with itself before anything is summed: one that fell began anew and counts from 0, one that was
 * not there before counts from 0 too, unless nothing was read before. Not thread-safe.
 */
public final class SeriesCounter {
  private final Map<String, Last> last = new HashMap<>();
  private boolean primed;
  private boolean seen;
  private boolean moved;
  private double added;

  /**
   * The newest value of a series.
   *
   * @param stamp when it was taken, on the source's clock
   */
  private record Last(double stamp, double value) {}

  /** Begins a reading. */
  public void begin() {
    added = 0;
    seen = false;
    moved = false;
  }

  /**
   * Takes a value; those of one series come in the order of their stamps. One that was seen before,
   * by its stamp, is passed over, and so is one that is no usable number.
   *
   * @param stamp when it was taken, in seconds on any clock that does not change
   */
  public void take(String series, double stamp, double value) {
    seen = true;
    if (!(value >= 0) || value == Double.POSITIVE_INFINITY) {
      return;
    }
    Last before = last.get(series);
    if (before != null && stamp <= before.stamp()) {
      return;
    }
    last.put(series, new Last(stamp, value));
    moved = true;
    if (before != null) {
      added += value >= before.value() ? value - before.value() : value;
    } else if (primed) {
      added += value;
    }
  }

  /** Ends a reading that was whole: series that were not in it did not exist. */
  public void end() {
    primed = true;
  }

  /** Forgets everything: the next reading is the first again. */
  public void forget() {
    last.clear();
    primed = false;
  }

  /** Whether a value came that was not seen before. */
  public boolean hasMoved() {
    return moved;
  }

  /** Whether this reading had any series at all. */
  public boolean hasSeen() {
    return seen;
  }

  /** How many series were seen. */
  public int series() {
    return last.size();
  }

  /** What was added in this reading, over all series. */
  public double added() {
    return added;
  }
}
