package dev.ripcord.probe;

/**
 * When the process behind a page began, reading after reading: tells a restart from several
 * instances that answer at one address in turn. A restart moves the start forward, to one never
 * seen before. A start that goes back, or comes back, belongs to another process; the figures of
 * such pages must not be compared, until the same process has answered a few times in a row.
 */
final class Starts {
  /** What a start says about the reading before. */
  enum Step {
    /** The same process, or nothing is known. */
    SAME,
    /** A new process: its counters began at 0. */
    RESTARTED,
    /** Another process of several. */
    MIXED
  }

  private static final double SAME_SECONDS = 1;
  private static final int REMEMBERED = 4;
  private static final int CALM = 3;

  private final double[] recent = new double[REMEMBERED];
  private int known;
  private double last = Double.NaN;
  private int unsettled;

  /** Takes the next start, seconds since 1970; NaN when the page does not tell. */
  Step next(double start) {
    if (Double.isNaN(start) || Double.isNaN(last)) {
      remember(start);
      return unsettled() ? Step.MIXED : Step.SAME;
    }
    if (Math.abs(start - last) <= SAME_SECONDS) {
      return unsettled() ? Step.MIXED : Step.SAME;
    }
    boolean restarted = start > last && !isKnown(start) && unsettled == 0;
    remember(start);
    if (restarted) {
      return Step.RESTARTED;
    }
    unsettled = CALM;
    return Step.MIXED;
  }

  private boolean unsettled() {
    unsettled = Math.max(0, unsettled - 1);
    return unsettled > 0;
  }

  private boolean isKnown(double start) {
    for (int i = 0; i < Math.min(known, REMEMBERED); i++) {
      if (Math.abs(recent[i] - start) <= SAME_SECONDS) {
        return true;
      }
    }
    return false;
  }

  private void remember(double start) {
    if (!Double.isNaN(start)) {
      recent[known % REMEMBERED] = start;
      known++;
      last = start;
    }
  }
}
