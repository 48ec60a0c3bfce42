package dev.ripcord.postgres.migrate;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.History;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.proof.Check;
import dev.ripcord.migration.proof.StoredProof;
import dev.ripcord.migration.selection.MigrationSelection;
import dev.ripcord.migration.selection.PendingSelection;
import dev.ripcord.migration.sql.Statement;
import dev.ripcord.migration.statement.SqlOperation;
import dev.ripcord.migration.undo.DataLoss;
import dev.ripcord.port.SchemaException;
import dev.ripcord.postgres.Backoff;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.LostConnection;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.PreconditionFailure;
import dev.ripcord.postgres.ServerMessage;
import dev.ripcord.postgres.StatementFailure;
import dev.ripcord.postgres.history.MigrationHistory;
import dev.ripcord.postgres.history.MigrationSetup;
import dev.ripcord.postgres.history.MigrationStatus;
import dev.ripcord.postgres.history.MigrationTables;
import dev.ripcord.postgres.history.OpenAttempts;
import dev.ripcord.postgres.history.ProofStore;
import dev.ripcord.postgres.history.RunMetadata;
import dev.ripcord.postgres.migrate.execution.BatchTargets;
import dev.ripcord.postgres.migrate.execution.HistoryWriter;
import dev.ripcord.postgres.migrate.execution.MigrationOutcome;
import dev.ripcord.postgres.migrate.execution.MigrationTask;
import dev.ripcord.postgres.migrate.execution.PartialFailure;
import dev.ripcord.postgres.migrate.execution.RunContext;
import dev.ripcord.postgres.migrate.execution.RunnerDown;
import dev.ripcord.postgres.migrate.execution.RunnerStream;
import dev.ripcord.postgres.migrate.execution.RunnerUp;
import dev.ripcord.postgres.migrate.lock.LockHeartbeat;
import dev.ripcord.postgres.migrate.lock.LockWaits;
import dev.ripcord.postgres.migrate.lock.MigrationLock;
import dev.ripcord.postgres.migrate.lock.RunnerFence;
import dev.ripcord.postgres.migrate.lock.RunnerSessions;
import dev.ripcord.postgres.migrate.loss.DownLosses;
import dev.ripcord.postgres.migrate.salvage.SalvageArchive;
import dev.ripcord.postgres.migrate.salvage.SalvageEntry;
import dev.ripcord.postgres.migrate.salvage.SalvageRule;
import dev.ripcord.postgres.migrate.salvage.StageTwo;
import dev.ripcord.postgres.migrate.salvage.StageTwoPreview;
import dev.ripcord.postgres.tool.ManagedToolFiles;
import dev.ripcord.postgres.tool.ToolReconciler;
import dev.ripcord.postgres.tool.ToolTableWriter;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies and reverts the migrations of a database: one run at a time, each migration together with
 * its record in one transaction, exactly once however often a run is killed and begun again.
 *
 * <p>What is run is chosen under the lock, from the history as it then is. Its methods may be
 * called from any thread and never block: each run is a long sequence with branches and must tidy
 * up on every way out, so it runs on a virtual thread of its own, outside of any Vert.x context.
 */
public final class MigrationRunner {
  private static final Logger LOG = LoggerFactory.getLogger(MigrationRunner.class);

  /** What writes no history, and changes nothing but Ripcord's own tables. */
  private static final RunMetadata UNNOTED = RunMetadata.by("ripcord");

  private final Vertx vertx;
  private final Database database;
  private final MigrationSetup setup;
  private final LongSupplier nanos;
  private final ProgressListener telling;
  private final MigrationTables tables;
  private final MigrationHistory history;
  private final Optional<ManagedToolFiles> kept;
  private final StageTwo stage;

  /**
   * Nothing is opened before the first call.
   *
   * @param nanos a clock for durations, as {@code System::nanoTime}
   * @param progress is called with each migration when it is done, from the run's own thread
   */
  public MigrationRunner(
      Vertx vertx,
      Database database,
      MigrationSetup setup,
      LongSupplier nanos,
      Consumer<MigrationOutcome.Step> progress) {
    this(vertx, database, setup, nanos, ProgressListener.logging(progress));
  }

  /** The same, for one who wants to hear what takes long too. */
  public MigrationRunner(
      Vertx vertx,
      Database database,
      MigrationSetup setup,
      LongSupplier nanos,
      ProgressListener telling) {
    this(vertx, database, setup, nanos, telling, Optional.empty(), StageTwo.DROPS);
  }

