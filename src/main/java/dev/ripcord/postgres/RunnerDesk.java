package dev.ripcord.postgres;

import dev.ripcord.migration.Script;
import dev.ripcord.migration.Statement;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

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
    String what = source.file() + ":" + statement.line();
    RunnerWatch watch =
        new RunnerWatch(vertx, door(), work().pid(), what, meanwhile)
            .after(lockTimeout.toMillis() / 2);
    try {
      work().run(statement.text());
    } catch (PgException failure) {
      throw new RunnerFailure(source, statement, failure, watch.seen());
    } finally {
      watch.close();
    }
  }

  /** Gives the working session back the rights and settings it began with. */
  void reset() {
    work().run(RESET);
  }
}
