package dev.ripcord.json;

import dev.ripcord.health.Breaches;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Measure;
import dev.ripcord.health.Sample;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Recorded;
import dev.ripcord.rollback.Plan;
import dev.ripcord.rollback.Step;
import dev.ripcord.watch.Watch;
import dev.ripcord.watch.WatchEvent;
import dev.ripcord.watch.WatchSpec;
import dev.ripcord.watch.WatchState;
import dev.ripcord.watch.WatchStats;
import java.time.Duration;
import java.util.Optional;

/**
 * What earlier entries of a watch say about the next one: how many breaches condemn, what a step's
 * number means, what a poll meant. An entry is written without it too, with nulls in these places.
 *
 * @param charter what the watch is to do, from the first entry
 * @param plan the plan that steps are counted in
 * @param state where the watch stands, by its entries
 * @param jumped how far the clock was set while it ran
 */
public record WatchContext(
    Optional<WatchSpec> charter, Optional<Plan> plan, WatchState state, Duration jumped) {
  /** Nothing is known. */
  public static final WatchContext NONE =
      new WatchContext(Optional.empty(), Optional.empty(), Watch.start(), Duration.ZERO);

  /**
   * A judged poll.
   *
   * @param reading what it meant
   * @param streak breaches of the error rate with it
   */
  record Seen(HealthReading reading, int streak) {}

  /** What is known after an entry. An entry is written with what is known after it. */
  public WatchContext after(Recorded recorded) {
    return switch (recorded.entry()) {
      case Entry.Opened(var opened) ->
          new WatchContext(Optional.of(opened), plan, Watch.start(), Duration.ZERO);
      case Entry.Planned(var made) -> new WatchContext(charter, Optional.of(made), state, jumped);
      case Entry.ClockJumped(var by) -> new WatchContext(charter, plan, state, jumped.plus(by));
      case Entry.Watched(var event) -> watched(recorded, event);
      case Entry.Refused _, Entry.Ran _, Entry.Finished _ -> this;
    };
  }

  private WatchContext watched(Recorded recorded, WatchEvent event) {
    return charter
        .map(
            known ->
                new WatchContext(
                    charter,
                    plan,
                    new Watch(known).on(state, event, recorded.at().minus(jumped)).next(),
                    jumped))
        .orElse(this);
  }

  Optional<Breaches> breaches() {
    return charter.map(known -> known.rules().breaches());
  }

  /** What a poll meant, where it is the last one that was judged. */
  Optional<Seen> seen(Sample sample) {
    WatchStats tally = state.tally();
    return tally
        .last()
        .filter(reading -> tally.sample().equals(Optional.of(sample)))
        .flatMap(
            reading -> breaches().map(b -> new Seen(reading, tally.streak(Measure.ERROR_RATE, b))));
  }

  Optional<Step> step(int index) {
    return plan.filter(p -> index < p.steps().size()).map(p -> p.steps().get(index));
  }
}
