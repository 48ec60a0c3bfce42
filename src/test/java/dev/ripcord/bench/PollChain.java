package dev.ripcord.bench;

import dev.ripcord.health.Counts;
import dev.ripcord.health.Latency;
import dev.ripcord.health.Liveness;
import dev.ripcord.health.Measure;
import dev.ripcord.health.Rules;
import dev.ripcord.health.Sample;
import dev.ripcord.release.Release;
import dev.ripcord.release.ServiceName;
import dev.ripcord.watch.Watch;
import dev.ripcord.watch.WatchEvent;
import dev.ripcord.watch.WatchSpec;
import dev.ripcord.watch.WatchState;
import dev.ripcord.watch.WatchStats;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The watch machine as a Markov chain: so many requests a poll, each failing on its own with a
 * given chance.
 *
 * <p>What a watch goes on with from poll to poll is the counts that it carries and the marks of its
 * streak. The chain is found by feeding the real machine every possible number of errors in every
 * such state; the chance of each number is the binomial one. Nothing is drawn by lot: the only
 * error is that of double arithmetic, and of numbers of errors less likely than 1e-22, which are
 * left out.
 */
final class PollChain {
  private static final Duration INTERVAL = Duration.ofSeconds(30);
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final double NEGLIGIBLE = 1e-22;
  private static final int BLOCK = 2520;

  private final Watch watch;
  private final long requests;
  private final double[] chances;
  private final Map<Key, Integer> places = new HashMap<>();
  private final List<WatchState> states = new ArrayList<>();
  private final List<int[]> targets = new ArrayList<>();

  /** What one poll leaves to the next. */
  private record Key(Counts carried, Object marks) {
    static Key of(WatchStats tally) {
      Object marks = tally.streaks().get(Measure.ERROR_RATE);
      return new Key(tally.carried(), Objects.requireNonNullElse(marks, "none"));
    }
  }

  PollChain(Rules rules, long requests, double errorRate) {
    Release release =
        new Release(new ServiceName("shop"), "v42", Optional.empty(), Optional.empty());
    Duration forEver = Duration.ofDays(100_000);
    this.watch =
        new Watch(
            new WatchSpec(
                release,
                rules,
                START,
                Duration.ZERO,
                forEver,
                INTERVAL,
                Optional.empty(),
                Optional.empty()));
    this.requests = requests;
    this.chances = binomial(requests, errorRate);
    explore();
  }

  /** The chance of each number of errors, from 0 until it is negligible. */
  private static double[] binomial(long requests, double errorRate) {
    List<Double> chances = new ArrayList<>();
    double logNone = requests * Math.log1p(-errorRate);
    double log = logNone;
    for (long errors = 0; errors <= requests; errors++) {
      double chance = Math.exp(log);
      if (errors > requests * errorRate && chance < NEGLIGIBLE) {
        break;
      }
      chances.add(chance);
      log +=
          Math.log((requests - errors) / (errors + 1.0))
              + Math.log(errorRate)
              - Math.log1p(-errorRate);
    }
    return chances.stream().mapToDouble(c -> c).toArray();
  }

  private void explore() {
    Deque<WatchState> open = new ArrayDeque<>();
    place(Watch.start(), open);
    while (!open.isEmpty()) {
      WatchState state = open.remove();
      int[] next = new int[chances.length];
      for (int errors = 0; errors < chances.length; errors++) {
        WatchState after = watch.on(state, sampled(state, errors), START).next();
        next[errors] = after instanceof WatchState.Watching ? place(after, open) : -1;
      }
      targets.add(next);
    }
  }

  private int place(WatchState state, Deque<WatchState> open) {
    return places.computeIfAbsent(
        Key.of(state.tally()),
        key -> {
          states.add(state);
          open.add(state);
          return states.size() - 1;
        });
  }

  private WatchEvent sampled(WatchState state, long errors) {
    return new WatchEvent.Sampled(
        new Sample(
            "v42",
            state.tally().lastAt().orElse(START).plus(INTERVAL),
            INTERVAL,
            Liveness.ANSWERS,
            OptionalInt.empty(),
            Optional.of(new Counts(requests, errors)),
            false,
            Latency.NONE,
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            Optional.empty(),
            List.of()));
  }

  /** The chance to be condemned at each of the first polls: at the first one, at the second … */
  double[] condemnedAt(int polls) {
    double[] now = new double[states.size()];
    now[0] = 1;
    double[] condemned = new double[polls];
    for (int poll = 0; poll < polls; poll++) {
      double[] next = new double[now.length];
      condemned[poll] = step(now, next);
      now = next;
    }
    return condemned;
  }

  /** The chance to be condemned within the first polls. */
  double condemnedWithin(int polls) {
    return Arrays.stream(condemnedAt(polls)).sum();
  }

  /**
   * How often a poll condemns in the long run, among the polls of watches that go on: the mean over
   * a block of polls, when the next block has the same. A block holds a whole number of every cycle
   * in which few requests are carried until they are enough.
   */
  double ratePerPoll() {
    double[] now = new double[states.size()];
    now[0] = 1;
    double before = 0;
    for (int block = 0; block < 20; block++) {
      double condemned = 0;
      for (int poll = 0; poll < BLOCK; poll++) {
        double[] next = new double[now.length];
        condemned += step(now, next);
        double left = Arrays.stream(next).sum();
        now = Arrays.stream(next).map(p -> p / left).toArray();
      }
      double rate = condemned / BLOCK;
      if (Math.abs(rate - before) <= 1e-6 * rate) {
        return rate;
      }
      before = rate;
    }
    throw new IllegalStateException("the rate at " + requests + " requests does not settle");
  }

  private double step(double[] now, double[] next) {
    double condemned = 0;
    for (int state = 0; state < now.length; state++) {
      int[] to = targets.get(state);
      for (int errors = 0; errors < to.length; errors++) {
        double chance = now[state] * chances[errors];
        if (to[errors] < 0) {
          condemned += chance;
        } else {
          next[to[errors]] += chance;
        }
      }
    }
    return condemned;
  }
}
