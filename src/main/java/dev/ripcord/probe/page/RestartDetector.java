package dev.ripcord.probe.page;

/**
 * When the process behind a page says that it began, reading after reading. What it says is weaker
 * evidence than the counters: it may be computed from a clock that is set, or be stamped anew at
 * each reading.
 */
final class RestartDetector {
  /** How a start differs from the one before. */
  enum Move {
    /** It does not, or one of them is not known. */
    NONE,
    /** It went back, or forward by no more than a second, which no restart does. */
    OTHER,
    /** It went forward by more than a second. */
    FORWARD
  }

  private static final double SAME_SECONDS = 1;
  private static final double EXACT_SECONDS = 0.001;
  private static final int REMEMBERED = 4;

  private final double[] recent = new double[REMEMBERED];
  private int known;
  private double last = Double.NaN;
  private boolean restless;

  /** Compares a start, seconds since 1970 or NaN, with the last one; remembers nothing. */
  Move move(double start) {
    double shift = shift(start);
    if (Double.isNaN(shift) || Math.abs(shift) <= EXACT_SECONDS) {
      return Move.NONE;
    }
    return shift > SAME_SECONDS ? Move.FORWARD : Move.OTHER;
  }

  /** By how many seconds a start is later than the last one; NaN when that is not known. */
  double shift(double start) {
    return restless ? Double.NaN : start - last;
  }

  /** Whether a start that has moved is one of the last few that were seen before. */
  boolean isReturning(double start) {
    if (move(start) == Move.NONE) {
      return false;
    }
    for (int i = 0; i < Math.min(known, REMEMBERED); i++) {
      if (Math.abs(recent[i] - start) <= EXACT_SECONDS) {
        return true;
      }
    }
    return false;
  }

  /** Whether two starts that were read at almost the same time differ. */
  static boolean differ(double one, double other) {
    return Math.abs(one - other) > EXACT_SECONDS;
  }

  /** Remembers a start; NaN is none. */
  void remember(double start) {
    boolean same = Math.abs(start - last) <= EXACT_SECONDS;
    if (!Double.isNaN(start) && !same) {
      recent[known % REMEMBERED] = start;
      known++;
      last = start;
    }
  }

  /** The start moves from reading to reading of one process: it is not looked at any more. */
  void distrust() {
    restless = true;
  }

  /** Forgets everything. */
  void clear() {
    known = 0;
    last = Double.NaN;
    restless = false;
  }
}