  private MigrationRunner(
      Vertx vertx,
      Database database,
      MigrationSetup setup,
      LongSupplier nanos,
      ProgressListener telling,
      Optional<ManagedToolFiles> kept,
      StageTwo stage) {
    this.stage = stage;
    this.vertx = vertx;
    this.database = database;
    this.setup = setup;
    this.nanos = nanos;
    this.telling = telling;
    this.tables = new MigrationTables(setup.schema());
    this.history = new MigrationHistory(tables);
    this.kept = kept;
  }

  /** The same for the files of another tool, whose own table is kept true with each migration. */
  public MigrationRunner keeping(ManagedToolFiles files) {
    return new MigrationRunner(vertx, database, setup, nanos, telling, Optional.of(files), stage);
  }

  /** The same, where something else becomes of what stage 2 drops; else it is dropped at once. */
  public MigrationRunner stageTwo(StageTwo rules) {
    return new MigrationRunner(vertx, database, setup, nanos, telling, kept, rules);
  }

  /** The same for another listener. */
  public MigrationRunner telling(ProgressListener listener) {
    return new MigrationRunner(vertx, database, setup, nanos, listener, kept, stage);
  }

  /** Applies all of a folder that is pending. */
  public Future<MigrationOutcome> upAll(Folder folder, RunMetadata note) {
    return up(past -> new PendingSelection(folder, past).all(), note);
  }

  /**
   * Applies what is chosen. Fails with a {@link SchemaException} when the database cannot be
   * reached or another run does not end.
   */
  public Future<MigrationOutcome> up(
      Function<History, MigrationSelection<MigrationFile>> choose, RunMetadata note) {
    return locked(
        note,
        context ->
            run(
                context,
                past ->
                    RunnerSavepoint.before(
                        BatchTargets.within(
                            RunnableCheck.up(choose.apply(past)), context.lockSession()),
                        past,
                        context,
                        note),
                new RunDirection<>(
                    "up",
                    note,
                    file -> new RunLog.Planned(file.version(), file.name()),
                    books -> new RunnerUp(context, books, stage)::task),
                Optional.empty()));
  }

  /** Reverts what is chosen, in the chosen order; fails as {@link #up}. */
  public Future<MigrationOutcome> down(
      Function<History, MigrationSelection<Applied>> choose, RunMetadata note) {
    return down(choose, note, Promise.<Void>promise().future(), Optional.empty());
  }

  /**
   * The same, until it is broken off: then its server process is ended, so that what was not
   * committed is undone, and the answer is that of a lost connection.
   *
   * @param salvage how what the downs destroy is kept; empty where it is not
   */
  public Future<MigrationOutcome> down(
      Function<History, MigrationSelection<Applied>> choose,
      RunMetadata note,
      Future<Void> revoked,
      Optional<SalvageRule> salvage) {
    return locked(
        note,
        context -> {
          // Not before the run has its own sessions: where few connections are free they are first.
          try (PlannedComparison planned = new PlannedComparison(vertx, database, tables)) {
            return run(
                context,
                past -> RunnableCheck.down(choose.apply(past)),
                new RunDirection<>(
                    "down",
                    note,
                    applied -> new RunLog.Planned(applied.version(), applied.name()),
                    books -> new RunnerDown(context, books, salvage, stage)::task),
                Optional.of(planned));
          }
        },
        revoked);
  }

  /** What the database remembers; needs no lock and makes nothing. */
  public Future<MigrationStatus> status() {
    return reading(
        session ->
            seen(
                session,
                new MigrationStatus(
                    history.records(session.client()).await(),
                    history.history(session.client()).await(),
                    history.interrupted(session.client()).await(),
                    history.unfinished(session.client()).await(),
                    List.of(),
                    OpenAttempts.read(session, tables))));
  }

  private MigrationStatus seen(MigrationSession session, MigrationStatus status) {
    return kept.map(files -> new ToolReconciler(tables, files).seen(session, status))
        .orElse(status);
  }

  /** The verdicts that are stored; needs no lock and makes nothing. */
  public Future<List<StoredProof>> proofs() {
    return reading(session -> new ProofStore(tables).read(session));
  }

  /**
   * How many rows of the live data are against each check, by its SQL; less than 0 where a check
   * cannot be counted, which counts as against it. Reads only.
   */
  public Future<Map<String, Long>> counts(List<Check> checks) {
    return reading(session -> ProofStore.counts(session, checks));
  }

  /**
   * What reverting these would delete now, by their verdicts and the live data. Reads only.
   *
   * @param downs in the order in which they would be reverted
   * @param reader what a statement asks for
   */
  public Future<List<DataLoss>> losses(
      List<Applied> downs, Function<Statement, List<SqlOperation>> reader) {
    return downs.isEmpty()
        ? Future.succeededFuture(List.of())
        : reading(session -> new DownLosses(session, tables, nanos, reader).read(downs));
  }

