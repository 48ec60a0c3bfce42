package dev.ripcord.postgres;

import dev.ripcord.migration.Script;
import dev.ripcord.migration.Statement;
import dev.ripcord.port.SchemaException;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * What one run of migrations works with, while it holds the lock.
 *
 * @param vertx for timers
 * @param door the session that holds the lock; never in a transaction for long
 * @param work the session that runs the statements
 * @param tables where the history is
 * @param setup the limits
 * @param nanos a clock for durations
 */
record RunnerDesk(
    Vertx vertx,
    MigrationSession door,
    MigrationSession work,
    MigrationTables tables,
    MigrationSetup setup,
    LongSupplier nanos) {
  /**
   * A text of a migration that is run.
   *
   * @param label version and name
   * @param file the name to show in messages
   * @param script its statements
   */
  record Source(String label, String file, Script script) {}

  long millisSince(long startNanos) {
    return Duration.ofNanos(nanos.getAsLong() - startNanos).toMillis();
  }

  /** Stops a run whose lock is gone before it sends another statement. */
  void holdTheDoor() {
    if (!door.isOpen()) {
      throw new SchemaException(
          "the connection that holds the lock against other runs is lost; what was not committed is"
              + " undone. Run it again");
    }
  }

  /**
   * Runs one statement of a migration. Fails with a {@link RunnerFailure} that names the place, and
   * who stood in the way when it waited for a lock in vain.
   */
  void run(Source source, Statement statement, Duration lockTimeout) {
    holdTheDoor();
    RunnerBlockers blockers = new RunnerBlockers(door, work.pid());
    long half = Math.max(1, lockTimeout.toMillis() / 2);
    long timer = vertx.setTimer(half, fired -> blockers.look());
    try {
      work.run(statement.text());
    } catch (PgException failure) {
      throw new RunnerFailure(source, statement, failure, blockers.seen());
    } finally {
      vertx.cancelTimer(timer);
    }
  }

  /** Gives the working session back the rights and settings it began with. */
  void reset() {
    work.run("RESET SESSION AUTHORIZATION");
    work.run("RESET ROLE");
    work.run("RESET ALL");
  }
}
