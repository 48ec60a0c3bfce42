package dev.ripcord.postgres;

import org.jspecify.annotations.Nullable;

/** A value written into a text of SQL, where no parameter can stand. */
final class SqlLiteral {
  private SqlLiteral() {}

  /**
   * A text, a number, a truth value or NULL. A text is written in the form that means the same
   * whatever {@code standard_conforming_strings} says.
   *
   * @throws IllegalArgumentException for a value of another kind
   */
  static String of(@Nullable Object value) {
    return switch (value) {
      case null -> "NULL";
      case String text -> "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
      case Long number -> number.toString();
      case Integer number -> number.toString();
      case Boolean truth -> truth.toString();
      default -> throw new IllegalArgumentException("no literal of " + value.getClass());
    };
  }
}
