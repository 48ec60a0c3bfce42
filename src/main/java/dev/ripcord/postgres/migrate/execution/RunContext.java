package dev.ripcord.postgres.migrate.execution;

import dev.ripcord.migration.sql.Statement;
import dev.ripcord.migration.sql.TransactionOpening;
import dev.ripcord.port.SchemaException;
import dev.ripcord.postgres.Backoff;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.RunProgress;
import dev.ripcord.postgres.ScriptSource;
import dev.ripcord.postgres.ServerMessage;
import dev.ripcord.postgres.StatementFailure;
import dev.ripcord.postgres.history.MigrationSetup;
import dev.ripcord.postgres.history.MigrationTables;
import dev.ripcord.postgres.migrate.lock.LockHeartbeat;
import dev.ripcord.postgres.migrate.lock.LockWaits;
import dev.ripcord.postgres.migrate.lock.MigrationLock;
import dev.ripcord.postgres.migrate.lock.RunnerFence;
import dev.ripcord.postgres.migrate.lock.RunnerSessions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What one run of migrations works with, while it holds the lock.
 *
 * @param vertx for timers
 * @param sessions the one that holds the lock, and the one that runs the statements
 * @param pulse whether the lock is still held
 * @param fence whether the right to act is
 * @param tables where the history is
 * @param setup the limits
 * @param nanos a clock for durations
 * @param waits what was met of locks
 * @param meanwhile is called with what takes long
 */
