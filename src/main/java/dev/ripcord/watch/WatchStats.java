package dev.ripcord.watch;

import dev.ripcord.health.Breaches;
import dev.ripcord.health.Counts;
import dev.ripcord.health.Escalation;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Judge;
import dev.ripcord.health.Measure;
import dev.ripcord.health.Rules;
import dev.ripcord.health.Sample;
import dev.ripcord.health.SequentialTest;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a watch has seen so far.
 *
 * @param streaks each measure's last decided polls
 * @param carried counts that could not tell yet
 * @param polls how many polls were judged
 * @param healthy of how many of them the error rate was healthy
 * @param warned how many of them were a warning
 * @param unmeasured how many in a row could not be measured
 * @param lastAt when the last judged sample was taken
 * @param last the last reading
 * @param sample the last judged sample
 * @param paused how long the bake time stood still
 * @param total all requests and errors of the judged polls, without those that are a breach by
 *     themselves
 * @param isSure whether those have shown once that the service fails too often
 * @param breached breaches of the error rate since people were told of the first; 0 when it is over
 * @param well healthy polls of the error rate in a row
 */
public record WatchStats(
    Map<Measure, Streak> streaks,
    Counts carried,
    int polls,
    int healthy,
    int warned,
    int unmeasured,
    Optional<Instant> lastAt,
    Optional<HealthReading> last,
    Optional<Sample> sample,
    Duration paused,
    Counts total,
    boolean isSure,
    int breached,
    int well) {
  /** Polls in a row without a measurement that make a watch blind. */
  public static final int BLIND_AFTER = 4;

  static final WatchStats EMPTY =
      new WatchStats(
          Map.of(),
          Counts.NONE,
          0,
          0,
          0,
          0,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Duration.ZERO,
          Counts.NONE,
          false,
          0,
          0);

  public WatchStats {
    streaks = Map.copyOf(streaks);
  }

  /** Whether nothing could be measured for four polls in a row. */
  public boolean isBlind() {
    return unmeasured >= BLIND_AFTER;
  }

  /** How many breaches of a measure count now. */
  public int streak(Measure measure, Breaches rule) {
    return streaks.getOrDefault(measure, Streak.NONE).length(rule);
  }

  boolean condemns(Measure measure, Breaches rule) {
    return streaks.getOrDefault(measure, Streak.NONE).condemns(rule);
  }

  /** Whether all polls together say now that the service fails too often, and may do more. */
  boolean condemnsAsAWhole(Rules rules) {
    return rules.wholeWatch().compareTo(Escalation.ASK) >= 0 && SequentialTest.isSure(total, rules);
  }

  boolean isRunning(Measure measure) {
    return streaks.getOrDefault(measure, Streak.NONE).isRunning();
  }

  WatchStats with(Sample seen, Judge.Judgement judgement, Rules rules) {
    Breaches rule = rules.breaches();
    HealthReading reading = judgement.reading();
    Map<Measure, Streak> next = new EnumMap<>(Measure.class);
    next.putAll(streaks);
    reading
        .measures()
        .forEach(
            (m, kind) -> {
              if (kind != HealthReading.Kind.UNKNOWN) {
                next.put(
                    m,
                    streaks
                        .getOrDefault(m, Streak.NONE)
                        .and(kind != HealthReading.Kind.HEALTHY, rule));
              }
            });
    // What a poll can tell by itself is said by it, and a burst that is over is no steady failure.
    boolean tellsItself =
        reading.measures().get(Measure.ERROR_RATE) == HealthReading.Kind.BREACH
            && seen.counts().orElse(Counts.NONE).requests() >= rules.minimumRequests();
    Counts all =
        seen.probed() || tellsItself ? total : seen.counts().map(total::plus).orElse(total);
    boolean healthyPoll = reading.measures().get(Measure.ERROR_RATE) == HealthReading.Kind.HEALTHY;
    boolean breachedPoll = reading.measures().get(Measure.ERROR_RATE) == HealthReading.Kind.BREACH;
    int inARow = breachedPoll ? 0 : well + (healthyPoll ? 1 : 0);
    return new WatchStats(
        next,
        judgement.carried(),
        polls + 1,
        healthy + (healthyPoll ? 1 : 0),
        warned + (reading.kind() == HealthReading.Kind.WARNING ? 1 : 0),
        reading.unmeasured() ? unmeasured + 1 : 0,
        Optional.of(seen.at()),
        Optional.of(reading),
        Optional.of(seen),
        paused,
        all,
        isSure || SequentialTest.isSure(all, rules),
        breachedPoll ? breached + 1 : inARow >= rules.clear() ? 0 : breached,
        inARow);
  }

  WatchStats seeing(Sample seen, Judge.Judgement judgement) {
    return new WatchStats(
        streaks,
        carried,
        polls,
        healthy,
        warned,
        unmeasured,
        Optional.of(seen.at()),
        Optional.of(judgement.reading()),
        Optional.of(seen),
        paused,
        total,
        isSure,
        breached,
        well);
  }

  WatchStats pausedFor(Duration more) {
    return new WatchStats(
        streaks,
        carried,
        polls,
        healthy,
        warned,
        unmeasured,
        lastAt,
        last,
        sample,
        paused.plus(more),
        total,
        isSure,
        breached,
        well);
  }
}
