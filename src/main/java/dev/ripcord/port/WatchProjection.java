package dev.ripcord.port;

import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Measure;
import dev.ripcord.health.Sample;
import dev.ripcord.rollback.Plan;
import dev.ripcord.rollback.Refusal;
import dev.ripcord.rollback.RollbackMachine;
import dev.ripcord.rollback.RunEvent;
import dev.ripcord.rollback.RunState;
import dev.ripcord.rollback.Step;
import dev.ripcord.watch.Condemnation;
import dev.ripcord.watch.Transition;
import dev.ripcord.watch.Watch;
import dev.ripcord.watch.WatchEvent;
import dev.ripcord.watch.WatchSpec;
import dev.ripcord.watch.WatchState;
import dev.ripcord.watch.WatchStats;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where a watch stands, as its journal tells: the fold of its entries. The engine goes on from it,
 * and whoever shows a watch reads it. Immutable.
 *
 * @param id its number
 * @param charter what it is to do: as it was set up, or as it was revised last
 * @param state the watch machine's state
 * @param poll what the last entry means, where it is a poll that was judged
 * @param run the rollback machine's state, where a plan was made
 * @param stopBy who asked for the end of the rollback, where somebody has
 * @param answer what a person said to the rollback that asks about what its downs would destroy,
 *     where the run has not heard it yet
 * @param refusals why a rollback was wanted and refused; empty where none was
 * @param began when the rollback began, where it has
 * @param jumped how far the clock was set while it ran, all jumps together
 * @param last when its last entry was written
 * @param newest the number of its last entry
 */
public record WatchProjection(
    long id,
    WatchSpec charter,
    WatchState state,
    Optional<Poll> poll,
    Optional<RunState> run,
    Optional<String> stopBy,
    Optional<RunEvent> answer,
    List<Refusal> refusals,
    Optional<Instant> began,
    Duration jumped,
    Instant last,
    long newest) {
  public WatchProjection {
    refusals = List.copyOf(refusals);
  }

  /**
   * A poll that was judged.
   *
   * @param sample what was measured
   * @param reading what it meant
   * @param streak breaches of the error rate with it
   * @param condemned why the release is condemned, where this poll condemns it
   */
  public record Poll(
      Sample sample, HealthReading reading, int streak, Optional<Condemnation> condemned) {}

  /**
   * Folds the entries of one watch.
   *
   * @throws IllegalStateException when the first entry is not the opening one
   */
  public static WatchProjection fold(List<Recorded> entries) {
    Optional<WatchProjection> folded = Optional.empty();
    for (Recorded recorded : entries) {
      folded = after(folded, recorded);
      if (folded.isEmpty()) {
        break;
      }
    }
    return folded.orElseThrow(
        () -> new IllegalStateException("a watch begins with its opening, and this one does not"));
  }

  /**
   * The watch after one more entry.
   *
   * @param before where it stood; empty before its opening
   * @return empty as long as its opening was not seen
   */
  public static Optional<WatchProjection> after(
      Optional<WatchProjection> before, Recorded recorded) {
    return recorded.entry() instanceof Entry.Opened(WatchSpec charter)
        ? Optional.of(opened(charter, recorded))
        : before.map(it -> it.after(recorded));
  }

  private static WatchProjection opened(WatchSpec charter, Recorded recorded) {
    return new WatchProjection(
        recorded.watch(),
        charter,
        Watch.start(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Duration.ZERO,
        recorded.at(),
        recorded.id());
  }

  private WatchProjection after(Recorded recorded) {
    Folding next = new Folding(this);
    switch (recorded.entry()) {
      case Entry.Opened _ -> {}
      case Entry.Revised(var charter) -> next.charter = charter;
      case Entry.Watched(var event) -> next.watched(event, recorded);
      case Entry.Planned(var made) -> next.run = Optional.of(RollbackMachine.start(made));
      case Entry.Refused(var why) -> next.refusals = why;
      case Entry.Ran(var event) -> {
        next.began = began.or(() -> Optional.of(recorded.at()));
        next.run = run.map(it -> RollbackMachine.on(it, event, time(recorded)).next());
        next.answer = isAsking(next.run) ? answer : Optional.empty();
      }
      case Entry.ClockJumped(var by) -> next.jumped = jumped.plus(by);
      case Entry.Finished _ -> {}
    }
    return next.at(recorded);
  }

  /** The time of the watch: that of day without the jumps. */
  private Instant time(Recorded recorded) {
    return recorded.at().minus(jumped);
  }

  private static boolean isAsking(Optional<RunState> run) {
    return run.filter(RunState.Asking.class::isInstance).isPresent();
  }

  /** The plan, where one was made. */
  public Optional<Plan> plan() {
    return run.map(RunState::plan);
  }

  /** The step of the plan with this index, from 0. */
  public Optional<Step> step(int index) {
    return plan()
        .map(Plan::steps)
        .filter(steps -> index < steps.size())
        .map(steps -> steps.get(index));
  }

  /** What changes with one entry. */
  private static final class Folding {
    private final WatchProjection before;
    private WatchSpec charter;
    private WatchState state;
    private Optional<Poll> poll = Optional.empty();
    private Optional<RunState> run;
    private Optional<String> stopBy;
    private Optional<RunEvent> answer;
    private List<Refusal> refusals;
    private Optional<Instant> began;
    private Duration jumped;

    Folding(WatchProjection before) {
      this.before = before;
      charter = before.charter;
      state = before.state;
      run = before.run;
      stopBy = before.stopBy;
      answer = before.answer;
      refusals = before.refusals;
      began = before.began;
      jumped = before.jumped;
    }

    void watched(WatchEvent event, Recorded recorded) {
      if (state instanceof WatchState.RollingBack && isAsking(run)) {
        answer =
            switch (event) {
              case WatchEvent.Approved(String by) -> Optional.of(new RunEvent.Approved(by));
              case WatchEvent.AbortAsked(String by) -> Optional.of(new RunEvent.AbortAsked(by));
              default -> answer;
            };
      } else if (state instanceof WatchState.RollingBack
          && event instanceof WatchEvent.AbortAsked(String by)) {
        stopBy = Optional.of(by);
      }
      Transition transition = new Watch(before.charter).on(state, event, before.time(recorded));
      state = transition.next();
      if (event instanceof WatchEvent.Sampled(Sample sample)) {
        poll = poll(sample, transition);
      }
    }

    private Optional<Poll> poll(Sample sample, Transition transition) {
      WatchStats stats = state.tally();
      return stats
          .last()
          .filter(_ -> stats.sample().equals(Optional.of(sample)))
          .map(
              reading ->
                  new Poll(
                      sample,
                      reading,
                      stats.streak(Measure.ERROR_RATE, before.charter.rules().breaches()),
                      transition.condemned()));
    }

    WatchProjection at(Recorded recorded) {
      return new WatchProjection(
          before.id,
          charter,
          state,
          poll,
          run,
          stopBy,
          answer,
          refusals,
          began,
          jumped,
          recorded.at(),
          recorded.id());
    }
  }
}
