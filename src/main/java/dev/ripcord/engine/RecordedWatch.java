package dev.ripcord.engine;

import dev.ripcord.engine.context.WatchSnapshot;
import dev.ripcord.port.Control.WatchStatus;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Journal.WatchRow;
import dev.ripcord.port.Recorded;
import dev.ripcord.rollback.Plan;
import dev.ripcord.rollback.Refusal;
import dev.ripcord.watch.WatchState;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** How a watch stands that does not run in this process, by its entries. */
public final class RecordedWatch {
  private RecordedWatch() {}

  /** Its state, its polls, and in one line what became of its rollback. */
  public static WatchStatus status(WatchRow row, List<Recorded> entries) {
    WatchState state = WatchSnapshot.fold(entries).state();
    boolean ended = row.endedAt().isPresent();
    return new WatchStatus(
        row,
        ended ? WatchState.Phase.ENDED : state.phase(),
        state.tally().polls(),
        rollback(entries, ended));
  }

  private static String rollback(List<Recorded> entries, boolean ended) {
    Optional<Plan> plan = Optional.empty();
    List<Refusal> refusals = List.of();
    for (Recorded recorded : entries) {
      if (recorded.entry() instanceof Entry.Planned(Plan made)) {
        plan = Optional.of(made);
      } else if (recorded.entry() instanceof Entry.Refused(List<Refusal> why)) {
        refusals = why;
      }
    }
    if (!refusals.isEmpty()) {
      return "the rollback was refused: "
          + refusals.stream().map(Refusal::text).collect(Collectors.joining("; "));
    }
    String to =
        plan.flatMap(p -> p.release().previousImage()).map(image -> " to " + image).orElse("");
    if (plan.isPresent()) {
      return (ended ? "a rollback" : "being rolled back") + to + (ended ? " was begun" : "");
    }
    return ended ? "nothing was rolled back" : "another process watches it";
  }
}
