package dev.ripcord.health;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * How fast a service spends the errors that its objective allows. It finds what never crosses the
 * threshold and yet is too much: with an objective of 99.9%, errors of 4.9% spend the budget of 30
 * days in 15 hours.
 *
 * <p>A burn rate of 1 spends the budget in just the time it is for. Two pairs of windows are looked
 * at: 14.4 over an hour, which spends 2% of 30 days, and 6 over six hours, which spends 5%; each
 * must also hold over a short window, so that an alert ends soon after the cause (Beyer et al., The
 * Site Reliability Workbook, 2018, chapter 5: multiwindow, multi-burn-rate alerts). So many errors
 * must also be beyond chance for a service that just keeps its objective, or the first error of a
 * quiet one would alert.
 *
 * <p>For one thread at a time; it keeps six hours of counts in spans of five minutes.
 */
public final class ErrorBudget {
  /** What an objective is for, as most teams have it. */
  private static final Duration PERIOD = Duration.ofDays(30);

  private static final long SPAN_SECONDS = 300;
  private static final int SPANS = 72;
  private static final Window[] WINDOWS = {new Window(14.4, 12, 1), new Window(6, 72, 6)};

  /** So rarely may a service that just keeps its objective look like this. */
  private static final double CHANCE = 1e-4;

  private final Ratio objective;
  private final double budget;
  private final long[] requests = new long[SPANS];
  private final long[] errors = new long[SPANS];
  private long newest = Long.MIN_VALUE;

  /** Lengths are in spans. */
  private record Window(double rate, int all, int lately) {}

  /**
   * Too fast.
   *
   * @param counts what was counted in the window
   * @param window how long that is
   * @param rate how many times as fast as the objective allows
   */
  public record Burn(Counts counts, Duration window, double rate) {
    /** When the budget of 30 days would be gone at this rate. */
    public Duration lasts() {
      return Duration.ofSeconds((long) (PERIOD.toSeconds() / rate));
    }
  }

  /**
   * Nothing is spent yet.
   *
   * @param objective the share of requests that shall not fail, below 1
   */
  public ErrorBudget(Ratio objective) {
    if (objective.value() >= 1) {
      throw new IllegalArgumentException("an objective of 100% leaves nothing to spend");
    }
    this.objective = objective;
    this.budget = 1 - objective.value();
  }

  /** The share of requests that shall not fail. */
  public Ratio objective() {
    return objective;
  }

  /** Adds what a poll counted. A clock that was set back adds to the newest span. */
  public void add(Instant at, Counts counts) {
    long span = Math.floorDiv(at.getEpochSecond(), SPAN_SECONDS);
    if (newest == Long.MIN_VALUE || span - newest >= SPANS) {
      Arrays.fill(requests, 0);
      Arrays.fill(errors, 0);
      newest = span;
    }
    for (; newest < span; newest++) {
      int next = place(newest + 1);
      requests[next] = 0;
      errors[next] = 0;
    }
    requests[place(newest)] += counts.requests();
    errors[place(newest)] += counts.errors();
  }

  /** Whether it is spent too fast now; of several windows the one that burns fastest. */
  public Optional<Burn> burn() {
    Optional<Burn> worst = Optional.empty();
    for (Window window : WINDOWS) {
      Counts all = last(window.all);
      double rate = rate(all);
      // The newest span has only begun: the one before it counts with it.
      boolean burns = rate >= window.rate && rate(last(window.lately + 1)) >= window.rate;
      if (burns
          && BinomialTail.tail(all.errors(), all.requests(), budget) <= CHANCE
          && worst.filter(burn -> burn.rate() >= rate).isEmpty()) {
        worst = Optional.of(new Burn(all, Duration.ofSeconds(SPAN_SECONDS * window.all), rate));
      }
    }
    return worst;
  }

  private double rate(Counts counts) {
    return counts.requests() == 0 ? 0 : counts.errorRate() / budget;
  }

  private Counts last(int spans) {
    long all = 0;
    long failed = 0;
    for (int i = 0; i < spans && newest != Long.MIN_VALUE; i++) {
      int place = place(newest - i);
      all += requests[place];
      failed += errors[place];
    }
    return new Counts(all, failed);
  }

  private static int place(long span) {
    return Math.floorMod(span, SPANS);
  }
}
