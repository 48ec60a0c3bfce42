package dev.ripcord.migration.sql;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which statements leave the values in every table as they are. What is known to do so is listed;
 * everything else may change rows, since a list of what does would never be whole. That things are
 * made, dropped and renamed is seen in the catalog and counts as harmless here.
 */
final class ValuePreservation {
  private static final Set<String> FIRST =
      Set.of(
          "comment",
          "grant",
          "revoke",
          "analyze",
          "analyse",
          "vacuum",
          "cluster",
          "reindex",
          "set",
          "reset",
          "show",
          "lock",
          "notify",
          "listen",
          "unlisten",
          "discard",
          "deallocate",
          "close",
          "checkpoint",
          "savepoint",
          "release",
          "rollback",
          "drop");

  private static final Set<String> MADE =
      Set.of(
          "sequence",
          "view",
          "type",
          "function",
          "procedure",
          "aggregate",
          "operator",
          "cast",
          "trigger",
          "policy",
          "rule",
          "extension",
          "statistics",
          "collation",
          "text",
          "publication",
          "foreign",
          "language",
          "transform",
          "access",
          "conversion",
          "user");

  private static final Set<String> ALTERED =
      Set.of(
          "sequence",
          "function",
          "procedure",
          "routine",
          "aggregate",
          "operator",
          "schema",
          "policy",
          "rule",
          "trigger",
          "publication",
          "statistics",
          "collation",
          "conversion",
          "text",
          "language",
          "default",
          "large",
          "server",
          "user");

  /** What an ALTER TABLE may do besides, by the first word. */
  private static final Set<String> ACTIONS =
      Set.of(
          "drop",
          "rename",
          "set",
          "reset",
          "owner",
          "attach",
          "detach",
          "inherit",
          "no",
          "enable",
          "disable",
          "cluster",
          "validate",
          "replica",
          "force",
          "of",
          "not",
          "depends",
          "options");

  private static final Set<String> WRITES =
      Set.of("insert", "update", "delete", "merge", "into", "execute");

  /** Words behind which the list of relations ends. */
  private static final Set<String> AFTER_FROM =
      Set.of("where", "group", "order", "having", "limit", "offset", "union", "select", "on");

  private static final Set<String> EXPRESSIONS_WITH_FROM =
      Set.of("extract", "substring", "trim", "overlay", "position");

  private ValuePreservation() {}

  /** Whether a statement is known to leave all values as they are. */
  static boolean is(Statement statement) {
    return is(new TokenCursor(statement.text()));
  }

  private static boolean is(TokenCursor words) {
    if (words.skip("create")) {
      return isCreate(words);
    }
    if (words.skip("alter")) {
      return isAlter(words);
    }
    if (words.skip("explain")) {
      return isExplained(words);
    }
    if (words.skip("prepare")) {
      return words.skipTo("as") && is(words);
    }
    if (words.skip("set")) {
      // With pg_catalog named there a function of somebody else may come before PostgreSQL's own.
      return !words.has("search_path") || !words.has("pg_catalog");
    }
    return words.skipAny(FIRST.toArray(String[]::new)) || isQuery(words);
  }

  /** Planning calls functions, too, so what is explained is read as if it were run. */
  private static boolean isExplained(TokenCursor words) {
    if (words.skipSymbol('(')) {
      while (!words.isAtEnd() && !words.skipSymbol(')')) {
        words.skipOne();
      }
    }
    while (words.skipAny("analyze", "analyse", "verbose")) {
      // each is one more option
    }
    return is(words);
  }

  private static boolean isQuery(TokenCursor words) {
    while (words.skipSymbol('(')) {
      // a query may stand in parentheses
    }
    boolean query = words.skipAny("select", "values", "table", "with");
    return query
        && WRITES.stream().noneMatch(words::has)
        && !words.callsUnknown()
        && Expressions.hasKnownOperators(words.rest());
  }

  private static boolean isCreate(TokenCursor words) {
    words.skipAll("or", "replace");
    words.skipAny("global", "local");
    words.skipAny("temporary", "temp", "unlogged", "trusted", "constraint", "default");
    words.skipAny("recursive", "procedural", "unique");
    if (words.skip("materialized")) {
      return words.has("with", "no") || (words.skipTo("as") && isQuery(words));
    }
    if (words.skip("table")) {
      List<Token> all = words.rest();
      return words.skipTo("as") ? isQuery(words) : Expressions.areKnown(all);
    }
    if (words.skipAny("index", "domain", "schema")) {
      return Expressions.areKnown(words.rest());
    }
    return words.skipAny(MADE.toArray(String[]::new));
  }

  private static boolean isAlter(TokenCursor words) {
    if (words.skip("type")) {
      return !words.has("drop", "attribute") && !words.has("alter", "attribute");
    }
    if (words.skip("domain")) {
      return Expressions.areKnown(words.rest());
    }
    if (words.skip("extension")) {
      return !words.has("update");
    }
    if (words.skipAll("event", "trigger")) {
      return !words.has("enable");
    }
    boolean foreign = words.skip("foreign");
    if (foreign && words.skip("data")) {
      return true;
    }
    words.skip("materialized");
    return words.skipAny("table", "view", "index")
        ? areActions(words)
        : words.skipAny(ALTERED.toArray(String[]::new));
  }

  private static boolean areActions(TokenCursor words) {
    var _ = tableName(words);
    do {
      if (!isAction(words.part())) {
        return false;
      }
    } while (words.skipSymbol(','));
    return words.isAtEnd();
  }

