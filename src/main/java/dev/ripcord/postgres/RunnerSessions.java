package dev.ripcord.postgres;

import dev.ripcord.port.SchemaException;
import io.vertx.core.Vertx;

/**
 * The two sessions of a run. They are opened together, so that a pooler that would mix them up is
 * found before anything is locked.
 *
 * @param door holds the lock against other runs and is asked about the other; never in a
 *     transaction for long
 * @param work runs the statements
 */
record RunnerSessions(MigrationSession door, MigrationSession work) implements AutoCloseable {
  private static final String NAME = Database.APPLICATION + " migrations";

  /**
   * Connects twice.
   *
   * @throws SchemaException when the database cannot be reached, or only through a pooler in
   *     transaction mode
   */
  static RunnerSessions open(Vertx vertx, Database database) {
    MigrationSession door = MigrationSession.open(vertx, database, NAME);
    try {
      RunnerSessions both = new RunnerSessions(door, MigrationSession.open(vertx, database, NAME));
      both.refusePooler(database);
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
  private void refusePooler(Database database) {
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

  @Override
  public void close() {
    work.close();
    door.close();
  }
}
