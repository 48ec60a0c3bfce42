package dev.ripcord.probe.page;

import dev.ripcord.probe.page.text.Hash;
import dev.ripcord.probe.page.text.RequestResult;
import dev.ripcord.probe.page.text.UnreadLabels;
import java.util.Arrays;
import java.util.Optional;

/**
 * What one metrics page said, as far as it counts: the series of request counters and latency as
 * numbers in arrays, and a handful of gauges. A gauge that is not on the page is NaN.
 *
 * <p>One object is filled with page after page, of one service after another; nothing in it may be
 * kept beyond the page. For one thread at a time.
 */
final class PageReading {
  // A series' code holds what its name means, how its requests ended, and which label said so.
  private static final int CODE_MASK = 0xffff;
  private static final int RESULT_SHIFT = 16;
  private static final int RESULT_MASK = 3;
  private static final int UNREAD_SHIFT = 20;

  private long[] keys = new long[256];
  private double[] values = new double[256];
  private double[] bounds = new double[256];
  private int[] codes = new int[256];
  private int size;

  private final int[] kept = new int[Family.count()];
  private final int[] excluded = new int[Family.count()];
  private final boolean[] telling = new boolean[Family.count()];
  private final double[] stamps = new double[Family.count()];
  private final double[] created = new double[Family.count()];

  private final UnreadLabels unread = new UnreadLabels();
  private final SeriesTable gauges = new SeriesTable();
  private final boolean[] ambiguous = new boolean[1 << MetricNames.ROLE_BITS];

  private double start;
  private boolean severalStarts;
  private double cpuSeconds;
  private double cpuNanos;
  private double cpuShare;
  private double resident;
  private double memoryLimit;
  private double heapUsed;
  private double heapMax;

  PageReading() {
    clear();
  }

  /** Forgets the page before. */
  void clear() {
    size = 0;
    Arrays.fill(kept, 0);
    Arrays.fill(excluded, 0);
    Arrays.fill(telling, false);
    Arrays.fill(stamps, Double.NaN);
    Arrays.fill(created, Double.NaN);
    Arrays.fill(ambiguous, false);
    unread.clear();
    gauges.clear(0);
    start = Double.NaN;
    severalStarts = false;
    cpuSeconds = Double.NaN;
    cpuNanos = Double.NaN;
    cpuShare = Double.NaN;
    resident = Double.NaN;
    memoryLimit = Double.NaN;
    heapUsed = Double.NaN;
    heapMax = Double.NaN;
  }

  /**
   * Takes one series.
   *
   * @param code what its name means; not 0
   * @param stamp its own timestamp in seconds since 1970; NaN without one
   */
  void add(int code, SeriesLabels labels, double value, double stamp) {
    int role = MetricNames.role(code);
    switch (role) {
      case MetricNames.COUNT, MetricNames.BUCKET, MetricNames.QUANTILE ->
          addSeries(code, role, labels, value, stamp);
      case MetricNames.CREATED -> {
        int family = MetricNames.family(code);
        created[family] = least(created[family], value);
      }
      case MetricNames.START -> {
        severalStarts |= Math.abs(start - value) > 1;
        start = value;
      }
      case MetricNames.CPU_SHARE -> cpuShare = value;
      case MetricNames.MEMORY_LIMIT -> memoryLimit = least(memoryLimit, value > 0 ? value : 1e300);
      case MetricNames.CPU_SECONDS,
          MetricNames.CPU_NANOS,
          MetricNames.RESIDENT,
          MetricNames.HEAP_USED,
          MetricNames.HEAP_MAX ->
          addGauge(code, role, labels, value);
      default -> throw new IllegalStateException("role " + role);
    }
  }

  /** Takes a figure whose series are summed; the same series twice is taken once. */
  private void addGauge(int code, int role, SeriesLabels labels, double value) {
    long key = labels.key() + Hash.mix(code);
    int place = gauges.find(key);
    if (place >= 0) {
      ambiguous[role] |= gauges.value(place) != value;
      return;
    }
    gauges.add(key, value);
    switch (role) {
      case MetricNames.CPU_SECONDS -> cpuSeconds = sum(cpuSeconds, value);
      case MetricNames.CPU_NANOS -> cpuNanos = sum(cpuNanos, value);
      case MetricNames.RESIDENT -> resident = sum(resident, value);
      case MetricNames.HEAP_USED -> heapUsed = labels.isHeap() ? sum(heapUsed, value) : heapUsed;
      default -> heapMax = labels.isHeap() && value > 0 ? sum(heapMax, value) : heapMax;
    }
  }

  private void addSeries(int code, int role, SeriesLabels labels, double value, double stamp) {
    if (labels.isForeign()) {
      return;
    }
    int family = MetricNames.family(code);
    if (role == MetricNames.COUNT) {
      telling[family] |= labels.isTelling();
      stamps[family] = Double.isNaN(stamps[family]) ? stamp : Math.max(stamps[family], stamp);
      kept[family] += labels.isMachineRoute() ? 0 : 1;
      excluded[family] += labels.isMachineRoute() ? 1 : 0;
    }
    if (labels.isMachineRoute()) {
      return;
    }
    if (size == keys.length) {
      grow();
    }
    keys[size] = labels.key() + Hash.mix(code);
    values[size] = value;
    bounds[size] = labels.bound();
    codes[size] = role == MetricNames.COUNT ? code | result(family, labels) : code;
    size++;
  }