  /** What stage 2 has dropped and still keeps, oldest first. Reads only. */
  public Future<List<SalvageEntry>> kept() {
    return reading(session -> SalvageArchive.ofStageTwo(session, tables));
  }

  /** What would be kept of what these drop, as {@link #stageTwo} says. Reads only. */
  public Future<StageTwoPreview.Kept> preview(List<MigrationFile> files) {
    return reading(session -> StageTwoPreview.read(session, tables, stage, files));
  }

  /**
   * Why files with batches cannot be run in this database: they change what has no rows of its own.
   * Reads only.
   */
  public Future<List<String>> batchesOfViews(List<MigrationFile> files) {
    return files.stream().noneMatch(BatchTargets::hasBatches)
        ? Future.succeededFuture(List.of())
        : reading(session -> BatchTargets.blockers(session, files));
  }

  private <T> Future<T> reading(Function<MigrationSession, T> body) {
    return database.onThread(
        "migration",
        () -> {
          try (MigrationSession session = MigrationSession.open(vertx, database)) {
            return body.apply(session);
          }
        });
  }

  /** Stores verdicts beside the history; fails as {@link #up}. */
  public Future<Void> store(List<StoredProof> proofs) {
    return locked(
            UNNOTED,
            context -> {
              new ProofStore(tables).store(context.lockSession(), proofs);
              return new MigrationOutcome.Done(List.of());
            })
        .mapEmpty();
  }

  /** Sets a savepoint at the present state. */
  public Future<Void> savepoint(String name, RunMetadata note) {
    return locked(
            UNNOTED,
            context -> {
              RunnerTool tool = new RunnerTool(context, kept);
              var _ = tool.past(history, note);
              new HistoryWriter(tables, note, OptionalLong.empty())
                  .savepoint(context.lockSession(), name);
              tool.savepoint(name, note);
              return new MigrationOutcome.Done(List.of());
            })
        .mapEmpty();
  }

  private <T> MigrationOutcome run(
      RunContext context,
      Function<History, MigrationSelection<T>> choose,
      RunDirection<T> way,
      Optional<PlannedComparison> planned) {
    RunnerSchema schema = new RunnerSchema(context, way, planned);
    RunLog attempts = new RunLog(context);
    attempts.closeBroken();
    RunnerTool tool = new RunnerTool(context, kept);
    History past = tool.past(history, way.note());
    return switch (tool.within(choose.apply(past), way.direction())) {
      case MigrationSelection.Refused<T>(List<String> reasons) ->
          new MigrationOutcome.Refused(reasons, List.of());
      case MigrationSelection.Chosen<T>(List<T> items) when items.isEmpty() -> {
        nothingFor(way, attempts);
        yield new MigrationOutcome.Done(List.of());
      }
      case MigrationSelection.Chosen<T>(List<T> items) -> {
        long attempt =
            attempts.begin(way.direction(), items.stream().map(way.planned()).toList(), way.note());
        HistoryWriter books = tool.books(way.note(), attempt);
        List<String> before = schema.before(past);
        Function<T, MigrationTask> ready = way.ready().apply(books);
        MigrationOutcome outcome =
            each(items, way, new RunnerStream<>(context, ready)).with(before);
        end(attempts, attempt, outcome);
        purge(context, way, outcome);
        yield outcome.with(
            schema.after(outcome, () -> history.history(context.lockSession().client())));
      }
    };
  }

  /** What a stage 2 has dropped long enough ago goes for good; that it could not stops nothing. */
  private <T> void purge(RunContext context, RunDirection<T> way, MigrationOutcome outcome) {
    if (stage.rule().isEmpty()
        || !(outcome instanceof MigrationOutcome.Done)
        || !context.lockSession().isOpen()) {
      return;
    }
    try {
      SalvageArchive.purgeDue(context.lockSession(), tables, way.note().by())
          .forEach(
              each -> stage.told().accept("its time is over, deleted for good: " + each.what()));
    } catch (VertxException failure) {
      LOG.warn("what a stage 2 has kept could not be purged: {}", failure.getMessage());
    }
  }

  /**
   * A release that had nothing to apply is known from here on, so that a down of it is no mistake.
   */
  private static <T> void nothingFor(RunDirection<T> way, RunLog attempts) {
    if (way.direction().equals("up") && way.note().release().isPresent()) {
      attempts.end(attempts.begin("up", List.of(), way.note()), "done");
    }
  }

