package dev.ripcord.postgres;

import dev.ripcord.migration.file.SourceFile;
import dev.ripcord.migration.selection.RevertSelection;
import dev.ripcord.migration.sql.SourcePosition;
import dev.ripcord.migration.sql.Statement;
import io.vertx.pgclient.PgException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A statement of a migration that the server refused, with its place in the file. Its message may
 * be read by anybody and holds no row; {@link #shown} is for the terminal of who runs the
 * migration.
 */
public final class StatementFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What the server answers when a lock was in the way and the same again may go well. */
  private static final Set<String> PASSING = Set.of("55P03", "40P01", "40001");

  /** By the statement's own rule, or since it ends the transaction itself. */
  private static final Set<String> NO_TRANSACTION = Set.of("25001", "2D000");

  /** A statement that was prepared is gone: a file has said {@code DEALLOCATE ALL}. */
  private static final String FORGOTTEN = "26000";

  private final String text;
  private final String shown;
  private final String sqlState;

  public StatementFailure(
      ScriptSource source, Statement statement, PgException failure, String blockers) {
    this(source, statement, failure, blockers, 0);
  }

  /**
   * The same of a statement that was sent with others as one text.
   *
   * @param before how many characters stand before it in that text
   */
  public StatementFailure(
      ScriptSource source, Statement statement, PgException failure, String blockers, int before) {
    super(failure);
    SourcePosition place = source.script().place(statement, position(failure) - before);
    String where = source.file() + ":" + place.line() + ":" + place.column() + "  ";
    this.sqlState = Optional.ofNullable(failure.getSqlState()).orElse("");
    String more =
        (blockers.isEmpty() ? "" : "\n    in the way: " + blockers) + advice(source, statement);
    this.text = where + ServerMessage.withoutRows(failure) + more;
    this.shown = where + ServerMessage.whole(failure) + more + "\n" + place.drawn();
  }

  private String advice(ScriptSource source, Statement statement) {
    boolean helps =
        wantsNoTransaction()
            && !statement.firstWord().equals("set")
            && !RevertSelection.saysNoTransaction(
                new SourceFile(source.file(), source.script().text()));
    return helps
        ? "\n    Such a statement needs a file that begins with \"-- transaction: none\"."
        : "";
  }

  /** The same failure with more lines behind it. */
  public StatementFailure with(String more) {
    return new StatementFailure(text + more, shown + more, sqlState, getCause());
  }

  private StatementFailure(String text, String shown, String sqlState, @Nullable Throwable cause) {
    super(cause);
    this.text = text;
    this.shown = shown;
    this.sqlState = sqlState;
  }

  /** The first line of the message, without the statement that it draws. */
  public String firstLine() {
    return getMessage().lines().findFirst().orElse("");
  }

  /** A whole file that was refused before any of it ran. */
  public static StatementFailure of(ScriptSource source, PgException failure) {
    return of(source.file(), failure);
  }

  /**
   * What the server refused behind the last statement of a file: constraints that wait until then,
   * the record, the commit.
   */
  public static StatementFailure atEnd(ScriptSource source, PgException failure) {
    return of(source.file() + ", at its end", failure);
  }

  private static StatementFailure of(String where, PgException failure) {
    return new StatementFailure(
        where + ": " + ServerMessage.withoutRows(failure),
        where + ": " + ServerMessage.whole(failure),
        failure);
  }

  /** A check that gave the wrong answer. */
  public StatementFailure(String text, String shown) {
    this.text = text;
    this.shown = shown;
    this.sqlState = "";
  }

  /** A check that the server refused. */
  public StatementFailure(String text, String shown, PgException failure) {
    super(failure);
    this.text = text;
    this.shown = shown;
    this.sqlState = Optional.ofNullable(failure.getSqlState()).orElse("");
  }

  @Override
  public String getMessage() {
    return text;
  }

  /** The same with all that the server said, which may quote rows, and the line of the file. */
  public String shown() {
    return shown;
  }

  public String sqlState() {
    return sqlState;
  }

  /** Whether the server refused the transaction around it, before anything was done. */
  public final boolean wantsNoTransaction() {
    return NO_TRANSACTION.contains(sqlState);
  }

  public boolean isPassing() {
    return PASSING.contains(sqlState);
  }

  public static boolean isPassing(PgException failure) {
    return PASSING.contains(String.valueOf(failure.getSqlState())) || isForgotten(failure);
  }

  static boolean isForgotten(PgException failure) {
    return FORGOTTEN.equals(failure.getSqlState());
  }

  /** Where in the text that was sent, from 1; 1 where the server does not say. */
  public static int position(PgException failure) {
    String position = failure.getPosition();
    return position != null && position.matches("\\d{1,9}") ? Integer.parseInt(position) : 1;
  }
}
