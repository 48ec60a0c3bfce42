package dev.ripcord.probe.page;

import dev.ripcord.probe.page.text.RequestResult;
import dev.ripcord.probe.source.RequestCounter;
import java.time.Duration;
import java.util.Optional;

/**
 * The last good reading of one service's metrics page, with which the next is compared.
 *
 * <p>The rules of a counter: it is compared series by series and only then summed. A series that
 * was not on a page that was read began at 0, so all it counts is new. A series that fell began
 * anew. Counters are believed before the start of the process that a page gives: a start that moved
 * while no counter fell is no restart. When counters fell and the start went forward the process
 * began anew, and all that it counts is new. Whatever several processes at one address would show
 * as well is a doubt, which reading the page again settles. A first reading tells nothing. After
 * failed readings the last good one stays for {@link #KEPT}, so that errors in between are not
 * lost.
 *
 * <p>docs/judgement.md has the reasons, and which mistakes are left.
 */
final class CounterBaseline {
  /** For how long a reading can be compared with. */
  static final Duration KEPT = RequestCounter.KEPT;

  /** A start that moves further than this was not only the clock being set right. */
  private static final double CLOCK_SET_SECONDS = 60;

  /** How far the service's clock may be from ours, and a start still lies between two readings. */
  private static final double SKEW_SECONDS = 1;

  private static final int CALM = 3;
  private static final int NO_FAMILY = -1;

  /** How a reading compares with the one before. */
  enum Step {
    /** There is none, or it is too old. */
    FIRST,
    /** The page now counts by other series, which were there before and were not remembered. */
    OTHER_FAMILY,
    /** Several processes answer in turn. */
    MIXED,
    /** The page could not be read again to settle a doubt; the reading before stays. */
    UNCONFIRMED,
    /** The page's own timestamps have not moved. */
    REPEATED,
    /** The change is what was added. */
    KNOWN,
    /** The process began anew: the change is all that it counts. */
    RESTARTED,
    /** The process may have begun anew: the change is one or the other. */
    UNCERTAIN
  }

  /** Why a page should be read again before its change is believed. */
  enum Doubt {
    /** It need not be. */
    NONE,
    /** It is compared for the first time: starts in the same second look like one process. */
    UNPROVEN,
    /** Something moved that several processes would move too. */
    SUSPECTED
  }

  /**
   * How a reading compared.
   *
   * @param restarts how many readings in a row, this one last, each found a process that had begun
   *     anew
   * @param startShift by how many seconds the start of the process moved; 0 when it did not or when
   *     nobody knows
   */
  record Compared(Step step, int restarts, double startShift) {}

  private final RestartDetector starts = new RestartDetector();
  private SeriesTable table = new SeriesTable();
  private boolean there;
  private boolean comparedBefore;
  private long readNanos;
  private int family = NO_FAMILY;
  private long families;
  private double stamp = Double.NaN;
  private double cpuSeconds = Double.NaN;
  private int unsettled;
  private int restarts;

  /** How long ago the reading was; empty when there is none that can be compared with. */
  Optional<Duration> age(long nowNanos) {
    Duration age = Duration.ofNanos(nowNanos - readNanos);
    return there && age.compareTo(KEPT) <= 0 ? Optional.of(age) : Optional.empty();
  }

  /** Compares the page in some buffers with the reading before; changes nothing here. */
  Doubt compare(PageBuffers buffers, long nowNanos) {
    PageReading page = buffers.reading();
    Optional<Family> chosen = page.family();
    buffers.comparison().clear();
    if (chosen.isEmpty() || first(page, chosen.get(), nowNanos) != Step.KNOWN) {
      return Doubt.NONE;
    }
    Comparison comparison = buffers.comparison();
    comparison.compare(page, chosen.get(), table);
    double start = page.start(chosen.get());
    boolean suspected =
        unsettled > 0
            || starts.move(start) != RestartDetector.Move.NONE
            || comparison.hasFallen()
            || comparison.hasVanished();
    if (suspected) {
      return Doubt.SUSPECTED;
    }
    return comparedBefore ? Doubt.NONE : Doubt.UNPROVEN;
  }

  /**
   * Compares the page in some buffers with the reading before and remembers it instead. The
   * buffers' change is filled with what happened in between.
   */
  Compared advance(PageBuffers buffers, ReadTime now, SecondLook look) {
    PageReading page = buffers.reading();
    CounterChange change = buffers.change();
    change.clear();
    Optional<Family> chosen = page.family();
    double start = chosen.map(page::start).orElseGet(page::processStart);
    Step step = age(now.nanos()).isPresent() ? Step.KNOWN : Step.FIRST;
    if (step == Step.FIRST) {
      table.clear(0);
      starts.clear();
      unsettled = 0;
      restarts = 0;
    }
    double shift = starts.shift(start);
    if (chosen.isPresent()) {
      step = first(page, chosen.get(), now.nanos());
      if (!buffers.comparison().isWith(table)) {
        buffers.comparison().compare(page, chosen.get(), table);
      }
      if (step == Step.KNOWN) {
        step = step(buffers, start, now, look);
      }
      if (step == Step.UNCONFIRMED) {
        return new Compared(step, restarts, 0);
      }
      count(buffers, step);
      table = buffers.comparison().exchange(table);
    } else {
      table.clear(0);
    }
    countCpu(page.cpuSeconds(), step, change);
    starts.remember(start);
    remember(page, chosen, now.nanos(), step);
    return new Compared(step, restarts, Double.isNaN(shift) ? 0 : shift);
  }