  /** A run whose end cannot be written is found by the next one. */
  private static void end(RunLog attempts, long attempt, MigrationOutcome outcome) {
    String ending =
        switch (outcome) {
          case MigrationOutcome.Done ignored -> "done";
          case MigrationOutcome.Refused ignored -> "refused";
          case MigrationOutcome.Failed ignored -> "failed";
        };
    try {
      attempts.end(attempt, ending);
    } catch (VertxException unwritten) {
      LOG.warn("the end of the run could not be written: {}", unwritten.getMessage());
    }
  }

  private <T> MigrationOutcome each(List<T> items, RunDirection<T> way, RunnerStream<T> stream) {
    RunnerLog log = new RunnerLog(way.direction(), database.label(), way.note(), nanos);
    List<MigrationOutcome.Step> steps = new ArrayList<>();
    try {
      log.around(
          () ->
              stream.run(
                  items,
                  item -> log.started(way.planned().apply(item)),
                  step -> {
                    steps.add(step);
                    log.succeeded(step);
                    telling.done().accept(step);
                  }));
      return new MigrationOutcome.Done(steps);
    } catch (PreconditionFailure refusal) {
      return new MigrationOutcome.Refused(List.of(refusal.getMessage()), steps);
    } catch (StatementFailure failure) {
      String more = "\n  The database is as before this file.";
      return LostConnection.is(failure)
          ? lost(steps)
          : failed(
              failure.getMessage() + more,
              failure.shown() + more,
              steps,
              MigrationOutcome.Left.NOTHING);
    } catch (PartialFailure halt) {
      MigrationOutcome.Left left =
          LostConnection.is(halt) ? MigrationOutcome.Left.UNKNOWN : MigrationOutcome.Left.PART;
      return failed(halt.getMessage(), halt.shown(), steps, left);
    } catch (PgException failure) {
      String where = "database " + database.label() + ": ";
      return LostConnection.is(failure)
          ? lost(steps)
          : failed(
              where + ServerMessage.withoutRows(failure),
              where + ServerMessage.whole(failure),
              steps,
              MigrationOutcome.Left.NOTHING);
    } catch (VertxException lost) {
      return lost(steps);
    }
  }

  private MigrationOutcome lost(List<MigrationOutcome.Step> steps) {
    String text =
        "The connection to database %s was lost. What was not committed is undone; run it again."
            .formatted(database.label());
    return failed(text, text, steps, MigrationOutcome.Left.UNKNOWN);
  }

  private static MigrationOutcome failed(
      String message, String shown, List<MigrationOutcome.Step> steps, MigrationOutcome.Left left) {
    String stay =
        steps.isEmpty()
            ? ""
            : " " + steps.getLast().label() + " and what came before it stay done.";
    return new MigrationOutcome.Failed(message + stay, shown + stay, steps, left);
  }

  private Future<MigrationOutcome> locked(
      RunMetadata note, Function<RunContext, MigrationOutcome> body) {
    return locked(note, body, Promise.<Void>promise().future());
  }

  private Future<MigrationOutcome> locked(
      RunMetadata note, Function<RunContext, MigrationOutcome> body, Future<Void> revoked) {
    RunnerFence fence = new RunnerFence(tables, note.permit());
    return database.onThread(
        "migration",
        () -> {
          Backoff pause = new Backoff(vertx, nanos);
          MigrationLock lock =
              new MigrationLock(pause, nanos, setup.lockWait(), telling.meanwhile(), fence);
          long lockSession = MigrationLock.lockKey(setup.schema());
          try (RunnerSessions sessions = RunnerSessions.open(vertx, database)) {
            var _ = revoked.onSuccess(x -> sessions.breakOff());
            lock.take(sessions.lockSession(), lockSession);
            kept.stream()
                .flatMap(
                    files ->
                        ToolTableWriter.lockKeys(sessions.lockSession(), files.tool()).stream())
                .forEach(key -> lock.take(sessions.lockSession(), key));
            try (LockHeartbeat pulse =
                new LockHeartbeat(vertx, sessions.lockSession(), lockSession).start()) {
              tables.make(sessions.lockSession());
              lock.take(sessions.workSession(), MigrationLock.workKey(setup.schema()));
              fence.enter(sessions.lockSession(), sessions.workSession());
              fence.breaksOff(vertx, sessions, pulse);
              return body.apply(
                  new RunContext(
                      vertx,
                      sessions,
                      pulse,
                      fence,
                      tables,
                      setup,
                      nanos,
                      new LockWaits(tables, setup.blockers(), note),
                      telling.meanwhile()));
            }
          } catch (PreconditionFailure behind) {
            return new MigrationOutcome.Refused(
                List.of(String.valueOf(behind.getMessage())), List.of());
          }
        });
  }
}
