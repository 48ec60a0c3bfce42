package dev.ripcord.postgres;

import dev.ripcord.migration.Downs;
import dev.ripcord.migration.MigrationFile;
import dev.ripcord.migration.Opening;
import dev.ripcord.migration.Reach;
import dev.ripcord.migration.Script;
import dev.ripcord.migration.SourceFile;
import dev.ripcord.migration.Statement;
import io.vertx.pgclient.PgException;
import java.util.List;
import java.util.stream.Stream;

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
        new RunnerDesk.Source(file.label(), down.name(), script),
        RunnerUp.needsNone(script) || Downs.saysNoTransaction(down));
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
      send(session, statement);
    }
    reset(session);
  }

  /** Runs it inside the transaction that the session is in. */
  void within(MigrationSession session) {
    reset(session);
    for (Statement statement : inTrial(source.script().work())) {
      send(session, statement);
    }
    try {
      session.run("SET CONSTRAINTS ALL IMMEDIATE");
    } catch (PgException failure) {
      throw new RunnerFailure(source, source.script().work().getLast(), failure, "");
    }
    reset(session);
  }

  /**
   * Without what it says at its beginning of its own transaction: the trial's has begun long before
   * and is alone in its database, where all of them are the same.
   */
  static List<Statement> inTrial(List<Statement> work) {
    List<Statement> opening = Opening.of(work);
    return Stream.concat(
            opening.stream().filter(each -> !Opening.setsTransaction(each)),
            work.stream().skip(opening.size()))
        .toList();
  }

  private void send(MigrationSession session, Statement statement) {
    try {
      session.run(statement.text());
      if (Reach.mayReachServers(statement)) {
        session.run(ForeignAccess.CUT);
      }
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
