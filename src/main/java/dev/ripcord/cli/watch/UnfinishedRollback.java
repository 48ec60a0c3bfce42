package dev.ripcord.cli.watch;

import dev.ripcord.cli.console.Console;
import dev.ripcord.engine.Supervisor;
import dev.ripcord.port.Control.Announcement;
import dev.ripcord.port.Control.WatchStatus;
import dev.ripcord.port.Journal.WatchRow;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchState.Phase;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A rollback of another release that the process which began it has left under way. Who takes the
 * service goes on with it, so its end is awaited before a release is watched.
 */
final class UnfinishedRollback {
  private UnfinishedRollback() {}

  /**
   * Waits for its end, where there is one; blocks.
   *
   * @param wanted what is to be watched afterwards
   * @param begun is told of it before it is awaited
   */
  static void end(
      Supervisor supervisor, Announcement wanted, Console console, Consumer<WatchRow> begun) {
    Optional<WatchRow> left =
        supervisor.recent(Optional.of(wanted.service()), 1).await().stream()
            .filter(each -> each.phase() == Phase.ROLLING_BACK)
            .map(WatchStatus::row)
            .filter(row -> !name(row).equals(wanted.release()))
            .findFirst();
    if (left.isEmpty()) {
      return;
    }
    begun.accept(left.get());
    console
        .err()
        .println(
            "ripcord: a rollback of release %s was left under way; it goes on here, then %s is watched"
                .formatted(name(left.get()), wanted.release()));
    WatchRow ended = supervisor.ended(left.get().id()).await();
    console
        .err()
        .println(
            "ripcord: release %s ended: %s, %s"
                .formatted(
                    name(ended),
                    ended.outcome().map(Outcome::text).orElse(""),
                    ended.text().orElse("")));
  }

  private static String name(WatchRow row) {
    return row.charter().release().name();
  }
}
