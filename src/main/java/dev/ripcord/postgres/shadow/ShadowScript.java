package dev.ripcord.postgres.shadow;

import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.file.SourceFile;
import dev.ripcord.migration.selection.RevertSelection;
import dev.ripcord.migration.sql.Script;
import dev.ripcord.migration.sql.Statement;
import dev.ripcord.migration.sql.StatementScope;
import dev.ripcord.migration.sql.TransactionOpening;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.ScriptSource;
import dev.ripcord.postgres.StatementFailure;
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
public record ShadowScript(ScriptSource source, boolean alone) {
  public static ShadowScript up(MigrationFile file) {
    Script script = file.script();
    boolean alone = !file.header().transaction() || script.runsOutsideTransaction();
    return new ShadowScript(new ScriptSource(file.label(), file.up().name(), script), alone);
  }

  public static ShadowScript down(MigrationFile file, SourceFile down) {
    Script script = down.script();
    return new ShadowScript(
        new ScriptSource(file.label(), down.name(), script),
        script.runsOutsideTransaction() || RevertSelection.saysNoTransaction(down));
  }

  /** Runs it for good. Fails with a {@link StatementFailure}. */
  public void run(MigrationSession session) {
    if (!alone) {
      session.run("BEGIN");
      try {
        within(session);
        session.run("COMMIT");
      } catch (RuntimeException failure) {
        session.runIgnoringErrors("ROLLBACK");
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
      throw new StatementFailure(source, source.script().work().getLast(), failure, "");
    }
    reset(session);
  }

  /**
   * Without what it says at its beginning of its own transaction: the trial's has begun long before
   * and is alone in its database, where all of them are the same.
   */
  public static List<Statement> inTrial(List<Statement> work) {
    List<Statement> opening = TransactionOpening.of(work);
    return Stream.concat(
            opening.stream().filter(each -> !TransactionOpening.setsTransaction(each)),
            work.stream().skip(opening.size()))
        .toList();
  }

  private void send(MigrationSession session, Statement statement) {
    try {
      session.run(statement.text());
      if (StatementScope.mayReachServers(statement)) {
        session.run(ForeignAccess.CUT);
      }
    } catch (PgException failure) {
      throw new StatementFailure(source, statement, failure, "");
    }
  }

  /** Takes away what a text has left in its session; what is run next finds it as a new one. */
  public static void reset(MigrationSession session) {
    session.run(
        MigrationSession.RESET
            + "; "
            + MigrationSession.CLEAN
            + "; SELECT pg_catalog.pg_advisory_unlock_all()");
    session.forget();
  }
}
