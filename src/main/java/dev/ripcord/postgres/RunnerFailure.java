package dev.ripcord.postgres;

import dev.ripcord.migration.Place;
import dev.ripcord.migration.Statement;
import io.vertx.pgclient.PgException;
import java.util.Optional;
import java.util.Set;

/**
 * A statement of a migration that the server refused, with its place in the file. Its message may
 * be read by anybody and holds no row; {@link #shown} is for the terminal of who runs the
 * migration.
 */
final class RunnerFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What the server answers when a lock was in the way and the same again may go well. */
  private static final Set<String> PASSING = Set.of("55P03", "40P01", "40001");

  /** A statement that was prepared is gone: a file has said {@code DEALLOCATE ALL}. */
  private static final String FORGOTTEN = "26000";

  private final String text;
  private final String shown;
  private final String sqlState;

  RunnerFailure(
      RunnerDesk.Source source, Statement statement, PgException failure, String blockers) {
    this(source, statement, failure, blockers, 0);
  }

  /**
   * The same of a statement that was sent with others as one text.
   *
   * @param before how many characters stand before it in that text
   */
  RunnerFailure(
      RunnerDesk.Source source,
      Statement statement,
      PgException failure,
      String blockers,
      int before) {
    super(failure);
    Place place = source.script().place(statement, position(failure) - before);
    String where = source.file() + ":" + place.line() + ":" + place.column() + "  ";
    String inTheWay = blockers.isEmpty() ? "" : "\n    in the way: " + blockers;
    this.text = where + ServerMessage.withoutRows(failure) + inTheWay;
    this.shown = where + ServerMessage.whole(failure) + inTheWay + "\n" + place.drawn();
    this.sqlState = Optional.ofNullable(failure.getSqlState()).orElse("");
  }

  /** A check that gave the wrong answer. */
  RunnerFailure(String text, String shown) {
    this.text = text;
    this.shown = shown;
    this.sqlState = "";
  }

  /** A check that the server refused. */
  RunnerFailure(String text, String shown, PgException failure) {
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
  String shown() {
    return shown;
  }

  String sqlState() {
    return sqlState;
  }

  boolean isPassing() {
    return PASSING.contains(sqlState);
  }

  static boolean isPassing(PgException failure) {
    return PASSING.contains(String.valueOf(failure.getSqlState())) || isForgotten(failure);
  }

  static boolean isForgotten(PgException failure) {
    return FORGOTTEN.equals(failure.getSqlState());
  }

  /** Where in the text that was sent, from 1; 1 where the server does not say. */
  static int position(PgException failure) {
    String position = failure.getPosition();
    return position != null && position.matches("\\d{1,9}") ? Integer.parseInt(position) : 1;
  }
}
