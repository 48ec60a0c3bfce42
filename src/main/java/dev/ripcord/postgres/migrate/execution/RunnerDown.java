package dev.ripcord.postgres.migrate.execution;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.file.Checksum;
import dev.ripcord.migration.file.SourceFile;
import dev.ripcord.migration.selection.RevertSelection;
import dev.ripcord.migration.sql.Script;
import dev.ripcord.migration.sql.SessionTraces;
import dev.ripcord.migration.sql.Statement;
import dev.ripcord.migration.sql.TransactionOpening;
import dev.ripcord.migration.undo.DataLoss;
import dev.ripcord.postgres.LostConnection;
import dev.ripcord.postgres.PreconditionFailure;
import dev.ripcord.postgres.ScriptSource;
import dev.ripcord.postgres.history.CheckStore;
import dev.ripcord.postgres.migrate.loss.DownLosses;
import dev.ripcord.postgres.migrate.salvage.SalvageEntry;
import dev.ripcord.postgres.migrate.salvage.SalvageRule;
import dev.ripcord.postgres.migrate.salvage.SalvagedMigration;
import dev.ripcord.postgres.migrate.salvage.StageTwo;
import dev.ripcord.postgres.migrate.salvage.StageTwoRestore;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes one migration back with the text that was stored when it was applied, together with its
 * record: both or neither, and once only.
 */
public final class RunnerDown {
  private final RunContext context;
  private final HistoryWriter books;
  private final Optional<SalvageRule> salvage;
  private final StageTwo stage;
  private @Nullable Map<Long, List<SourceFile>> checks;
  private @Nullable Map<Long, String> files;
  private @Nullable Set<String> waiting;

  /**
   * For a run.
   *
   * @param salvage how what the downs destroy is kept; empty where it is not
   * @param stage what becomes of what stage 2 has kept
   */
  public RunnerDown(
      RunContext context, HistoryWriter books, Optional<SalvageRule> salvage, StageTwo stage) {
    this.context = context;
    this.books = books;
    this.salvage = salvage;
    this.stage = stage;
  }

  /** Reads a down. */
  public MigrationTask task(Applied applied) {
    Script script = Script.parse(applied.down().orElse(""));
    MigrationTask.Failed failed =
        (millis, error) -> books.failedDown(context.failureSession(), applied, millis, error);
    if (script.runsOutsideTransaction() || RevertSelection.saysNoTransaction(applied)) {
      salvage.ifPresent(rule -> refuseToLose(applied, rule));
      return new MigrationTask.Alone(
          applied.label(), outlasts(applied, script), () -> outside(applied, script), failed);
    }
    ScriptSource source = source(applied, script); // From here on the other session has time.
    Optional<BooleanSupplier> alone =
        salvage
            .<BooleanSupplier>map(rule -> () -> keeping(applied, source, rule))
            .or(
                () ->
                    isAwaited(applied)
                        ? Optional.of(() -> restoring(applied, source))
                        : Optional.empty());
    return alone
        .<MigrationTask>map(
            work ->
                new MigrationTask.Alone(applied.label(), outlasts(applied, script), work, failed))
        .orElseGet(() -> inside(applied, script, failed));
  }

  /** Outside a transaction nothing can be kept together with what is destroyed. */
  private void refuseToLose(Applied applied, SalvageRule rule) {
    List<DataLoss> losses =
        new DownLosses(context.lockSession(), context.tables(), context.nanos(), rule.reader())
            .read(List.of(applied));
    if (!losses.isEmpty()) {
      throw new PreconditionFailure(
          "the down of %s runs outside a transaction, so what it would destroy cannot be kept: %s"
              .formatted(applied.label(), String.join("; ", losses.getFirst().texts())));
    }
  }

  /** In one transaction with what it destroys, its record inside. */
  private boolean keeping(Applied applied, ScriptSource source, SalvageRule rule) {
    SalvagedMigration down =
        SalvagedMigration.down(
            context.tables(), rule, books.release(), applied.label(), source.script());
    List<String> back = new ArrayList<>();
    Optional<List<SalvageEntry>> kept =
        new KeepingTransaction(context, down, applied.label(), () -> ready(applied))
            .run(
                () -> keeping(applied, source, Optional.of(down), back),
                () -> books.isRecorded(context.lockSession(), applied.version()));
    kept.stream().flatMap(List::stream).forEach(rule.kept());
    back.forEach(stage.told());
    return kept.isEmpty();
  }

  private void ready(Applied applied) {
    books.readyForDown(context.workSession(), books.reverted(applied, OptionalLong.empty()));
  }

  /** In one transaction with what is brought back. */
  private boolean restoring(Applied applied, ScriptSource source) {
    List<String> back = new ArrayList<>();
    ready(applied);
    try {
      boolean already =
          RunnerTransaction.fresh(context)
              .run(() -> keeping(applied, source, Optional.empty(), back))
              .isEmpty();
      back.forEach(stage.told());
      return already;
    } catch (RuntimeException failure) {
      if (LostConnection.is(failure)) {
        context.awaitEndOfWork();
        if (books.isRecorded(context.lockSession(), applied.version())) {
          return false; // An answer that was lost is no failure.
        }
      }
      throw failure;
    }
  }

