package dev.ripcord.engine.context;

import dev.ripcord.port.Entry;
import dev.ripcord.port.Recorded;
import dev.ripcord.rollback.RollbackMachine;
import dev.ripcord.rollback.RunState;
import dev.ripcord.watch.Watch;
import dev.ripcord.watch.WatchEvent;
import dev.ripcord.watch.WatchSpec;
import dev.ripcord.watch.WatchState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where a watch stands, as its journal tells: the fold of its entries.
 *
 * @param id its number
 * @param charter what it was set up to do
 * @param state the watch machine's state
 * @param run the rollback machine's state, where a plan was made
 * @param stopBy who asked for the end of the rollback, where somebody has
 * @param refused whether a rollback was wanted and refused
 * @param began when the rollback began, where it has
 * @param jumped how far the clock was set while it ran, all jumps together
 * @param last when its last entry was written
 * @param newest the number of its last entry
 */
public record WatchSnapshot(
    long id,
    WatchSpec charter,
    WatchState state,
    Optional<RunState> run,
    Optional<String> stopBy,
    boolean refused,
    Optional<Instant> began,
    Duration jumped,
    Instant last,
    long newest) {
  /**
   * Folds the entries of one watch.
   *
   * @throws IllegalStateException when the first entry is not the opening one
   */
  public static WatchSnapshot fold(List<Recorded> entries) {
    if (entries.isEmpty() || !(entries.getFirst().entry() instanceof Entry.Opened opened)) {
      throw new IllegalStateException("a watch begins with its opening, and this one does not");
    }
    WatchSpec charter = opened.charter();
    Watch watch = new Watch(charter);
    WatchState state = Watch.start();
    Optional<RunState> run = Optional.empty();
    Optional<String> stopBy = Optional.empty();
    boolean refused = false;
    Optional<Instant> began = Optional.empty();
    Duration jumped = Duration.ZERO;
    for (Recorded recorded : entries) {
      switch (recorded.entry()) {
        case Entry.Opened o -> {}
        case Entry.Watched w -> {
          if (state instanceof WatchState.RollingBack
              && w.event() instanceof WatchEvent.AbortAsked ask) {
            stopBy = Optional.of(ask.by());
          }
          state = watch.on(state, w.event(), recorded.at().minus(jumped)).next();
        }
        case Entry.Planned p -> run = Optional.of(RollbackMachine.start(p.plan()));
        case Entry.Refused r -> refused = true;
        case Entry.Ran r -> {
          began = began.or(() -> Optional.of(recorded.at()));
          Instant at = recorded.at().minus(jumped);
          run = run.map(s -> RollbackMachine.on(s, r.event(), at).next());
        }
        case Entry.ClockJumped j -> jumped = jumped.plus(j.by());
        case Entry.Finished f -> {}
      }
    }
    Recorded last = entries.getLast();
    return new WatchSnapshot(
        last.watch(), charter, state, run, stopBy, refused, began, jumped, last.at(), last.id());
  }
}
