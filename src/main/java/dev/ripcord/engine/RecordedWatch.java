package dev.ripcord.engine;

import dev.ripcord.port.Control.WatchStatus;
import dev.ripcord.port.Journal;
import dev.ripcord.port.Journal.WatchRow;
import dev.ripcord.port.Recorded;
import dev.ripcord.port.WatchProjection;
import dev.ripcord.rollback.Refusal;
import dev.ripcord.rollback.RunState;
import dev.ripcord.watch.BakeTime;
import dev.ripcord.watch.WatchState;
import io.vertx.core.Future;
import java.util.List;
import java.util.stream.Collectors;

/** How a watch stands that does not run in this process, by its entries. */
public final class RecordedWatch {
  private RecordedWatch() {}

  /** Its state, its polls, and in one line what became of its rollback. */
  public static WatchStatus status(WatchRow row, List<Recorded> entries) {
    WatchProjection watch = WatchProjection.fold(entries);
    boolean ended = row.endedAt().isPresent();
    return new WatchStatus(
        row,
        ended ? WatchState.Phase.ENDED : watch.state().phase(),
        watch.state().tally().polls(),
        false,
        rollback(watch, ended),
        BakeTime.of(watch.state()),
        !ended
            && (watch.state() instanceof WatchState.Asking
                || watch.run().orElse(null) instanceof RunState.Asking));
  }

  private static String rollback(WatchProjection watch, boolean ended) {
    if (!watch.refusals().isEmpty()) {
      return "the rollback was refused: "
          + watch.refusals().stream().map(Refusal::text).collect(Collectors.joining("; "));
    }
    String to =
        watch
            .plan()
            .flatMap(p -> p.release().previousImage())
            .map(image -> " to " + image)
            .orElse("");
    if (watch.plan().isPresent()) {
      return (ended ? "a rollback" : "being rolled back") + to + (ended ? " was begun" : "");
    }
    return ended ? "nothing was rolled back" : "another process watches it";
  }

  /** Reads how a watch has ended; fails where it has not. */
  static Future<WatchStatus> ofEnded(Journal journal, long id) {
    return journal
        .watch(id)
        .compose(
            row ->
                row.filter(r -> r.endedAt().isPresent())
                    .map(r -> journal.entries(id).map(all -> status(r, all)))
                    .orElseGet(() -> Future.failedFuture("it has not ended")));
  }
}
