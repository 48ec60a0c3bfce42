package dev.ripcord.postgres.migrate.execution;

import dev.ripcord.migration.file.SourceFile;
import dev.ripcord.migration.sql.Script;
import dev.ripcord.migration.sql.SessionTraces;
import dev.ripcord.migration.sql.SourcePosition;
import dev.ripcord.migration.sql.Statement;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.ScriptSource;
import dev.ripcord.postgres.ServerMessage;
import dev.ripcord.postgres.StatementFailure;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlResult;
import java.sql.JDBCType;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * Asks the team's own queries on what a migration must leave, inside its transaction and before its
 * commit. Each file is asked behind a savepoint, in a transaction that is read only up to there,
 * with the settings of a new session and without what the migration has left in this one, and
 * leaves nothing.
 *
 * <p>A statement holds unless it fails, or gives a row whose first column is a boolean that is
 * false or NULL.
 */
final class RunnerChecks {
  private static final String BEFORE =
      "SAVEPOINT ripcord_check; "
          + MigrationSession.RESET
          + "; "
          + MigrationSession.CLEAN
          + "; SET LOCAL transaction_read_only = on; SET LOCAL lock_timeout = ";
  private static final String AFTER =
      "ROLLBACK TO SAVEPOINT ripcord_check; RELEASE SAVEPOINT ripcord_check";
  private static final int SHOWN_MAX = 1000;

  private final RunContext context;

  RunnerChecks(RunContext context) {
    this.context = context;
  }

  /** Whether one of them may leave what only the end of the session takes away. */
  static boolean outlast(List<SourceFile> files) {
    return files.stream().anyMatch(file -> SessionTraces.outlast(file.script()));
  }

  /**
   * Asks all of them; fails with a {@link StatementFailure} at the first that does not hold.
   *
   * @param after what they are asked after, for people: {@code the up of 03_add_email}
   */
  void ask(String after, List<SourceFile> files) {
    for (SourceFile file : files) {
      context.pulse().check();
      Duration patience = context.setup().statementLock();
      context.workSession().forget();
      context.workSession().run(BEFORE + patience.toMillis());
      LockWaitMonitor watch = context.watch();
      try {
        Script script = file.script();
        for (Statement statement : script.work()) {
          watch.now(file.name() + ":" + statement.line());
          ask(new ScriptSource(after, file.name(), script), statement, watch);
        }
      } finally {
        watch.close();
      }
      context.workSession().run(AFTER);
    }
  }

  private void ask(ScriptSource source, Statement statement, LockWaitMonitor watch) {
    SqlResult<List<Row>> result;
    try {
      result = context.workSession().first(statement.text(), RunnerChecks::isNo);
    } catch (PgException failure) {
      String inTheWay = watch.seen().isEmpty() ? "" : "\n    in the way: " + watch.seen();
      String message =
          failure.getErrorMessage()
              + Optional.ofNullable(failure.getDetail()).map(more -> " (" + more + ")").orElse("")
              + inTheWay;
      throw new StatementFailure(
          place(source, statement)
              + "\n    it failed: "
              + ServerMessage.withoutRows(failure)
              + inTheWay,
          describe(source, statement, "it failed: " + message),
          failure);
    }
    for (Row row : asksYesOrNo(result) ? result.value() : List.<Row>of()) {
      throw new StatementFailure(
          place(source, statement) + "\n    it gave: " + row.getBoolean(0),
          describe(source, statement, "it gave: " + shown(row)));
    }
  }

  private static boolean isNo(Row row) {
    return row.size() > 0 && !Boolean.TRUE.equals(row.getValue(0));
  }

  private static boolean asksYesOrNo(SqlResult<?> result) {
    return result.columnDescriptors() != null
        && !result.columnDescriptors().isEmpty()
        && result.columnDescriptors().getFirst().jdbcType() == JDBCType.BOOLEAN;
  }

  private static String place(ScriptSource source, Statement statement) {
    SourcePosition place = source.script().place(statement, 1);
    return source.file()
        + ":"
        + place.line()
        + ":"
        + place.column()
        + "  the check after "
        + source.label()
        + " does not hold:";
  }

  private static String describe(ScriptSource source, Statement statement, String what) {
    return place(source, statement)
        + "\n"
        + limited(statement.text()).indent(4).stripTrailing()
        + "\n    "
        + what;
  }

  private static String shown(Row row) {
    StringJoiner text = new StringJoiner(", ");
    for (int i = 0; i < row.size(); i++) {
      text.add(row.getColumnName(i) + " = " + row.getValue(i));
    }
    return limited(text.toString());
  }

  private static String limited(String text) {
    return text.length() > SHOWN_MAX ? text.substring(0, SHOWN_MAX) + "…" : text;
  }
}
