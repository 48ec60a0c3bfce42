package dev.ripcord.postgres.schema;

import dev.ripcord.migration.selection.MigrationSelection;
import dev.ripcord.migration.selection.ToolPosition;
import dev.ripcord.postgres.history.RunMetadata;
import dev.ripcord.postgres.migrate.execution.MigrationOutcome;
import dev.ripcord.process.ProgramNote;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Goes down by another tool's own command, and looks afterwards whether it did. Waits for the
 * program; not for event loops.
 *
 * @param books the database
 * @param command the program and its arguments
 * @param note says that the program runs: one that outlived the process which called it is awaited
 *     before it is read where the tool stands
 * @param nanos a clock for durations, as {@code System::nanoTime}
 */
public record ToolDown(
    ToolBooks books, List<String> command, ProgramNote note, LongSupplier nanos) {
  private static final String OUTPUT =
      "\n"
          + "  What the command printed may quote rows and is not kept; `ripcord migrate down`"
          + " shows it.";

  /** Goes where is chosen, under the lock against Ripcord's own runs, with a line in the audit. */
  public MigrationOutcome run(
      Function<ToolPosition, MigrationSelection<ToolPosition.Goal>> choose, RunMetadata note) {
    return run(choose, note, Promise.<Void>promise().future());
  }

  /** The same, until it is broken off: then the program is ended with all that it started. */
  MigrationOutcome run(
      Function<ToolPosition, MigrationSelection<ToolPosition.Goal>> choose,
      RunMetadata note,
      Future<Void> revoked) {
    return books.locked(
        note,
        () -> {
          program().awaitLeftOver();
          ToolPosition from = books.standing();
          return switch (choose.apply(from)) {
            case MigrationSelection.Refused<ToolPosition.Goal>(List<String> reasons) ->
                new MigrationOutcome.Refused(reasons, List.of());
            case MigrationSelection.Chosen<ToolPosition.Goal>(List<ToolPosition.Goal> goals) ->
                goals.isEmpty()
                    ? new MigrationOutcome.Done(List.of())
                    : goes(from, goals.getFirst(), note, revoked);
          };
        });
  }

  private ToolProgram program() {
    return new ToolProgram(command, note);
  }

  private MigrationOutcome goes(
      ToolPosition from, ToolPosition.Goal goal, RunMetadata note, Future<Void> revoked) {
    long start = nanos.getAsLong();
    ToolProgram.Ended ended = program().run(goal, revoked);
    Duration took = Duration.ofNanos(nanos.getAsLong() - start);
    ToolPosition after = books.standing();
    Optional<String> error = error(ended, goal, from, after);
    books.wentDown(from, after, note, took, error.orElse(null));
    if (error.isPresent()) {
      String output = "\n" + ended.output().indent(4).stripTrailing();
      boolean asBefore = after.place().equals(from.place()) && after.problems().isEmpty();
      return new MigrationOutcome.Failed(
          error.get() + OUTPUT,
          error.get() + output,
          List.of(),
          asBefore ? MigrationOutcome.Left.NOTHING : MigrationOutcome.Left.PART);
    }
    String label = from.tool().text() + " from " + from.place() + " to " + after.place();
    return new MigrationOutcome.Done(List.of(new MigrationOutcome.Step(label, took, false)));
  }

  private static Optional<String> error(
      ToolProgram.Ended ended, ToolPosition.Goal goal, ToolPosition from, ToolPosition after) {
    String tool = from.tool().text();
    boolean there = after.place().equals(goal.to()) && after.problems().isEmpty();
    if (ended.exitCode() == 0 && there) {
      return Optional.empty();
    }
    String how =
        ended.exitCode() == 0
            ? "the command ended well, but " + tool + " does not stand at " + goal.to()
            : "the down command of " + tool + " ended with " + ended.exitCode();
    String stands =
        after.place().equals(from.place())
            ? "; it stands at " + after.place() + " as before."
            : "; it stands at " + after.place() + ".";
    String problems =
        after.problems().stream().map(text -> "\n  " + text).collect(Collectors.joining());
    return Optional.of(how + stands + problems);
  }
}
