package dev.ripcord.postgres.migrate.execution;

import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.file.SourceFile;
import dev.ripcord.migration.sql.SessionTraces;
import dev.ripcord.migration.sql.Statement;
import dev.ripcord.migration.sql.TransactionOpening;
import dev.ripcord.postgres.PreconditionFailure;
import dev.ripcord.postgres.ScriptSource;
import dev.ripcord.postgres.history.CheckStore;
import dev.ripcord.postgres.migrate.loss.DownLosses;
import dev.ripcord.postgres.migrate.salvage.SalvageEntry;
import dev.ripcord.postgres.migrate.salvage.SalvageRule;
import dev.ripcord.postgres.migrate.salvage.SalvagedMigration;
import dev.ripcord.postgres.migrate.salvage.StageTwo;
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
  private final StageTwo stage;

  /**
   * For a run.
   *
   * @param stage what becomes of what the migrations of stage 2 drop
   */
  public RunnerUp(RunContext context, HistoryWriter books, StageTwo stage) {
    this.context = context;
    this.books = books;
    this.stage = stage;
  }

  /** Reads a migration. */
  public MigrationTask task(MigrationFile file) {
    ScriptSource source = new ScriptSource(file.label(), file.up().name(), file.script());
    MigrationTask.Failed failed =
        (millis, error) -> books.failedUp(context.failureSession(), file, millis, error);
    Optional<SalvageRule> rule = file.stage() == 2 ? stage.rule() : Optional.empty();
    if (!file.header().transaction() || source.script().runsOutsideTransaction()) {
      rule.filter(each -> !stage.acceptsLoss()).ifPresent(each -> refuseToLose(file, each));
      return new MigrationTask.Alone(
          file.label(), outlasts(file), () -> outside(file, source), failed);
    }
    return rule.<MigrationTask>map(
            each ->
                new MigrationTask.Alone(
                    file.label(), outlasts(file), () -> keeping(file, source, each), failed))
        .orElseGet(() -> inside(file, source, failed));
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

  /** Outside a transaction nothing can be kept together with what is dropped. */
  private void refuseToLose(MigrationFile file, SalvageRule rule) {
    List<String> losses =
        new DownLosses(context.lockSession(), context.tables(), context.nanos(), rule.reader())
            .ofUp(file.script());
    if (!losses.isEmpty()) {
      throw new PreconditionFailure(
          "%s runs outside a transaction, so what it drops cannot be kept: %s. To drop it for good all the same: --accept-loss"
              .formatted(file.label(), String.join("; ", losses)));
    }
  }

  /** In one transaction with what it drops, its record inside. */
  private boolean keeping(MigrationFile file, ScriptSource source, SalvageRule rule) {
    SalvagedMigration up =
        SalvagedMigration.up(
            context.tables(), rule, stage, books.release(), file.label(), source.script());
    Optional<List<SalvageEntry>> kept =
        new KeepingTransaction(context, up, file.label(), () -> {})
            .run(
                () -> Optional.of(keeping(file, source, up)),
                () -> books.isRecorded(context.lockSession(), file.version()));
    kept.stream().flatMap(List::stream).map(SalvageEntry::line).forEach(stage.told());
    up.lost().forEach(stage.told());
    return kept.isEmpty();
  }

  private List<SalvageEntry> keeping(
      MigrationFile file, ScriptSource source, SalvagedMigration up) {
    var _ = context.workSession().await(context.sendOpening(source));
    context.workSession().run(SalvagedMigration.ISOLATION);
    books.checkFence(context.workSession());
    List<Statement> all = source.script().work();
    List<SalvageEntry> kept =
        up.attempt(
            context.workSession(),
            all.subList(TransactionOpening.of(all).size(), all.size()),
            new KeepingStatements(context, source));
    var _ =
        context
            .workSession()
            .await(
                books
                    .applied(file, source.script(), OptionalLong.empty())
                    .send(context.workSession()));
    checked(file).ifPresent(Runnable::run);
    return kept;
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
