package dev.ripcord.postgres;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.Checksum;
import dev.ripcord.migration.Downs;
import dev.ripcord.migration.Script;
import dev.ripcord.migration.SourceFile;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Takes one migration back with the text that was stored when it was applied, together with its
 * record: both or neither, and once only.
 */
final class RunnerDown {
  private final RunnerDesk desk;
  private final RunnerBooks books;
  private @Nullable Map<Long, List<SourceFile>> checks;

  RunnerDown(RunnerDesk desk, RunnerBooks books) {
    this.desk = desk;
    this.books = books;
  }

  MigrationOutcome.Step revert(Applied applied) {
    long start = desk.nanos().getAsLong();
    Script script = Script.parse(applied.down().orElse(""));
    boolean already;
    try {
      boolean alone = RunnerUp.needsNone(script) || Downs.saysNoTransaction(applied);
      already = alone ? outside(applied, script) : inside(applied, script);
    } catch (RunnerRefusal refusal) {
      throw refusal;
    } catch (RuntimeException failure) {
      books.failedDown(
          desk.aside(), applied, desk.millisSince(start), String.valueOf(failure.getMessage()));
      throw failure;
    }
    return new MigrationOutcome.Step(
        applied.label(), Duration.ofMillis(desk.millisSince(start)), already);
  }

  private boolean inside(Applied applied, Script script) {
    return RunnerTransaction.fresh(desk)
        .run(
            () -> {
              books.checkFence(desk.work());
              Row row = books.stored(desk.work(), applied);
              if (row.getBoolean("reverted")) {
                return true;
              }
              check(applied, row);
              RunnerDesk.Source source = source(applied, row, script);
              books.readyForDown(desk.work());
              desk.runAll(
                  source,
                  script.work(),
                  () -> {
                    Future<?> settled = desk.work().send(RunnerUp.SETTLE);
                    Future<?> recorded = books.reverted(desk.work(), applied, OptionalLong.empty());
                    return settled.compose(done -> recorded);
                  });
              checked(applied);
              return false;
            });
  }

  private boolean outside(Applied applied, Script script) {
    Row row =
        RunnerTransaction.fresh(desk)
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
            millis -> books.reverted(desk.work(), applied, OptionalLong.of(millis)),
            () -> checked(applied));
    new RunnerStandalone(desk, books).run(job);
    return false;
  }

  /** In the transaction that has recorded it. */
  private void checked(Applied applied) {
    if (books.checks()) {
      if (checks == null) {
        checks = new CheckStore(desk.tables()).read(desk.door());
      }
      List<SourceFile> own = checks.getOrDefault(applied.order(), List.of());
      new RunnerChecks(desk).ask("the down of " + applied.label(), own);
    }
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
