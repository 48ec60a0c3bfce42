package dev.ripcord.postgres;

import dev.ripcord.migration.MigrationFile;
import dev.ripcord.migration.Script;
import dev.ripcord.migration.SourceFile;
import dev.ripcord.migration.Standalone;
import dev.ripcord.migration.Statement;
import io.vertx.pgclient.PgException;

/**
 * A text of a migration, sent to a shadow as the runner sends it to the live database: in one
 * transaction, or statement by statement where it cannot be.
 *
 * @param source the text
 * @param alone whether it runs outside of a transaction
 */
record ShadowScript(RunnerDesk.Source source, boolean alone) {
  static ShadowScript up(MigrationFile file) {
    Script script = file.script();
    boolean alone = !file.header().transaction() || RunnerUp.needsNone(script);
    return new ShadowScript(new RunnerDesk.Source(file.label(), file.up().name(), script), alone);
  }

  static ShadowScript down(MigrationFile file, SourceFile down) {
    Script script = Script.parse(down.text());
    return new ShadowScript(
        new RunnerDesk.Source(file.label(), down.name(), script), RunnerUp.needsNone(script));
  }

  /** Runs it for good. Fails with a {@link RunnerFailure}. */
  void run(MigrationSession session) {
    if (!alone) {
      session.run("BEGIN");
      try {
        within(session);
        session.run("COMMIT");
      } catch (RuntimeException failure) {
        session.quietly("ROLLBACK");
        throw failure;
      }
      return;
    }
    reset(session);
    for (Statement statement : source.script().work()) {
      boolean single = Standalone.of(statement).isPresent();
      if (!single) {
        session.run("BEGIN");
      }
      try {
        send(session, statement);
        if (!single) {
          session.run("COMMIT");
        }
      } catch (RuntimeException failure) {
        session.quietly("ROLLBACK");
        throw failure;
      }
    }
    reset(session);
  }

  /** Runs it inside the transaction that the session is in. */
  void within(MigrationSession session) {
    reset(session);
    for (Statement statement : source.script().work()) {
      send(session, statement);
    }
    try {
      session.run("SET CONSTRAINTS ALL IMMEDIATE");
    } catch (PgException failure) {
      throw new RunnerFailure(source, source.script().work().getLast(), failure, "");
    }
    reset(session);
  }

  private void send(MigrationSession session, Statement statement) {
    try {
      session.run(statement.text());
    } catch (PgException failure) {
      throw new RunnerFailure(source, statement, failure, "");
    }
  }

  /** Takes away what a text has left in its session; what is run next finds it as a new one. */
  static void reset(MigrationSession session) {
    session.run(
        RunnerDesk.RESET
            + "; "
            + RunnerDesk.CLEAN
            + "; SELECT pg_catalog.pg_advisory_unlock_all()");
    session.forget();
  }
}