public record RunContext(
    Vertx vertx,
    RunnerSessions sessions,
    LockHeartbeat pulse,
    RunnerFence fence,
    MigrationTables tables,
    MigrationSetup setup,
    LongSupplier nanos,
    LockWaits waits,
    Consumer<RunProgress> meanwhile) {
  private static final int ENDING_MILLIS = 10_000;
  private static final int PAUSE_MILLIS = 50;

  /** The session that holds the lock. */
  public MigrationSession lockSession() {
    return sessions.lockSession();
  }

  /** The session that runs the statements. */
  public MigrationSession workSession() {
    return sessions.workSession();
  }

  /** The session to write a failure with: not the one that failed, while the other stands. */
  public MigrationSession failureSession() {
    return lockSession().isOpen() ? lockSession() : workSession();
  }

  /**
   * Waits until the server process of the working session is gone, some seconds at most: one whose
   * client is lost may be committing still.
   */
  void awaitEndOfWork() {
    Backoff pause = new Backoff(vertx, nanos);
    long start = nanos.getAsLong();
    while (millisSince(start) < ENDING_MILLIS
        && !lockSession()
            .ask("SELECT FROM pg_stat_activity WHERE pid = $1", workSession().pid())
            .isEmpty()) {
      pause.about(PAUSE_MILLIS);
    }
  }

  public long millisSince(long startNanos) {
    return Duration.ofNanos(nanos.getAsLong() - startNanos).toMillis();
  }

  /**
   * Runs one statement of a migration. Fails with a {@link StatementFailure} that names the place,
   * and who stood in the way when it waited for a lock in vain.
   */
  void run(ScriptSource source, Statement statement, Duration lockTimeout) {
    pulse.check();
    var _ =
        workSession().await(send(source, List.of(statement), lockTimeout, Future::succeededFuture));
  }

  /**
   * Sends the statements of a migration and what follows them, inside a transaction that has begun:
   * all are sent at once and answered one after the other. After one that failed the transaction
   * can only be rolled back, so what was sent behind it does nothing. Fails as {@link #run}.
   *
   * @param record sends what belongs to the same transaction and comes last
   */
  Future<?> sendAll(ScriptSource source, Supplier<Future<?>> record) {
    List<Statement> work = source.script().work();
    return sendAll(source, work.subList(TransactionOpening.of(work).size(), work.size()), record);
  }

  /** Runs some statements of a migration in their order, sent as {@link #sendAll} does. */
  void runAll(ScriptSource source, List<Statement> statements) {
    var _ = workSession().await(sendAll(source, statements, Future::succeededFuture));
  }

  private Future<?> sendAll(
      ScriptSource source, List<Statement> statements, Supplier<Future<?>> record) {
    Duration patience = setup.statementLock();
    return new StatementChunks(
            statements,
            some -> sendHeld(source, some, patience, Future::succeededFuture),
            some -> sendHeld(source, some, patience, record))
        .send();
  }

  /** Sends the statements that must come before anything is asked; {@link #sendAll} goes on. */
  Future<?> sendOpening(ScriptSource source) {
    List<Statement> opening = TransactionOpening.of(source.script().work());
    return opening.isEmpty()
        ? Future.succeededFuture()
        : send(source, opening, setup.statementLock(), Future::succeededFuture);
  }

  private Future<?> sendHeld(
      ScriptSource source,
      List<Statement> statements,
      Duration patience,
      Supplier<Future<?>> after) {
    pulse.check();
    return send(source, statements, patience, after);
  }

  private Future<?> send(
      ScriptSource source,
      List<Statement> statements,
      Duration patience,
      Supplier<Future<?>> after) {
    LockWaitMonitor watch = watch(patience);
    List<Future<?>> answers = new ArrayList<>();
    for (Statement statement : statements) {
      answers.add(workSession().send(statement.text()));
    }
    Future<?> ending = after.get();
    Future<?> answered = Future.succeededFuture();
    for (int i = 0; i < answers.size(); i++) {
      Statement statement = statements.get(i);
      Future<?> answer = answers.get(i);
      answered =
          answered.compose(
              before -> {
                watch.now(source.file() + ":" + statement.line());
                return answer.recover(failure -> failed(source, statement, failure, watch));
              });
    }
    return answered
        .compose(
            all -> {
              watch.now(source.label());
              return ending;
            })
        .eventually(
            () -> {
              watch.close();
              return Future.succeededFuture();
            });
  }

  /**
   * What is set in a transaction first: no statement waits long for a lock, and none runs on for a
   * program that is gone.
   */
  List<String> settings() {
    String patience = "SET LOCAL lock_timeout = " + setup.statementLock().toMillis();
    return sessions.looks()
        ? List.of(patience, "SET LOCAL " + RunnerSessions.LOOKING)
        : List.of(patience);
  }

  /**
   * Does what may have to wait for a lock; fails with a {@link StatementFailure} that says who was
   * in the way.
   *
   * @param what is waited for, for people
   */
  void waiting(String what, Runnable work) {
    LockWaitMonitor watch = watch();
    watch.now(what);
    try (watch) {
      work.run();
    } catch (PgException refused) {
      String more = watch.seen().isEmpty() ? "" : "\n    in the way: " + watch.seen();
      throw new StatementFailure(
          what + "  " + ServerMessage.withoutRows(refused) + more,
          what + "  " + ServerMessage.whole(refused) + more,
          refused);
    }
  }

  /** Watches the session that runs the statements, from when they could wait for a lock. */
  LockWaitMonitor watch() {
    return watch(setup.statementLock());
  }

  private LockWaitMonitor watch(Duration patience) {
    return new LockWaitMonitor(vertx, lockSession(), workSession().pid(), waits, meanwhile)
        .after(patience.toMillis() / 2);
  }

  private static <T> Future<T> failed(
      ScriptSource source, Statement statement, Throwable failure, LockWaitMonitor watch) {
    return Future.failedFuture(
        failure instanceof PgException refused
            ? new StatementFailure(source, statement, refused, watch.seen())
            : failure);
  }

  /** Makes the working session as it was at first, but for what {@link #renew} is needed for. */
  void reset() {
    workSession().run(MigrationSession.RESET + "; " + MigrationSession.CLEAN);
  }

  /**
   * Ends the working session with all that was left in it. The new one holds its lock, and stands
   * at the fence.
   *
   * @throws SchemaException when no other can be opened
   */
  void renew() {
    pulse.check();
    sessions.renew(MigrationLock.workKey(setup.schema()));
    fence.enter(lockSession(), workSession());
  }
}