  /** Whether what its up has kept is to be brought back. */
  private boolean isAwaited(Applied applied) {
    if (stage.restore() == StageTwo.Restore.NONE) {
      return false;
    }
    if (waiting == null) {
      waiting = StageTwoRestore.waiting(context.lockSession(), context.tables());
    }
    return waiting.contains(applied.label());
  }

  private StageTwoRestore restore(Applied applied) {
    return StageTwoRestore.before(
        context.workSession(), context.tables(), stage, applied.label(), books.by());
  }

  /** Empty where it had been done before. */
  private Optional<List<SalvageEntry>> keeping(
      Applied applied, ScriptSource source, Optional<SalvagedMigration> keeper, List<String> back) {
    back.clear();
    Future<?> opening = context.sendOpening(source);
    Future<?> isolated = context.workSession().send(SalvagedMigration.ISOLATION);
    Future<?> fence = books.lookAtFence(context.workSession());
    Future<Row> stored = books.lookAtStored(context.workSession(), applied);
    var _ = context.workSession().await(opening);
    var _ = context.workSession().await(isolated);
    var _ = context.workSession().await(fence);
    Row row = context.workSession().await(stored);
    if (row.getBoolean("reverted")) {
      return Optional.empty();
    }
    check(applied, row);
    Optional<StageTwoRestore> restore =
        isAwaited(applied) ? Optional.of(restore(applied)) : Optional.empty();
    List<Statement> all = source.script().work();
    List<Statement> work = all.subList(TransactionOpening.of(all).size(), all.size());
    KeepingStatements statements = new KeepingStatements(context, source);
    List<SalvageEntry> kept = List.of();
    if (keeper.isPresent()) {
      kept = keeper.get().attempt(context.workSession(), work, statements);
    } else {
      statements.all(work);
      var _ = context.workSession().await(statements.settle());
    }
    restore.map(StageTwoRestore::restore).ifPresent(back::addAll);
    var _ =
        context
            .workSession()
            .await(books.reverted(applied, OptionalLong.empty()).send(context.workSession()));
    checked(applied).ifPresent(Runnable::run);
    return Optional.of(kept);
  }

  private MigrationTask inside(Applied applied, Script script, MigrationTask.Failed failed) {
    RunnerEntry entry = books.reverted(applied, OptionalLong.empty());
    books.readyForDown(context.workSession(), entry);
    Optional<Runnable> checked = checked(applied);
    return new MigrationTask.Together(
        source(applied, script),
        outlasts(applied, script),
        () -> look(applied, script),
        () -> RunnerUp.recorded(context, entry),
        () -> books.isRecorded(context.lockSession(), applied.version()),
        checked,
        MigrationScriptText.of(
            context.workSession(),
            source(applied, script),
            Optional.of(books.sameStored(applied)),
            books.alone(entry).filter(alone -> checked.isEmpty())),
        failed);
  }

  private Future<Optional<ScriptSource>> look(Applied applied, Script script) {
    Future<?> opening = context.sendOpening(source(applied, script));
    Future<?> fence = books.lookAtFence(context.workSession());
    Future<Row> stored = books.lookAtStored(context.workSession(), applied);
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
        RunnerTransaction.fresh(context)
            .run(
                () -> {
                  books.checkFence(context.workSession());
                  return books.stored(context.workSession(), applied);
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
            millis -> books.reverted(applied, OptionalLong.of(millis)).send(context.workSession()),
            checked(applied));
    new RunnerStandalone(context, books).run(job);
    if (isAwaited(applied)) {
      RunnerTransaction.fresh(context)
          .run(
              () ->
                  StageTwoRestore.before(
                          context.workSession(),
                          context.tables(),
                          stage.restoring(StageTwo.Restore.WHAT_FITS),
                          applied.label(),
                          books.by())
                      .restore())
          .forEach(stage.told());
    }
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
      checks = new CheckStore(context.tables()).read(context.lockSession());
    }
    return checks.getOrDefault(applied.order(), List.of());
  }

  /** What is asked in the transaction that has recorded it. */
  private Optional<Runnable> checked(Applied applied) {
    List<SourceFile> own = ownChecks(applied);
    String after = "the down of " + applied.label();
    return own.isEmpty()
        ? Optional.empty()
        : Optional.of(() -> new RunnerChecks(context).ask(after, own));
  }

  private ScriptSource source(Applied applied, Script script) {
    if (files == null) {
      files = books.downFiles(context.lockSession());
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
      throw new PreconditionFailure(
          applied.label()
              + ": the down in the database is not the one that was planned with. Make a new plan");
    }
  }
}
