package dev.ripcord.watch;

import dev.ripcord.health.Escalation;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Judge;
import dev.ripcord.health.Measure;
import dev.ripcord.health.Rules;
import dev.ripcord.health.Sample;
import dev.ripcord.watch.Effect.Notice;
import dev.ripcord.watch.Effect.Notify;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The standing watch of a service that has no release under watch: polls are judged and people are
 * told; nothing is ever rolled back, since no release can be blamed.
 *
 * @param tally what was seen
 * @param firing whether people were told of a lasting breach that has not ended
 * @param well healthy polls in a row
 */
public record IdleWatch(WatchStats tally, boolean firing, int well) {
  private static final List<Measure> MEASURES = List.of(Measure.values());

  /** The state in which it begins. */
  public static IdleWatch start() {
    return new IdleWatch(WatchStats.EMPTY, false, 0);
  }

  /** The same, where people were told before that the service is not well. */
  public IdleWatch troubled() {
    return new IdleWatch(tally, true, well);
  }

  /**
   * What a sample does.
   *
   * @param next the state after it
   * @param notices what people are told
   */
  public record Step(IdleWatch next, List<Notify> notices) {
    public Step {
      notices = List.copyOf(notices);
    }
  }

  /** Judges one sample; the same one again changes nothing. */
  public Step on(Sample sample, Judge judge, Rules rules) {
    if (isKnown(sample)) {
      return new Step(this, List.of());
    }
    WatchStats after = tally.with(sample, judge.judge(sample, tally.carried()), rules);
    HealthReading reading = after.last().orElseThrow();
    List<Notify> notices = new ArrayList<>();
    NotificationRules telling = new NotificationRules(rules);
    Optional<Measure> condemned = condemned(after, rules);
    if (condemned.isPresent() && !firing) {
      notices.add(new Notify(Notice.LIMIT, telling.condemnation(after, condemned.get()).text()));
    }
    int healthy =
        switch (reading.kind()) {
          case HEALTHY -> well + 1;
          case WARNING, BREACH -> 0;
          case UNKNOWN -> well;
        };
    boolean still = condemned.isPresent() || (firing && healthy < rules.clear());
    if (firing && !still) {
      notices.add(new Notify(Notice.RECOVERED, "healthy again"));
    }
    telling.sight(tally, after).ifPresent(notices::add);
    return new Step(new IdleWatch(after, still, healthy), notices);
  }

  /** The time first: it differs nearly always, and the rest costs more to compare. */
  private boolean isKnown(Sample sample) {
    return tally
        .sample()
        .filter(last -> last.at().equals(sample.at()) && last.equals(sample))
        .isPresent();
  }

  /** The first measure whose breaches are to be told. */
  private static Optional<Measure> condemned(WatchStats tally, Rules rules) {
    for (Measure measure : MEASURES) {
      if (tally.isRunning(measure)
          && tally.condemns(measure, rules.breaches())
          && rules.act(measure) != Escalation.OBSERVE) {
        return Optional.of(measure);
      }
    }
    return Optional.empty();
  }
}
