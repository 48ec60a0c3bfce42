package dev.ripcord.postgres;

import dev.ripcord.port.SchemaException;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The two sessions of a run. They are opened together, so that a pooler that would mix them up is
 * found before anything is locked.
 *
 * @param door holds the lock against other runs and is asked about the other; never in a
 *     transaction for long
 * @param work runs the statements
 * @param looks whether the server can look, while a statement runs, whether this program is still
 *     there, by {@link #LOOKING}
 */
record RunnerSessions(MigrationSession door, MigrationSession work, boolean looks)
    implements AutoCloseable {
  private static final int ENDING_SECONDS = 10;
  private static final String NAME = Database.APPLICATION + " migrations";

  /** PostgreSQL 14 and later have it, on most systems. */
  static final String LOOKING = "client_connection_check_interval = 1000";

  /** The program goes on within a transaction at once; one that does not stands still. */
  private static final Map<String, String> HASTE =
      Map.of("idle_in_transaction_session_timeout", "60s");

  /**
   * Connects twice.
   *
   * @throws SchemaException when the database cannot be reached, or only through a pooler in
   *     transaction mode
   */
  static RunnerSessions open(Vertx vertx, Database database) {
    MigrationSession door = MigrationSession.open(vertx, database, NAME, HASTE);
    try {
      MigrationSession work = MigrationSession.open(vertx, database, NAME, HASTE);
      refusePooler(door, work, database);
      try {
        door.refuseOtherQuotes(database);
      } catch (RuntimeException refused) {
        work.close();
        throw refused;
      }
      RunnerSessions both = new RunnerSessions(door, work, work.takes("SET " + LOOKING));
      var _ = door.error().onFailure(both::breakOff);
      var _ = work.error().onFailure(both::breakOff);
      return both;
    } catch (RuntimeException failure) {
      door.close();
      throw failure;
    }
  }

  /**
   * In transaction mode a pooler gives each transaction to whichever server process is idle: the
   * same session meets another process, or two sessions meet the same one. In session mode, and
   * without a pooler, neither happens.
   */
  private static void refusePooler(
      MigrationSession door, MigrationSession work, Database database) {
    int first = door.backend();
    int again = door.backend();
    int other = work.backend();
    if (first != again || first == other) {
      work.close();
      throw new SchemaException(
          "database "
              + database.label()
              + ": a pooler in transaction mode stands between (PgBouncer has this as pool_mode ="
              + " transaction), so a lock does not stay with its connection and two runs could"
              + " change the database at once. Nothing was changed. Give migrations PostgreSQL's"
              + " own address, or a pool in session mode");
    }
  }

  /** The same for an error of the program: whoever waits for either session is told of it. */
  private void breakOff(Throwable error) {
    door.breakOff(error);
    work.breakOff(error);
    breakOff();
  }

  /**
   * Has the server end the process that works, and lets go of the lock when that is gone. Never
   * blocks; whoever waits for an answer finds the connection lost.
   */
  void breakOff() {
    work.cancel();
    var _ =
        door.later("SELECT pg_terminate_backend($1)", work.pid())
            .compose(ended -> work.gone())
            .timeout(ENDING_SECONDS, TimeUnit.SECONDS)
            .onComplete(
                (gone, failure) -> {
                  work.leave();
                  door.leave();
                });
  }

  @Override
  public void close() {
    work.close();
    door.close();
  }
}
