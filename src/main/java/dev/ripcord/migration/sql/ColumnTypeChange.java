package dev.ripcord.migration.sql;

import dev.ripcord.migration.sql.Token.Kind;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * An {@code ALTER TABLE … ALTER COLUMN … TYPE}.
 *
 * @param statement where it stands
 * @param table the last part of the table's name, as written
 * @param column as written
 * @param way how the new values are made from the old ones
 */
public record ColumnTypeChange(Statement statement, String table, String column, Way way) {
  /** How the values of the new type are made. */
  public enum Way {
    /** By the cast to the new type, with or without {@code USING}. */
    CAST,
    /** By a cast to text, and from it to the new type. */
    CAST_OF_TEXT,
    /** By anything else: the new value may say less than the old one. */
    COMPUTED
  }

  /**
   * Reads what follows {@code ALTER [COLUMN] name}, from {@code TYPE} or {@code SET DATA TYPE} on;
   * empty when it is another action.
   */
  static Optional<Way> way(String column, TokenCursor words) {
    if (!words.skip("type") && !words.skipAll("set", "data", "type")) {
      return Optional.empty();
    }
    String type = joined(words.before("using").before("collate").rest());
    if (!words.skipTo("using")) {
      return Optional.of(Way.CAST);
    }
    List<Token> using = bare(words.rest());
    String from = joined(using.isEmpty() ? using : using.subList(0, 1)).replace("\"", "");
    if (!from.equals(column.replace("\"", ""))) {
      return Optional.of(castCall(column, type, using));
    }
    String casts = joined(using.subList(1, using.size()));
    if (casts.isEmpty() || casts.equals(": : " + type)) {
      return Optional.of(Way.CAST);
    }
    return Optional.of(
        casts.equals(": : text : : " + type) || casts.equals(": : text")
            ? Way.CAST_OF_TEXT
            : Way.COMPUTED);
  }

  private static Way castCall(String column, String type, List<Token> using) {
    return joined(using).equals("cast ( " + column + " as " + type + " )")
        ? Way.CAST
        : Way.COMPUTED;
  }

  /** Without parentheses around the whole. */
  private static List<Token> bare(List<Token> tokens) {
    List<Token> left = tokens.stream().filter(token -> token.kind() != Kind.SEMICOLON).toList();
    while (left.size() > 2 && isEnclosed(left)) {
      left = left.subList(1, left.size() - 1);
    }
    return left;
  }

  private static boolean isEnclosed(List<Token> tokens) {
    int depth = 0;
    for (int i = 0; i < tokens.size(); i++) {
      depth += tokens.get(i).isSymbol('(') ? 1 : tokens.get(i).isSymbol(')') ? -1 : 0;
      if (depth == 0 && i < tokens.size() - 1) {
        return false;
      }
    }
    return depth == 0;
  }

  private static String joined(List<Token> tokens) {
    return tokens.stream().map(Token::text).collect(Collectors.joining(" "));
  }
}
