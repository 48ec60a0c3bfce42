package dev.ripcord.migration.sql;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How far a statement reaches, as far as its text tells. */
public final class StatementScope {
  private static final Pattern SERVER =
      Pattern.compile(
          "\\bcopy\\b[^;]*?\\bto\\s+e?'|\\b(?:(?:create|alter|drop|rename)\\s+(?:role|user(?!\\s+mapping)|group|database"
              + "|tablespace|subscription)"
              + "|alter\\s+system|(?:drop|reassign)\\s+owned|create\\s+server|dblink\\w*"
              + "|(?:comment|security\\s+label\\b[^;]*?)\\s+on\\s+(?:role|database|tablespace)"
              + "|(?:from|to)\\s+program|pg_file_\\w+|pg_replication_origin_(?:create|drop)"
              + "|pg_promote|pg_rotate_logfile|pg_create_restore_point"
              + "|lo_export|lo_import|pg_terminate_backend|pg_cancel_backend|pg_reload_conf"
              + "|pg_create_\\w*slot|pg_drop_\\w*slot|pg_read_\\w*file\\w*|pg_switch_wal"
              + "|(?:grant|revoke)\\s[^;]*?\\son\\s+(?:database|tablespace|parameter))\\b");

  private StatementScope() {}

  /**
   * What a statement does outside of its database, in the words of the statement; empty when
   * nothing. Roles, other databases, settings and files of the server are shared: a trial in a
   * database of its own does not keep them apart. Texts inside the statement are read too, since
   * they may be executed.
   */
  public static Optional<String> beyondDatabase(Statement statement) {
    Matcher found = SERVER.matcher(plain(statement));
    if (found.find()) {
      return Optional.of(found.group().strip().toUpperCase(Locale.ROOT));
    }
    return grantsRole(statement) ? Optional.of("GRANT of a role") : Optional.empty();
  }

  private static boolean grantsRole(Statement statement) {
    TokenCursor words = new TokenCursor(statement.text());
    return words.skipAny("grant", "revoke") && !words.has("on");
  }

  /**
   * Whether a statement may change values or rows, or call what does: it does unless it is known to
   * leave them alone.
   */
  public static boolean mayChangeRows(Statement statement) {
    return !ValuePreservation.is(statement);
  }

  /** The statements that may change rows, each judged with what the script has made before it. */
  public static List<Statement> changes(Script script) {
    return ChangingStatements.in(script);
  }

  /** The changes of column types, which keep what the new type can say. */
  public static List<ColumnTypeChange> retypings(Script script) {
    return script.work().stream()
        .flatMap(each -> ValuePreservation.retypings(each).stream())
        .toList();
  }

  /**
   * Columns whose values an {@code ALTER COLUMN … TYPE … USING} computes, as table and column with
   * a dot between: no cast says what becomes of them.
   */
  public static Stream<String> computedColumns(Script script) {
    return retypings(script).stream()
        .filter(each -> each.way() == ColumnTypeChange.Way.COMPUTED)
        .map(each -> each.table() + "." + each.column());
  }

  /**
   * What the queries of a statement read, by the last part of each name. A view may call what
   * changes rows; a table does not.
   */
  public static Set<String> reads(Statement statement) {
    return ValuePreservation.reads(statement);
  }

  /**
   * Whether a statement makes a cast, or gives a label of an enumeration another name: then a
   * change of type in the same file may say anything.
   */
  public static boolean changesCasts(Statement statement) {
    TokenCursor words = new TokenCursor(statement.text());
    return words.skipAll("create", "cast")
        || (words.skipAll("alter", "type") && words.has("rename", "value"));
  }

  /** Whether a statement says where a sequence goes on, wherever it stands. */
  public static boolean setsSequence(Statement statement) {
    TokenCursor words = new TokenCursor(statement.text());
    return words.skip("alter") && words.has("restart");
  }

  /** Whether a function that is called by this name is known to change nothing. */
  public static boolean leavesRowsAlone(Optional<String> schema, String function) {
    return schema.filter(name -> !name.equals("pg_catalog")).isEmpty()
        && FunctionCalls.isHarmless(function);
  }

  /** Every word and name of the statements that may change rows, for a look which tables. */
  public static Set<String> namesOfChanges(Script script) {
    return changes(script).stream()
        .flatMap(each -> names(each.text()).stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  private static List<String> names(String text) {
    return Lexer.words(text).stream()
        .flatMap(
            token ->
                switch (token.kind()) {
                  case WORD -> Stream.of(token.text());
                  case QUOTED -> Stream.of(Quoting.unquoted(token.text()));
                  case STRING -> List.of(token.text().split("[^\\w$]+", -1)).stream();
                  case SPACE, COMMENT, NUMBER, SEMICOLON, BACKSLASH, SYMBOL -> Stream.<String>of();
                })
        .toList();
  }

  private static String plain(Statement statement) {
    return Lexer.words(statement.text()).stream()
        .map(Token::text)
        .collect(Collectors.joining(" "))
        .toLowerCase(Locale.ROOT);
  }
}
