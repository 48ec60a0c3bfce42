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
import dev.ripcord.postgres.RunProgress;
import dev.ripcord.postgres.ScriptSource;
import dev.ripcord.postgres.history.CheckStore;
import dev.ripcord.postgres.migrate.loss.DownLosses;
import dev.ripcord.postgres.migrate.salvage.SalvageEntry;
import dev.ripcord.postgres.migrate.salvage.SalvageRule;
import dev.ripcord.postgres.migrate.salvage.SalvagedDown;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one migration back with the text that was stored when it was applied, together with its
 * record: both or neither, and once only.
 */
public final class RunnerDown {
  private static final Logger LOG = LoggerFactory.getLogger(RunnerDown.class);

  private final RunContext context;
  private final HistoryWriter books;
  private final Optional<SalvageRule> salvage;
  private @Nullable Map<Long, List<SourceFile>> checks;
  private @Nullable Map<Long, String> files;

  /**
   * For a run.
   *
   * @param salvage how what the downs destroy is kept; empty where it is not
   */
  public RunnerDown(RunContext context, HistoryWriter books, Optional<SalvageRule> salvage) {
    this.context = context;
    this.books = books;
    this.salvage = salvage;
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
    return salvage
        .<MigrationTask>map(
            rule ->
                new MigrationTask.Alone(
                    applied.label(),
                    outlasts(applied, script),
                    () -> keeping(applied, source, rule),
                    failed))
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
    SalvagedDown down =
        new SalvagedDown(context.tables(), rule, books.release(), applied.label(), source.script());
    context.pulse().check();
    down.prepare(context.workSession());
    while (true) {
      try {
        books.readyForDown(context.workSession(), books.reverted(applied, OptionalLong.empty()));
        Optional<List<SalvageEntry>> kept =
            RunnerTransaction.fresh(context).run(() -> keeping(applied, source, down));
        kept.stream().flatMap(List::stream).forEach(rule.kept());
        if (kept.isEmpty()) {
          giveUp(down);
        }
        return kept.isEmpty();
      } catch (RuntimeException failure) {
        if (LostConnection.is(failure) && isDone(applied)) {
          return false; // An answer that was lost is no failure.
        }
        if (!down.isWorthAnother(failure)) {
          giveUp(down);
          throw down.named(failure);
        }
        context.renew();
        if (down.wantsToPrepare()) {
          context
              .meanwhile()
              .accept(
                  new RunProgress(
                      applied.label(),
                      failure.getMessage() + "; all of it is undone, and copied anew"));
          down.prepare(context.workSession());
        }
      }
    }
  }

  /** The other session sees what was committed. */
  private boolean isDone(Applied applied) {
    try {
      context.awaitEndOfWork();
      return books.isRecorded(context.lockSession(), applied.version());
    } catch (RuntimeException unknown) {
      return false;
    }
  }

  /** Tidies up; that it could not must not hide why. */
  private void giveUp(SalvagedDown down) {
    try {
      down.giveUp(context.workSession());
    } catch (RuntimeException lost) {
      LOG.debug("copies stay until the next run", lost);
    }
  }

  /** Empty where it had been done before. */
  private Optional<List<SalvageEntry>> keeping(
      Applied applied, ScriptSource source, SalvagedDown down) {
    Future<?> opening = context.sendOpening(source);
    Future<?> fence = books.lookAtFence(context.workSession());
    Future<Row> stored = books.lookAtStored(context.workSession(), applied);
    var _ = context.workSession().await(opening);
    var _ = context.workSession().await(fence);
    Row row = context.workSession().await(stored);
    if (row.getBoolean("reverted")) {
      return Optional.empty();
    }
    check(applied, row);
    List<Statement> work = source.script().work();
    List<SalvageEntry> kept =
        down.attempt(
            context.workSession(),
            work.subList(TransactionOpening.of(work).size(), work.size()),
            new Statements(context, source));
    var _ =
        context
            .workSession()
            .await(books.reverted(applied, OptionalLong.empty()).send(context.workSession()));
    checked(applied).ifPresent(Runnable::run);
    return Optional.of(kept);
  }

  /** The statements of a down that keeps what it destroys. */
  private record Statements(RunContext context, ScriptSource source) implements SalvagedDown.Work {
    @Override
    public void one(Statement statement) {
      context.run(source, statement, context.setup().statementLock());
    }

    @Override
    public void all(List<Statement> statements) {
      context.runAll(source, statements);
    }

    @Override
    public void waiting(String what, Runnable work) {
      context.waiting(source.file() + ", " + what, work);
    }

    @Override
    public Duration lockTimeout() {
      return context.setup().statementLock();
    }

    @Override
    public long nanos() {
      return context.nanos().getAsLong();
    }

    @Override
    public Future<?> settle() {
      return context.workSession().send(RunnerUp.SETTLE);
    }
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
