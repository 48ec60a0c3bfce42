package dev.ripcord.postgres.migrate.execution;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.file.Checksum;
import dev.ripcord.migration.file.SourceFile;
import dev.ripcord.migration.selection.Downs;
import dev.ripcord.migration.sql.Script;
import dev.ripcord.migration.sql.SessionTraces;
import dev.ripcord.postgres.RunnerRefusal;
import dev.ripcord.postgres.ScriptSource;
import dev.ripcord.postgres.history.CheckStore;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Takes one migration back with the text that was stored when it was applied, together with its
 * record: both or neither, and once only.
 */
public final class RunnerDown {
  private final RunnerDesk desk;
  private final RunnerBooks books;
  private @Nullable Map<Long, List<SourceFile>> checks;
  private @Nullable Map<Long, String> files;

  public RunnerDown(RunnerDesk desk, RunnerBooks books) {
    this.desk = desk;
    this.books = books;
  }

  /** Reads a down. */
  public RunnerTask task(Applied applied) {
    Script script = Script.parse(applied.down().orElse(""));
    RunnerTask.Failed failed =
        (millis, error) -> books.failedDown(desk.aside(), applied, millis, error);
    if (script.runsOutsideTransaction() || Downs.saysNoTransaction(applied)) {
      return new RunnerTask.Alone(
          applied.label(), outlasts(applied, script), () -> outside(applied, script), failed);
    }
    return inside(applied, script, failed);
  }

  private RunnerTask inside(Applied applied, Script script, RunnerTask.Failed failed) {
    RunnerEntry entry = books.reverted(applied, OptionalLong.empty());
    books.readyForDown(desk.work(), entry);
    Optional<Runnable> checked = checked(applied);
    return new RunnerTask.Together(
        source(applied, script),
        outlasts(applied, script),
        () -> look(applied, script),
        () -> RunnerUp.recorded(desk, entry),
        () -> books.isRecorded(desk.door(), applied.version()),
        checked,
        RunnerText.of(
            desk.work(),
            source(applied, script),
            Optional.of(books.sameStored(applied)),
            books.alone(entry).filter(alone -> checked.isEmpty())),
        failed);
  }

  private Future<Optional<ScriptSource>> look(Applied applied, Script script) {
    Future<?> opening = desk.sendOpening(source(applied, script));
    Future<?> fence = books.lookAtFence(desk.work());
    Future<Row> stored = books.lookAtStored(desk.work(), applied);
    return opening
        .compose(sent -> fence)
        .compose(passed -> stored)
        .map(row -> toRun(applied, row, script));
  }

  private Optional<ScriptSource> toRun(Applied applied, Row row, Script script) {
    if (row.getBoolean("reverted")) {
      return Optional.empty();
    }
    check(applied, row);
    return Optional.of(source(applied, script));
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
            source(applied, script),
            applied.version(),
            "down",
            millis -> books.reverted(applied, OptionalLong.of(millis)).send(desk.work()),
            checked(applied));
    new RunnerStandalone(desk, books).run(job);
    return false;
  }

  private boolean outlasts(Applied applied, Script script) {
    return SessionTraces.outlast(script) || RunnerChecks.outlast(ownChecks(applied));
  }

  private List<SourceFile> ownChecks(Applied applied) {
    if (!books.checks()) {
      return List.of();
    }
    if (checks == null) {
      checks = new CheckStore(desk.tables()).read(desk.door());
    }
    return checks.getOrDefault(applied.order(), List.of());
  }

  /** What is asked in the transaction that has recorded it. */
  private Optional<Runnable> checked(Applied applied) {
    List<SourceFile> own = ownChecks(applied);
    String after = "the down of " + applied.label();
    return own.isEmpty()
        ? Optional.empty()
        : Optional.of(() -> new RunnerChecks(desk).ask(after, own));
  }

  private ScriptSource source(Applied applied, Script script) {
    if (files == null) {
      files = books.downFiles(desk.door());
    }
    String file = files.getOrDefault(applied.order(), applied.label());
    return new ScriptSource(applied.label(), file + " (as stored)", script);
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
