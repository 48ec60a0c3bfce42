package dev.ripcord.postgres;

import dev.ripcord.migration.Script;
import dev.ripcord.migration.Statement;
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
 * @param tables where the history is
 * @param setup the limits
 * @param nanos a clock for durations
 * @param meanwhile is told what takes long
 */
record RunnerDesk(
    Vertx vertx,
    RunnerSessions sessions,
    RunnerPulse pulse,
    MigrationTables tables,
    MigrationSetup setup,
    LongSupplier nanos,
    Consumer<String> meanwhile) {
  /** How many statements are on their way at once. */
  private static final int AT_ONCE = 64;

  /** Gives a session back the rights and settings it began with. */
  static final String RESET = "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL";

  /**
   * A text of a migration that is run.
   *
   * @param label version and name
   * @param file the name to show in messages
   * @param script its statements
   */
  record Source(String label, String file, Script script) {}

  /** The session that holds the lock. */
  MigrationSession door() {
    return sessions.door();
  }

  /** The session that runs the statements. */
  MigrationSession work() {
    return sessions.work();
  }

  /** The session to write a failure with: not the one that failed, while the other stands. */
  MigrationSession aside() {
    return door().isOpen() ? door() : work();
  }

  long millisSince(long startNanos) {
    return Duration.ofNanos(nanos.getAsLong() - startNanos).toMillis();
  }

  /**
   * Runs one statement of a migration. Fails with a {@link RunnerFailure} that names the place, and
   * who stood in the way when it waited for a lock in vain.
   */
  void run(Source source, Statement statement, Duration lockTimeout) {
    pulse.check();
    send(source, List.of(statement), lockTimeout, Future::succeededFuture);
  }

  /**
   * Runs the statements of a migration and what follows them, inside a transaction that has begun:
   * all are sent at once and answered one after the other. After one that failed the transaction
   * can only be rolled back, so what was sent behind it does nothing. Fails as {@link #run}.
   *
   * @param record sends what belongs to the same transaction and comes last
   */
  void runAll(Source source, List<Statement> statements, Supplier<Future<?>> record) {
    Duration patience = setup.statementLock();
    int last = Math.max(0, (statements.size() - 1) / AT_ONCE * AT_ONCE);
    for (int from = 0; from < last; from += AT_ONCE) {
      pulse.check();
      send(source, statements.subList(from, from + AT_ONCE), patience, Future::succeededFuture);
    }
    pulse.check();
    send(source, statements.subList(last, statements.size()), patience, record);
  }

  private void send(
      Source source, List<Statement> statements, Duration patience, Supplier<Future<?>> after) {
    List<Future<?>> answers = new ArrayList<>();
    for (Statement statement : statements) {
      answers.add(work().send(statement.text()));
    }
    Future<?> ending = after.get();
    RunnerWatch watch =
        new RunnerWatch(vertx, door(), work().pid(), meanwhile).after(patience.toMillis() / 2);
    try {
      for (int i = 0; i < answers.size(); i++) {
        watch.now(source.file() + ":" + statements.get(i).line());
        await(source, statements.get(i), answers.get(i), watch);
      }
      watch.now(source.label());
      var _ = ending.await();
    } finally {
      watch.close();
    }
  }

  private static void await(
      Source source, Statement statement, Future<?> answer, RunnerWatch watch) {
    try {
      var _ = answer.await();
    } catch (PgException failure) {
      throw new RunnerFailure(source, statement, failure, watch.seen());
    }
  }

  /** Gives the working session back the rights and settings it began with. */
  void reset() {
    work().run(RESET);
  }
}
