package dev.ripcord.probe.page;

import dev.ripcord.probe.page.text.Hash;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The series of one page beside their last values: where each stood, how many fell, and which stand
 * on the page twice.
 *
 * <p>One object is used for page after page. For one thread at a time.
 */
final class Comparison {
  private static final int NO_TWIN = -1;
  private static final int SAME_AGAIN = -2;

  /** Of one series no more than this many different values are told apart. */
  private static final int TWINS_MAX = 3;

  /** A counter of this size that stands still was not reset: no restart returns to its value. */
  private static final double STANDS_STILL_FROM = 100;

  private double[] last = new double[256];
  private double[] remembered = new double[256];
  private int[] twins = new int[256];

  /** The index of each series by its identity. */
  private SeriesTable indexes = new SeriesTable();

  private @Nullable SeriesTable comparedWith;
  private int counter;
  private int bucket;
  private int fell;
  private int rose;
  private int still;
  private int vanished;

  /** Forgets what was compared. */
  void clear() {
    comparedWith = null;
  }

  /** Whether the page was compared with this table since {@link #clear}. */
  boolean isWith(SeriesTable before) {
    return comparedWith == before;
  }

  /** Looks up the last value of each series of a family on a page. */
  void compare(PageReading page, Family family, SeriesTable before) {
    comparedWith = before;
    counter = MetricNames.code(family, MetricNames.COUNT);
    bucket = MetricNames.code(family.latencySource(), MetricNames.BUCKET);
    fell = 0;
    rose = 0;
    still = 0;
    makeRoom(page.size());
    indexes.clear(page.size());
    int met = 0;
    for (int i = 0; i < page.size(); i++) {
      if (isCompared(page, i)) {
        met += compare(page, i, before) ? 1 : 0;
      }
    }
    vanished = before.size() - met;
  }

  private void makeRoom(int size) {
    if (size > last.length) {
      int capacity = Math.max(size, last.length * 2);
      last = new double[capacity];
      remembered = new double[capacity];
      twins = new int[capacity];
    }
    Arrays.fill(twins, 0, size, NO_TWIN);
  }

  /** Whether the series had a place in the table before. */
  private boolean compare(PageReading page, int index, SeriesTable before) {
    long key = page.key(index);
    int place = indexes.find(key);
    if (place < 0) {
      indexes.add(key, index);
      return lookUp(page, index, before.find(key), before, 0);
    }
    int first = (int) indexes.value(place);
    twins[index] = first;
    remembered[index] = Double.NaN;
    last[index] = last[first];
    for (int twin = 0; twin <= TWINS_MAX; twin++) {
      long name = twin == 0 ? key : Hash.mix(key + twin);
      int known = indexes.find(name);
      if (known < 0) {
        indexes.add(name, index);
        return lookUp(page, index, before.find(name), before, last[first]);
      }
      if (Double.compare(page.value((int) indexes.value(known)), page.value(index)) == 0) {
        twins[index] = SAME_AGAIN;
        return false;
      }
    }
    return false;
  }

  private boolean lookUp(
      PageReading page, int index, int place, SeriesTable before, double absent) {
    double now = page.value(index);
    boolean known = place >= 0;
    double value = known ? before.value(place) : absent;
    last[index] = value;
    remembered[index] = isUsable(now) ? now : known ? value : Double.NaN;
    if (known && value > 0 && !isBucket(page, index)) {
      fell += now < value ? 1 : 0;
      rose += now > value ? 1 : 0;
      still += now == value && now >= STANDS_STILL_FROM ? 1 : 0;
    }
    return known;
  }

  /** Whether a value of a counter can be compared. */
  static boolean isUsable(double value) {
    return value >= 0 && value < Double.POSITIVE_INFINITY;
  }

  /** Whether a series of the page is one of those that are compared. */
  boolean isCompared(PageReading page, int index) {
    int code = page.code(index);
    return code == counter || code == bucket;
  }

  /** Whether a series of the page is a bucket of latency; else it counts requests. */
  boolean isBucket(PageReading page, int index) {
    return page.code(index) == bucket;
  }

  /** The last value; 0 for a series that is new, NaN for one that was no number. */
  double last(int index) {
    return last[index];
  }

  /** Whether the series stood on the page before, with the same value. */
  boolean isRepeated(int index) {
    return twins[index] == SAME_AGAIN;
  }

  /** Where the series stood on the page before, with another value; -1 when it did not. */
  int twin(int index) {
    return Math.max(NO_TWIN, twins[index]);
  }

  /** Whether a counter went down. */
  boolean hasFallen() {
    return fell > 0;
  }

  /** Whether a counter is gone. */
  boolean hasVanished() {
    return vanished > 0;
  }

  /** Whether a counter stands where it stood, so high that it was not reset in between. */
  boolean isStill() {
    return still > 0;
  }

  /** Whether counters went down or are gone, and none went on. */
  boolean isAllAnew() {
    return fell + vanished > 0 && rose + still == 0;
  }

  /** Gives the table of what is remembered of this page, and takes one that is needed no more. */
  SeriesTable exchange(SeriesTable old) {
    comparedWith = null;
    SeriesTable table = indexes;
    table.replaceValues(index -> remembered[(int) index]);
    indexes = old;
    return table;
  }
}
