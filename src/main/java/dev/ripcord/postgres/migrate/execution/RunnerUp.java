package dev.ripcord.postgres.migrate.execution;

import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.file.SourceFile;
import dev.ripcord.migration.sql.SessionTraces;
import dev.ripcord.postgres.PreconditionFailure;
import dev.ripcord.postgres.ScriptSource;
import dev.ripcord.postgres.history.CheckStore;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Applies one migration, together with its record. */
public final class RunnerUp {
  /** Lets deferred constraints speak now, and gives up a role that the file has taken on. */
  static final List<String> SETTLED =
      List.of("SET CONSTRAINTS ALL IMMEDIATE", "RESET SESSION AUTHORIZATION", "RESET ROLE");

  /** The same as one text. */
  static final String SETTLE = String.join("; ", SETTLED);

  private final RunContext context;
  private final HistoryWriter books;

  public RunnerUp(RunContext context, HistoryWriter books) {
    this.context = context;
    this.books = books;
  }

  /** Reads a migration. */
  public MigrationTask task(MigrationFile file) {
    ScriptSource source = new ScriptSource(file.label(), file.up().name(), file.script());
    MigrationTask.Failed failed =
        (millis, error) -> books.failedUp(context.failureSession(), file, millis, error);
    if (!file.header().transaction() || source.script().runsOutsideTransaction()) {
      return new MigrationTask.Alone(
          file.label(), outlasts(file), () -> outside(file, source), failed);
    }
    return inside(file, source, failed);
  }

  /** Its checks are asked in the same session. */
  private boolean outlasts(MigrationFile file) {
    return SessionTraces.outlast(file.script())
        || (books.checks() && RunnerChecks.outlast(file.checks().up()));
  }

  /**
   * No other run can have applied it since the history was read: this very session holds a lock
   * against them, and the history's unique index stands behind it.
   */
  private MigrationTask inside(
      MigrationFile file, ScriptSource source, MigrationTask.Failed failed) {
    RunnerEntry entry = books.applied(file, source.script(), OptionalLong.empty());
    books.readyForUp(context.workSession(), entry);
    Optional<Runnable> checked = checked(file);
    return new MigrationTask.Together(
        source,
        outlasts(file),
        () -> {
          Future<?> opening = context.sendOpening(source);
          Future<?> fence = books.lookAtFence(context.workSession());
          return opening.compose(sent -> fence).map(Optional.of(source));
        },
        () -> recorded(context, entry),
        () -> books.isRecorded(context.lockSession(), file.version()),
        checked,
        MigrationScriptText.of(
            context.workSession(),
            source,
            Optional.empty(),
            books.alone(entry).filter(alone -> checked.isEmpty())),
        failed);
  }

  /** Sends the record, behind what ends the file's own settings. */
  static Future<?> recorded(RunContext context, RunnerEntry entry) {
    Future<?> settled = context.workSession().send(SETTLE);
    Future<?> recorded = entry.send(context.workSession());
    return settled.compose(done -> recorded);
  }

  private boolean outside(MigrationFile file, ScriptSource source) {
    context.reset();
    if (isApplied(file)) {
      return true;
    }
    RunnerStandalone.Job job =
        new RunnerStandalone.Job(
            source,
            file.version(),
            "up",
            millis ->
                books
                    .applied(file, source.script(), OptionalLong.of(millis))
                    .send(context.workSession()),
            checked(file));
    new RunnerStandalone(context, books).run(job);
    return false;
  }

  /** What is asked, and kept for the way down, in the transaction that has recorded it. */
  private Optional<Runnable> checked(MigrationFile file) {
    List<SourceFile> own = books.checks() ? file.checks().up() : List.of();
    if (own.isEmpty() && file.checks().down().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        () -> {
          new RunnerChecks(context).ask("the up of " + file.label(), own);
          new CheckStore(context.tables()).store(context.workSession(), file);
        });
  }

  private boolean isApplied(MigrationFile file) {
    Optional<String> checksum = books.appliedChecksum(context.workSession(), file.version());
    if (checksum.isPresent() && !checksum.get().equals(file.checksum())) {
      throw new PreconditionFailure(file.label() + ": another text was applied under this version");
    }
    return checksum.isPresent();
  }
}