  private static boolean isAction(TokenCursor action) {
    if (action.skip("add")) {
      return Expressions.areKnown(action.rest());
    }
    if (!action.skip("alter")) {
      return action.skipAny(ACTIONS.toArray(String[]::new));
    }
    if (action.skip("constraint")) {
      return true;
    }
    String column = columnName(action);
    if (action.skipAll("drop", "expression") || action.skipAll("set", "expression")) {
      return false;
    }
    Optional<ColumnTypeChange.Way> way = ColumnTypeChange.way(column, action);
    return way.map(each -> each != ColumnTypeChange.Way.COMPUTED)
        .orElseGet(() -> Expressions.areKnown(action.rest()));
  }

  private static String columnName(TokenCursor action) {
    action.skip("column");
    Optional<String> name = action.name();
    if (name.isEmpty()) {
      action.skipOne(); // a column of an index may be numbered
    }
    return name.orElse("");
  }

  private static Optional<String> tableName(TokenCursor words) {
    words.skipAll("if", "exists");
    words.skip("only");
    Optional<String> name = words.name();
    words.skipSymbol('*');
    return name;
  }

  /** The changes of a column's type that a statement asks for. */
  static List<ColumnTypeChange> retypings(Statement statement) {
    TokenCursor words = new TokenCursor(statement.text());
    List<ColumnTypeChange> found = new ArrayList<>();
    if (!words.skip("alter")) {
      return found;
    }
    words.skip("foreign");
    if (!words.skip("table")) {
      return found;
    }
    String table = last(tableName(words).orElse(""));
    do {
      TokenCursor action = words.part();
      if (action.skip("alter")) {
        String column = columnName(action);
        ColumnTypeChange.way(column, action)
            .ifPresent(way -> found.add(new ColumnTypeChange(statement, table, column, way)));
      }
    } while (words.skipSymbol(','));
    return found;
  }

  /** The last parts of the names that a query of a statement reads from. */
  static Set<String> reads(Statement statement) {
    TokenCursor words = new TokenCursor(statement.text());
    boolean defines =
        words.skip("create") && !words.has("table") && !words.has("materialized", "view");
    Set<String> names = new HashSet<>();
    if (defines || words.has("with", "no")) {
      return names; // a view or a rule is not run when it is made
    }
    if (!runsQuery(statement)) {
      return names;
    }
    List<Token> tokens = new TokenCursor(statement.text()).rest();
    for (int i = 0; i < tokens.size(); i++) {
      if (isFrom(tokens, i) || tokens.get(i).isWord("join")) {
        relations(tokens, i + 1, names);
      } else if (isWholeTable(tokens, i)) {
        relation(tokens, i + 1, names);
      }
    }
    for (int i = 0; i + 2 < tokens.size(); i++) {
      boolean named = tokens.get(i + 1).isWord("as") && tokens.get(i + 2).isSymbol('(');
      if (named && tokens.get(i).isName()) {
        names.remove(tokens.get(i).text()); // WITH name AS (…)
      }
    }
    return names;
  }

  /** Whether it is the TABLE of a query, and not that of a definition. */
  private static boolean isWholeTable(List<Token> tokens, int at) {
    return tokens.get(at).isWord("table")
        && (at == 0
            || tokens.get(at - 1).isSymbol('(')
            || List.of("as", "all", "union", "except", "intersect", "analyze")
                .contains(tokens.get(at - 1).text()));
  }

  /** Whether it begins a list of relations, and is no part of an expression. */
  private static boolean isFrom(List<Token> tokens, int at) {
    if (!tokens.get(at).isWord("from") || (at > 0 && tokens.get(at - 1).isWord("distinct"))) {
      return false;
    }
    int depth = 0;
    for (int i = at - 1; i > 0 && depth >= 0; i--) {
      depth += tokens.get(i).isSymbol(')') ? 1 : tokens.get(i).isSymbol('(') ? -1 : 0;
      if (depth < 0) {
        return !EXPRESSIONS_WITH_FROM.contains(tokens.get(i - 1).text());
      }
    }
    return true;
  }

  private static boolean runsQuery(Statement statement) {
    TokenCursor words = new TokenCursor(statement.text());
    if (words.skip("table")) {
      return true;
    }
    boolean parentheses = words.skipSymbol('(');
    boolean query =
        words.skipAny("select", "with", "values", "explain", "prepare", "create") || parentheses;
    return query && !words.isAtEnd();
  }

  /** The relations of a list behind FROM, up to where it ends. */
  private static void relations(List<Token> tokens, int from, Set<String> names) {
    int depth = 0;
    relation(tokens, from, names);
    for (int i = from; i < tokens.size() && depth >= 0; i++) {
      Token token = tokens.get(i);
      depth += token.isSymbol('(') ? 1 : token.isSymbol(')') ? -1 : 0;
      if (depth == 0 && token.kind() == Token.Kind.WORD && AFTER_FROM.contains(token.text())) {
        return;
      }
      if (depth == 0 && token.isSymbol(',')) {
        relation(tokens, i + 1, names);
      }
    }
  }

  private static void relation(List<Token> tokens, int from, Set<String> names) {
    int at = from;
    while (at < tokens.size()
        && (tokens.get(at).isWord("only") || tokens.get(at).isWord("lateral"))) {
      at++;
    }
    if (at >= tokens.size() || !tokens.get(at).isName()) {
      return;
    }
    String first = tokens.get(at).text();
    while (at + 2 < tokens.size() && tokens.get(at + 1).isSymbol('.')) {
      at += 2;
    }
    boolean call = at + 1 < tokens.size() && tokens.get(at + 1).isSymbol('(');
    boolean catalog = first.startsWith("pg_") || first.equals("information_schema");
    if (!call && !catalog) {
      names.add(tokens.get(at).text().replace("\"", ""));
    }
  }

  private static String last(String name) {
    return name.substring(name.lastIndexOf('.') + 1).replace("\"", "");
  }
}
