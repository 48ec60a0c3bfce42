package dev.ripcord.probe;

import java.time.Duration;
import java.util.Optional;

/**
 * The last good reading of one service's metrics page, with which the next is compared.
 *
 * <p>The rules of a counter: it is compared series by series and only then summed. The process
 * began anew: all it counted since is new. A series fell although the process did not begin anew:
 * that series began anew. A series that was not on a page that was read: it began at 0, so all it
 * counts is new. A first reading tells nothing. After failed readings the last good one stays for
 * {@link #KEPT}, so that errors in between are not lost.
 */
final class Baseline {
  /** For how long a reading can be compared with. */
  static final Duration KEPT = Duration.ofMinutes(5);

  private static final int NO_FAMILY = -1;

  /** How a reading compares with the one before. */
  enum Step {
    /** There is none, or it is too old. */
    FIRST,
    /** The page now counts by other series, which were there before and were not remembered. */
    OTHER_FAMILY,
    /** Several processes answer in turn. */
    MIXED,
    /** The page's own timestamps have not moved. */
    REPEATED,
    /** The change is known. */
    KNOWN
  }

  private final Starts starts = new Starts();
  private SeriesTable table = new SeriesTable();
  private boolean there;
  private long readNanos;
  private int family = NO_FAMILY;
  private long families;
  private double stamp = Double.NaN;
  private double cpuSeconds = Double.NaN;

  /** How long ago the reading was; empty when there is none that can be compared with. */
  Optional<Duration> age(long nowNanos) {
    Duration age = Duration.ofNanos(nowNanos - readNanos);
    return there && age.compareTo(KEPT) <= 0 ? Optional.of(age) : Optional.empty();
  }

  /**
   * Compares a page with the reading before and remembers it instead.
   *
   * @param change is filled with what happened in between, when the step is {@link Step#KNOWN}
   */
  Step advance(PageReading page, long nowNanos, Change change) {
    change.clear();
    boolean comparable = age(nowNanos).isPresent();
    Optional<Family> chosen = page.family();
    Starts.Step process = starts.next(chosen.map(page::start).orElseGet(page::processStart));
    Step step = comparable ? step(page, chosen, process) : Step.FIRST;
    boolean known = step == Step.KNOWN;
    boolean restarted = process == Starts.Step.RESTARTED;
    if (known) {
      cpu(page.cpuSeconds(), restarted, change);
    }
    if (!known || restarted || chosen.isEmpty()) {
      table.clear(page.size());
    }
    chosen.ifPresent(f -> take(page, f, known, change));
    there = true;
    readNanos = nowNanos;
    family = chosen.map(Family::index).orElse(NO_FAMILY);
    families = page.families();
    stamp = chosen.map(page::stamp).orElse(Double.NaN);
    cpuSeconds = page.cpuSeconds();
    return step;
  }

  private Step step(PageReading page, Optional<Family> chosen, Starts.Step process) {
    if (process == Starts.Step.MIXED) {
      return Step.MIXED;
    }
    if (chosen.isEmpty()) {
      return Step.KNOWN;
    }
    int now = chosen.get().index();
    if (now != family && (families & (1L << now)) != 0) {
      return Step.OTHER_FAMILY;
    }
    return page.stamp(chosen.get()) <= stamp ? Step.REPEATED : Step.KNOWN;
  }

  private void cpu(double now, boolean restarted, Change change) {
    if (restarted || now < cpuSeconds) {
      change.cpu(now);
    } else {
      change.cpu(now - cpuSeconds);
    }
  }

  private void take(PageReading page, Family chosen, boolean known, Change change) {
    int counter = Vocabulary.code(chosen, Vocabulary.COUNT);
    int bucket = Vocabulary.code(chosen.latencySource(), Vocabulary.BUCKET);
    int before = table.size();
    int met = 0;
    for (int i = 0; i < page.size(); i++) {
      int code = page.code(i);
      if (code != counter && code != bucket) {
        continue;
      }
      double now = page.value(i);
      boolean usable = now >= 0 && now < Double.POSITIVE_INFINITY;
      int place = table.find(page.key(i));
      double last = place >= 0 ? table.value(place) : 0;
      if (place < 0) {
        table.add(page.key(i), usable ? now : Double.NaN);
      } else if (usable) {
        table.set(place, now);
      }
      met += place >= 0 ? 1 : 0;
      double delta = known ? since(last, now) : 0;
      note(page, i, code == bucket, usable ? delta : Double.NaN, change);
    }
    if (met < before) {
      table = withoutVanished(page, counter, bucket);
    }
  }

  private static double since(double last, double now) {
    // A counter that was no number before tells nothing yet.
    if (Double.isNaN(last)) {
      return 0;
    }
    return now >= last ? now - last : now;
  }

  private static void note(
      PageReading page, int index, boolean bucket, double delta, Change change) {
    if (Double.isNaN(delta)) {
      if (!bucket) {
        change.ignore();
      }
    } else if (bucket) {
      change.bucket(page.bound(index), delta);
    } else {
      change.count(delta, page.isError(index));
    }
  }

  /** The table with only the series of this page, so that one that comes back counts from 0. */
  private SeriesTable withoutVanished(PageReading page, int counter, int bucket) {
    SeriesTable rest = new SeriesTable();
    rest.clear(page.size());
    for (int i = 0; i < page.size(); i++) {
      long key = page.key(i);
      boolean ours = page.code(i) == counter || page.code(i) == bucket;
      if (ours && rest.find(key) < 0) {
        rest.add(key, table.value(table.find(key)));
      }
    }
    return rest;
  }
}