  private int result(int family, SeriesLabels labels) {
    RequestResult result = labels.result();
    if (result == RequestResult.UNLABELLED && Family.at(family).isCleanWithoutLabel()) {
      result = RequestResult.SUCCEEDED;
    }
    int bits = result.index() << RESULT_SHIFT;
    return result == RequestResult.NOT_UNDERSTOOD
        ? bits | labels.unread(unread) << UNREAD_SHIFT
        : bits;
  }

  private void grow() {
    int capacity = size * 2;
    keys = Arrays.copyOf(keys, capacity);
    values = Arrays.copyOf(values, capacity);
    bounds = Arrays.copyOf(bounds, capacity);
    codes = Arrays.copyOf(codes, capacity);
  }

  private static double sum(double sum, double value) {
    return Double.isNaN(sum) ? value : sum + value;
  }

  private static double least(double least, double value) {
    return Double.isNaN(least) ? value : Math.min(least, value);
  }

  /**
   * The family to count by: the first on the page whose labels tell errors, else the first; empty
   * when none is on the page.
   */
  Optional<Family> family() {
    int first = -1;
    for (int family = 0; family < kept.length; family++) {
      boolean present = kept[family] + excluded[family] > 0;
      if (present && telling[family]) {
        return Optional.of(Family.at(family));
      }
      first = present && first < 0 ? family : first;
    }
    return first < 0 ? Optional.empty() : Optional.of(Family.at(first));
  }

  /** Which families are on the page: a bit for each index. */
  long families() {
    long bits = 0;
    for (int family = 0; family < kept.length; family++) {
      bits |= kept[family] + excluded[family] > 0 ? 1L << family : 0;
    }
    return bits;
  }

  /** How many series of a family's counter count. */
  int kept(Family family) {
    return kept[family.index()];
  }

  /** How many series of a family's counter are health or metrics routes. */
  int excluded(Family family) {
    return excluded[family.index()];
  }

  /** Whether a label of a family's counter can tell errors. */
  boolean isTelling(Family family) {
    return telling[family.index()];
  }

  /** The newest timestamp of a family's counter, seconds since 1970; NaN without one. */
  double stamp(Family family) {
    return stamps[family.index()];
  }

  /**
   * When the process, or else the family's oldest counter, began; NaN when the page does not say.
   */
  double start(Family family) {
    double process = processStart();
    return Double.isNaN(process) ? created[family.index()] : process;
  }

  /** When the process began; NaN when it is not known or several are. */
  double processStart() {
    return severalStarts ? Double.NaN : start;
  }

  /** How many series there are. */
  int size() {
    return size;
  }

  /** The identity of a series. */
  long key(int index) {
    return keys[index];
  }

  /** The value of a series. */
  double value(int index) {
    return values[index];
  }

  /** The number in a series' {@code le} or {@code quantile}. */
  double bound(int index) {
    return bounds[index];
  }

  /** What a series' name means, as {@link MetricNames#code} gives it. */
  int code(int index) {
    return codes[index] & CODE_MASK;
  }

  /** How the requests of a counter's series ended. */
  RequestResult result(int index) {
    return RequestResult.at((codes[index] >> RESULT_SHIFT) & RESULT_MASK);
  }

  /** The label of a series that was not understood; empty when there is none to show. */
  String unread(int index) {
    return unread.text(codes[index] >>> UNREAD_SHIFT);
  }

  /** Seconds of CPU used since the process began. */
  double cpuSeconds() {
    double seconds = ambiguous[MetricNames.CPU_SECONDS] ? Double.NaN : cpuSeconds;
    double nanos = ambiguous[MetricNames.CPU_NANOS] ? Double.NaN : cpuNanos;
    return Double.isNaN(seconds) ? nanos / 1e9 : seconds;
  }

  /** Whether CPU time is given as seconds, which is preferred to a share. */
  boolean hasCpuSeconds() {
    return !Double.isNaN(cpuSeconds);
  }

  /** The share of all CPUs in use, as the page itself says. */
  double cpuShare() {
    return cpuShare;
  }

  /**
   * The share of the memory it may use: of the process where a limit is known, else of the heap.
   */
  double memoryShare() {
    boolean twice =
        ambiguous[MetricNames.RESIDENT]
            || ambiguous[MetricNames.HEAP_USED]
            || ambiguous[MetricNames.HEAP_MAX];
    if (twice) {
      return Double.NaN;
    }
    double process = resident / memoryLimit;
    // A limit beyond a petabyte is how "no limit" is written.
    boolean limited = memoryLimit < 1L << 50;
    return limited && process >= 0 ? process : heapUsed / heapMax;
  }
}