  private void remember(PageReading page, Optional<Family> chosen, long nowNanos, Step step) {
    there = true;
    readNanos = nowNanos;
    family = chosen.map(Family::index).orElse(NO_FAMILY);
    families = page.families();
    stamp = chosen.map(page::stamp).orElse(Double.NaN);
    cpuSeconds = page.cpuSeconds();
    comparedBefore = chosen.isPresent() && step != Step.FIRST;
  }

  /** What can be said before the series are compared. */
  private Step first(PageReading page, Family chosen, long nowNanos) {
    if (age(nowNanos).isEmpty()) {
      return Step.FIRST;
    }
    int now = chosen.index();
    if (now != family && (families & (1L << now)) != 0) {
      return Step.OTHER_FAMILY;
    }
    return page.stamp(chosen) <= stamp ? Step.REPEATED : Step.KNOWN;
  }

  private Step step(PageBuffers buffers, double start, ReadTime now, SecondLook look) {
    if (look == SecondLook.FAILED) {
      return Step.UNCONFIRMED;
    }
    Comparison comparison = buffers.comparison();
    RestartDetector.Move move = starts.move(start);
    boolean fell = comparison.hasFallen();
    boolean backInTurn = starts.isReturning(start) && (fell || unsettled > 0);
    // A restart moves the start forward, and by more than a second.
    boolean elsewhere = fell && move == RestartDetector.Move.OTHER;
    boolean fellAgain = fell && unsettled > 0;
    if (look == SecondLook.CONTRADICTED || backInTurn || elsewhere || fellAgain) {
      unsettled = CALM;
      restarts = 0;
      return Step.MIXED;
    }
    unsettled = Math.max(0, unsettled - 1);
    if (unsettled > 0) {
      return Step.MIXED;
    }
    if (look == SecondLook.RESTLESS) {
      starts.distrust();
      move = RestartDetector.Move.NONE;
    }
    Step step = move == RestartDetector.Move.FORWARD ? forward(buffers, start, now) : Step.KNOWN;
    boolean anew = step != Step.KNOWN || (fell && comparison.isAllAnew());
    restarts = anew ? restarts + 1 : 0;
    return step;
  }

  /** What it means that the start went forward. */
  private Step forward(PageBuffers buffers, double start, ReadTime now) {
    Comparison comparison = buffers.comparison();
    double wall = now.wall().toEpochMilli() / 1e3;
    double window = age(now.nanos()).orElse(Duration.ZERO).toNanos() / 1e9;
    boolean between = start >= wall - window - SKEW_SECONDS && start <= wall + SKEW_SECONDS;
    boolean anew =
        comparison.hasFallen()
            || comparison.isAllAnew()
            || buffers.reading().cpuSeconds() < cpuSeconds;
    if (!anew) {
      return between ? Step.UNCERTAIN : Step.KNOWN;
    }
    boolean far = starts.shift(start) >= CLOCK_SET_SECONDS;
    return between || (far && !comparison.isStill()) ? Step.RESTARTED : Step.KNOWN;
  }

  private void countCpu(double now, Step step, CounterChange change) {
    switch (step) {
      case KNOWN -> change.cpu(now < cpuSeconds ? now : now - cpuSeconds);
      case RESTARTED -> change.cpu(now);
      default -> {}
    }
  }

  private static void count(PageBuffers buffers, Step step) {
    boolean known = step == Step.KNOWN || step == Step.UNCERTAIN || step == Step.RESTARTED;
    PageReading page = buffers.reading();
    Comparison comparison = buffers.comparison();
    for (int i = 0; known && i < page.size(); i++) {
      if (comparison.isCompared(page, i) && !comparison.isRepeated(i)) {
        count(buffers, i, step == Step.RESTARTED);
      }
    }
  }

  private static void count(PageBuffers buffers, int index, boolean restarted) {
    PageReading page = buffers.reading();
    Comparison comparison = buffers.comparison();
    CounterChange change = buffers.change();
    double now = page.value(index);
    double delta = restarted ? now : since(comparison.last(index), now);
    boolean isBucket = comparison.isBucket(page, index);
    int twin = comparison.twin(index);
    if (!Comparison.isUsable(now)) {
      if (!isBucket) {
        change.ignore();
      }
    } else if (twin >= 0) {
      double other = page.value(twin);
      if (delta != (restarted ? other : since(comparison.last(twin), other))) {
        twice(change, isBucket, other, now);
      }
    } else if (isBucket) {
      change.bucket(page.bound(index), delta);
    } else {
      RequestResult result = page.result(index);
      change.count(delta, now, result);
      if (delta > 0 && result == RequestResult.NOT_UNDERSTOOD) {
        change.unread(page.unread(index));
      }
    }
  }

  private static void twice(CounterChange change, boolean isBucket, double one, double other) {
    if (isBucket) {
      change.bucketTwice();
    } else {
      change.twice(one, other);
    }
  }

  private static double since(double last, double now) {
    // A counter that was no number before tells nothing yet.
    if (Double.isNaN(last)) {
      return 0;
    }
    return now >= last ? now - last : now;
  }
}
