package dev.ripcord.json;

import dev.ripcord.port.Entry;
import dev.ripcord.port.Recorded;
import dev.ripcord.rollback.Plan;
import dev.ripcord.rollback.Step;
import dev.ripcord.watch.Breaches;
import dev.ripcord.watch.Reading;
import dev.ripcord.watch.Sample;
import java.util.Optional;

/**
 * What earlier entries of a watch say about the next one: how many breaches condemn, what a step's
 * number means, what a poll meant. An entry is written without it too, with nulls in these places.
 *
 * @param breaches how many breaches condemn, from the first entry
 * @param plan the plan that steps are counted in
 * @param seen the poll that was judged last
 */
public record WatchContext(Optional<Breaches> breaches, Optional<Plan> plan, Optional<Seen> seen) {
  /** Nothing is known. */
  public static final WatchContext NONE =
      new WatchContext(Optional.empty(), Optional.empty(), Optional.empty());

  /**
   * A judged poll.
   *
   * @param sample what was measured
   * @param reading what it meant
   * @param streak breaches of the error rate with it
   */
  public record Seen(Sample sample, Reading reading, int streak) {}

  /** What is known after an entry. */
  public WatchContext after(Recorded recorded) {
    return switch (recorded.entry()) {
      case Entry.Opened(var charter) ->
          new WatchContext(Optional.of(charter.rules().breaches()), plan, seen);
      case Entry.Planned(var made) -> new WatchContext(breaches, Optional.of(made), seen);
      case Entry.Watched _, Entry.Refused _, Entry.Ran _, Entry.ClockJumped _, Entry.Finished _ ->
          this;
    };
  }

  /** What is known after a poll was judged. Tell it before the poll's entry is written. */
  public WatchContext seeing(Sample sample, Reading reading, int streak) {
    return new WatchContext(breaches, plan, Optional.of(new Seen(sample, reading, streak)));
  }

  Optional<Seen> seen(Sample sample) {
    return seen.filter(s -> s.sample().equals(sample));
  }

  Optional<Step> step(int index) {
    return plan.filter(p -> index < p.steps().size()).map(p -> p.steps().get(index));
  }
}
