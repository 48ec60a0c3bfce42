package dev.ripcord.postgres;

import dev.ripcord.migration.Place;
import dev.ripcord.migration.Statement;
import io.vertx.pgclient.PgException;
import java.util.Optional;
import java.util.Set;

/** A statement of a migration that the server refused, told with its place in the file. */
final class RunnerFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What the server answers when a lock was in the way and the same again may go well. */
  private static final Set<String> PASSING = Set.of("55P03", "40P01", "40001");

  /** A statement that was prepared is gone: a file has said {@code DEALLOCATE ALL}. */
  private static final String FORGOTTEN = "26000";

  private final String text;
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
    this.text = message(source, statement, failure, blockers, before);
    this.sqlState = Optional.ofNullable(failure.getSqlState()).orElse("");
  }

  /** A check that gave the wrong answer. */
  RunnerFailure(String text) {
    this.text = text;
    this.sqlState = "";
  }

  /** A check that the server refused. */
  RunnerFailure(String text, PgException failure) {
    super(failure);
    this.text = text;
    this.sqlState = Optional.ofNullable(failure.getSqlState()).orElse("");
  }

  @Override
  public String getMessage() {
    return text;
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

  private static String message(
      RunnerDesk.Source source,
      Statement statement,
      PgException failure,
      String blockers,
      int before) {
    Place place = source.script().place(statement, position(failure) - before);
    StringBuilder text = new StringBuilder();
    text.append(source.file()).append(':').append(place.line()).append(':').append(place.column());
    text.append("  ").append(failure.getErrorMessage());
    if (failure.getDetail() != null) {
      text.append("\n    ").append(failure.getDetail());
    }
    if (failure.getHint() != null) {
      text.append("\n    ").append(failure.getHint());
    }
    if (!blockers.isEmpty()) {
      text.append("\n    in the way: ").append(blockers);
    }
    return text.append('\n').append(place.drawn()).toString();
  }

  /** Where in the text that was sent, from 1; 1 where the server does not say. */
  static int position(PgException failure) {
    String position = failure.getPosition();
    return position != null && position.matches("\\d{1,9}") ? Integer.parseInt(position) : 1;
  }
}
