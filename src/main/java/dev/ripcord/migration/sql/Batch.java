package dev.ripcord.migration.sql;

import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A statement that changes many rows, a part of them at a time, from a file that says {@code --
 * batch: 1000} at its top.
 *
 * @param table what is changed, as written, for {@code ANALYZE}; empty when it is not known
 * @param size rows a batch
 * @param sql one batch, to be run until it finds nothing more. Its one row tells the rows {@code
 *     changed} and those that are {@code still} due after it; a statement that was written with
 *     {@link #PLACE} has no row, only a count
 * @param counted whether it is such a statement with a row
 */
public record Batch(Optional<String> table, int size, String sql, boolean counted) {
  /** Stands for the size in a statement that does its own counting, as {@code LIMIT :batch}. */
  public static final String PLACE = ":batch";

  private static final Pattern HEADER =
      Pattern.compile("--\\s*batch\\s*:\\s*(\\d{1,7})\\s*", Pattern.CASE_INSENSITIVE);
  private static final Pattern PLACED = Pattern.compile("(?<!:):batch\\b");

  /** The size that a file asks for at its top; empty when it asks for none. */
  public static OptionalInt size(Script script) {
    Iterator<String> lines = script.text().lines().map(String::strip).iterator();
    while (lines.hasNext()) {
      String line = lines.next();
      Matcher header = HEADER.matcher(line);
      if (header.matches()) {
        int size = Integer.parseInt(header.group(1));
        return size > 0 ? OptionalInt.of(size) : OptionalInt.empty();
      }
      if (!line.isEmpty() && !line.startsWith("--")) {
        return OptionalInt.empty();
      }
    }
    return OptionalInt.empty();
  }

  /**
   * A statement of such a file in batches; empty when it runs once, as all but {@code UPDATE},
   * {@code DELETE} and those with {@link #PLACE} do.
   *
   * @throws IllegalArgumentException when it should and cannot; the message says what to write
   */
  public static Optional<Batch> of(Statement statement, int size) {
    TokenCursor words = new TokenCursor(statement.text());
    boolean update = words.skip("update");
    boolean delete = !update && words.skipAll("delete", "from");
    if (PLACED.matcher(statement.text()).find()) {
      String sql = PLACED.matcher(statement.text()).replaceAll(Integer.toString(size));
      return Optional.of(
          new Batch(update || delete ? name(words) : Optional.empty(), size, sql, false));
    }
    return update || delete
        ? Optional.of(rewritten(statement, words, update, size))
        : Optional.empty();
  }

  private static Optional<String> name(TokenCursor words) {
    words.skip("only");
    return words.name();
  }

  private static Batch rewritten(Statement statement, TokenCursor words, boolean update, int size) {
    String text = withoutSemicolon(statement.text());
    Clauses clauses = Clauses.of(text);
    if (clauses.other().isPresent()) {
      throw new IllegalArgumentException(
          clauses.other().get().toUpperCase(Locale.ROOT)
              + " cannot be cut into batches: write the batch yourself, as … IN (SELECT … LIMIT "
              + PLACE
              + "), so that each run changes rows that are left");
    }
    if (update && clauses.where() < 0) {
      throw new IllegalArgumentException(
          "an UPDATE in batches needs a WHERE that is true for the rows still to be changed and"
              + " false afterwards, or it would never end");
    }
    int head = clauses.where() < 0 ? text.length() : clauses.where();
    String due = clauses.where() < 0 ? "true" : text.substring(head + "where".length()).strip();
    String target = text.substring(clauses.target(), update ? clauses.set() : head).strip();
    String sql =
        "WITH ripcord_due AS MATERIALIZED (SELECT ctid AS place FROM "
            + target
            + "\nWHERE ctid >= $1::text::tid AND ("
            + due
            + "\n) LIMIT "
            + size
            + "), ripcord_changed AS ("
            + text.substring(0, head).strip()
            + "\nWHERE ctid = ANY (ARRAY(SELECT place FROM ripcord_due)) AND ("
            + due
            + "\n) RETURNING "
            + (update ? "(" + due + "\n)" : "false")
            + " AS still)\n"
            + "SELECT count(*) AS changed, count(*) FILTER (WHERE still) AS still, (SELECT"
            + " place::text FROM ripcord_due ORDER BY ripcord_due.place DESC LIMIT 1) AS place FROM"
            + " ripcord_changed";
    return new Batch(name(words), size, sql, true);
  }

  private static String withoutSemicolon(String text) {
    return text.endsWith(";") ? text.substring(0, text.length() - 1) : text;
  }

  /**
   * Where the parts of an {@code UPDATE} or {@code DELETE} begin, outside of parentheses.
   *
   * @param target the table
   * @param set the word {@code SET}; -1 without
   * @param where the word {@code WHERE}; -1 without
   * @param other a clause that cannot be kept in a batch
   */
  private record Clauses(int target, int set, int where, Optional<String> other) {
    static Clauses of(String text) {
      int depth = 0;
      int target = -1;
      int set = -1;
      int where = -1;
      Optional<String> other = Optional.empty();
      Optional<Token> before = Optional.empty();
      for (Token token : Lexer.words(text)) {
        depth += token.isSymbol('(') ? 1 : token.isSymbol(')') ? -1 : 0;
        boolean starts =
            before.filter(word -> word.isWord("update") || word.isWord("from")).isPresent();
        if (target < 0 && starts) {
          target = token.start();
        } else if (depth == 0 && set < 0 && where < 0 && token.isWord("set")) {
          set = token.start();
        } else if (depth == 0 && where < 0 && token.isWord("where")) {
          where = token.start();
        } else if (depth == 0 && target >= 0 && isForeign(token, before, where)) {
          other = other.or(() -> Optional.of(token.text()));
        }
        before = Optional.of(token);
      }
      return new Clauses(target, set, where, other);
    }

    private static boolean isForeign(Token token, Optional<Token> before, int where) {
      boolean distinct = before.filter(word -> word.isWord("distinct")).isPresent();
      return token.isWord("returning")
          || token.isWord("current")
          || (where < 0 && token.isWord("using"))
          || (where < 0 && token.isWord("from") && !distinct);
    }
  }
}
