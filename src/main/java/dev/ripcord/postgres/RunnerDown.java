package dev.ripcord.postgres;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.Checksum;
import dev.ripcord.migration.Downs;
import dev.ripcord.migration.Script;
import dev.ripcord.migration.Statement;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.util.Optional;

/**
 * Takes one migration back with the text that was stored when it was applied, together with its
 * record: both or neither, and once only.
 */
final class RunnerDown {
  private final RunnerDesk desk;
  private final RunnerBooks books;

  RunnerDown(RunnerDesk desk, RunnerBooks books) {
    this.desk = desk;
    this.books = books;
  }

  MigrationOutcome.Step revert(Applied applied) {
    desk.reset();
    long start = desk.nanos().getAsLong();
    Script script = Script.parse(applied.down().orElse(""));
    boolean already;
    try {
      boolean alone = RunnerUp.needsNone(script) || Downs.saysNoTransaction(applied);
      already = alone ? outside(applied, script, start) : inside(applied, script, start);
    } catch (RunnerRefusal refusal) {
      throw refusal;
    } catch (RuntimeException failure) {
      books.failedDown(
          desk.door(), applied, desk.millisSince(start), String.valueOf(failure.getMessage()));
      throw failure;
    }
    return new MigrationOutcome.Step(
        applied.label(), Duration.ofMillis(desk.millisSince(start)), already);
  }

  private boolean inside(Applied applied, Script script, long start) {
    return new RunnerTransaction(desk)
        .run(
            () -> {
              books.checkFence(desk.work());
              Row row = books.stored(desk.work(), applied);
              if (row.getBoolean("reverted")) {
                return true;
              }
              check(applied, row);
              RunnerDesk.Source source = source(applied, row, script);
              for (Statement statement : script.work()) {
                desk.run(source, statement, desk.setup().statementLock());
              }
              RunnerUp.settle(desk);
              books.reverted(desk.work(), applied, desk.millisSince(start));
              return false;
            });
  }

  private boolean outside(Applied applied, Script script, long start) {
    Row row =
        new RunnerTransaction(desk)
            .run(
                () -> {
                  books.checkFence(desk.work());
                  return books.stored(desk.work(), applied);
                });
    if (row.getBoolean("reverted")) {
      return true;
    }
    check(applied, row);
    RunnerStandalone.Job job =
        new RunnerStandalone.Job(
            source(applied, row, script),
            applied.version(),
            "down",
            () -> books.reverted(desk.work(), applied, desk.millisSince(start)));
    new RunnerStandalone(desk, books).run(job);
    return false;
  }

  private static RunnerDesk.Source source(Applied applied, Row row, Script script) {
    String file = Optional.ofNullable(row.getString("down_file")).orElse(applied.label());
    return new RunnerDesk.Source(applied.label(), file + " (as stored)", script);
  }

  private static void check(Applied applied, Row row) {
    String text = row.getString("down_text");
    boolean same =
        text != null
            && applied.down().equals(Optional.of(text))
            && Checksum.of(text).equals(row.getString("down_checksum"));
    if (!same) {
      throw new RunnerRefusal(
          applied.label()
              + ": the down in the database is not the one that was planned with. Make a new plan");
    }
  }
}
