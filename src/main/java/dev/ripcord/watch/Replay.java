package dev.ripcord.watch;

import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Measure;
import dev.ripcord.health.Rules;
import dev.ripcord.health.Sample;
import dev.ripcord.release.Release;
import dev.ripcord.release.ServiceName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Judges recorded polls again as a watch under given rules would: the same machine, with the last
 * poll at the end of its bake time. Pure.
 *
 * @param polls what each poll meant, up to the one that condemned
 * @param outcome healthy, condemned or inconclusive
 * @param text one line for people
 */
public record Replay(List<Poll> polls, Outcome outcome, String text) {
  private static final String RELEASE = "replay";
  private static final Duration EACH = Duration.ofSeconds(1);

  public Replay {
    polls = List.copyOf(polls);
  }

  /**
   * One poll.
   *
   * @param sample what was recorded
   * @param reading what it means under these rules
   * @param streak breaches of the error rate that count after it
   */
  public record Poll(Sample sample, HealthReading reading, int streak) {}

  /** Judges samples in their order. */
  public static Replay of(Rules rules, List<Sample> samples) {
    WatchSpec spec =
        new WatchSpec(
            new Release(
                new ServiceName(RELEASE),
                RELEASE,
                Optional.empty(),
                Optional.empty(),
                Optional.empty()),
            rules,
            Instant.EPOCH,
            Duration.ZERO,
            EACH.multipliedBy(samples.size() + 1L),
            EACH,
            Optional.empty(),
            Optional.empty());
    Watch watch = new Watch(spec);
    WatchState state = Watch.start();
    List<Poll> polls = new ArrayList<>();
    for (Sample sample : samples) {
      Instant now = spec.startedAt().plus(EACH.multipliedBy(polls.size() + 1L));
      Transition step = watch.on(state, new WatchEvent.Sampled(sample.of(RELEASE)), now);
      state = step.next();
      WatchStats stats = state.tally();
      stats
          .last()
          .map(
              reading ->
                  new Poll(sample, reading, stats.streak(Measure.ERROR_RATE, rules.breaches())))
          .ifPresent(polls::add);
      if (step.condemned().isPresent()) {
        return new Replay(polls, Outcome.CONDEMNED, step.condemned().get().text());
      }
    }
    return ended(watch, spec, state, polls);
  }

  private static Replay ended(Watch watch, WatchSpec spec, WatchState state, List<Poll> polls) {
    WatchState last = watch.on(state, new WatchEvent.Ticked(), spec.bakeEnds()).next();
    if (!(last instanceof WatchState.Ended)) {
      // Breaches are under way: no poll comes any more that could settle them.
      last = watch.on(last, new WatchEvent.Ticked(), Instant.MAX).next();
    }
    WatchState.Ended end = (WatchState.Ended) last;
    return new Replay(polls, end.outcome(), end.text());
  }
}
