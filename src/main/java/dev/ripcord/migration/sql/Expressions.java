package dev.ripcord.migration.sql;

import dev.ripcord.migration.sql.Token.Kind;
import java.util.List;
import java.util.Set;

/**
 * Whether the expressions in a definition (a default, a CHECK, the columns of an index) run nothing
 * but what PostgreSQL itself brings and is known to change nothing. Functions, operators and casts
 * that somebody has made may do anything.
 */
final class Expressions {
  /** After these words an expression begins; after any other one a name has columns or a length. */
  private static final Set<String> BEFORE =
      Set.of(
          "default",
          "and",
          "or",
          "not",
          "then",
          "else",
          "when",
          "case",
          "in",
          "like",
          "ilike",
          "between",
          "from",
          "distinct",
          "is",
          "select",
          "where",
          "any",
          "all",
          "some",
          "to");

  /** Words that stand before a parenthesis in definitions only, and call nothing. */
  private static final Set<String> DEFINING =
      Set.of("check", "unique", "exclude", "include", "inherits", "identity");

  private static final Set<String> OPERATORS =
      Set.of(
          "+", "-", "*", "/", "%", "^", "=", "<", ">", "<=", ">=", "<>", "!=", "||", "->", "->>",
          "#>", "#>>", "@>", "<@", "?", "?|", "?&", "~", "~*", "!~", "!~*", "~~", "!~~", "~~*",
          "!~~*", "&&", "|", "&", "#", "<<", ">>", "@@", "@", "|/", "-|-", "&<", "&>", "<->", "#-",
          "@?", "^@", "=>");

  private static final Set<String> TYPES =
      Set.of(
          "smallint",
          "integer",
          "int",
          "int2",
          "int4",
          "int8",
          "bigint",
          "numeric",
          "decimal",
          "real",
          "double",
          "float",
          "float4",
          "float8",
          "money",
          "text",
          "varchar",
          "character",
          "char",
          "bpchar",
          "name",
          "bytea",
          "boolean",
          "bool",
          "date",
          "time",
          "timetz",
          "timestamp",
          "timestamptz",
          "interval",
          "json",
          "jsonb",
          "jsonpath",
          "uuid",
          "inet",
          "cidr",
          "macaddr",
          "bit",
          "varbit",
          "xml",
          "oid",
          "regclass",
          "regtype",
          "regproc",
          "regprocedure",
          "regrole",
          "regnamespace",
          "tsvector",
          "tsquery",
          "point",
          "box",
          "polygon",
          "circle",
          "path",
          "line",
          "lseg",
          "int4range",
          "int8range",
          "numrange",
          "tsrange",
          "tstzrange",
          "daterange",
          "pg_catalog");

  private static final String OPERATOR_SIGNS = "+-*/<>=~!@#%^&|`?";

  private Expressions() {}

  /** Whether all of it is known, for a definition. */
  static boolean areKnown(List<Token> tokens) {
    for (int i = 1; i < tokens.size(); i++) {
      if (tokens.get(i).isSymbol('(')
          && tokens.get(i - 1).isName()
          && isUnknownCall(tokens, i - 1)) {
        return false;
      }
    }
    return hasKnownOperators(tokens);
  }

  private static boolean isUnknownCall(List<Token> tokens, int at) {
    int start = at;
    while (start > 1 && tokens.get(start - 1).isSymbol('.') && tokens.get(start - 2).isName()) {
      start -= 2;
    }
    String name = tokens.get(at).text();
    boolean own = start < at && !tokens.get(start).isWord("pg_catalog");
    if (!own && isHarmless(name)) {
      return false;
    }
    return start > 0 && beginsExpression(tokens.get(start - 1));
  }

  /** A default takes a number of a sequence, which is where it stands and no value of a row. */
  private static boolean isHarmless(String word) {
    return DEFINING.contains(word)
        || FunctionCalls.isSyntax(word)
        || FunctionCalls.isHarmless(word)
        || word.equals("nextval");
  }

  private static boolean beginsExpression(Token before) {
    return switch (before.kind()) {
      case WORD -> BEFORE.contains(before.text());
      case SYMBOL -> !before.isSymbol(')') && !before.isSymbol(']') && !before.isSymbol('.');
      case STRING, QUOTED, NUMBER, SPACE, COMMENT, SEMICOLON, BACKSLASH -> false;
    };
  }

  /** Whether operators and casts are those that PostgreSQL brings. */
  static boolean hasKnownOperators(List<Token> tokens) {
    int i = 0;
    while (i < tokens.size()) {
      int end = endOfOperator(tokens, i);
      if (end > i) {
        if (!isKnown(sign(tokens, i, end))) {
          return false;
        }
        i = end;
      } else if (isCall(tokens, i, "operator") || isUnknownCast(tokens, i)) {
        return false;
      } else {
        i++;
      }
    }
    return true;
  }

  /** A minus may stand before a value, directly behind another operator. */
  private static boolean isKnown(String sign) {
    return OPERATORS.contains(sign)
        || (sign.length() > 1
            && sign.endsWith("-")
            && OPERATORS.contains(sign.substring(0, sign.length() - 1)));
  }

  private static boolean isCall(List<Token> tokens, int at, String word) {
    return tokens.get(at).isWord(word)
        && at + 1 < tokens.size()
        && tokens.get(at + 1).isSymbol('(');
  }

  private static int endOfOperator(List<Token> tokens, int from) {
    int end = from;
    while (end < tokens.size()
        && tokens.get(end).kind() == Kind.SYMBOL
        && OPERATOR_SIGNS.contains(tokens.get(end).text())
        && (end == from || tokens.get(end).start() == tokens.get(end - 1).end())) {
      end++;
    }
    return end;
  }

  private static String sign(List<Token> tokens, int from, int to) {
    StringBuilder sign = new StringBuilder();
    tokens.subList(from, to).forEach(token -> sign.append(token.text()));
    return sign.toString();
  }

  /** A literal only becomes a value of its type; anything else may go through a function. */
  private static boolean isUnknownCast(List<Token> tokens, int at) {
    boolean literal = at > 0 && tokens.get(at - 1).kind() == Kind.STRING;
    boolean marks =
        at + 2 < tokens.size()
            && tokens.get(at).isSymbol(':')
            && tokens.get(at + 1).isSymbol(':')
            && !literal;
    if (marks) {
      return !isKnownType(tokens.get(at + 2));
    }
    if (!isCall(tokens, at, "cast")) {
      return false;
    }
    int depth = 0;
    for (int i = at + 1; i < tokens.size(); i++) {
      depth += tokens.get(i).isSymbol('(') ? 1 : tokens.get(i).isSymbol(')') ? -1 : 0;
      if (depth == 1 && tokens.get(i).isWord("as") && i + 1 < tokens.size()) {
        return !isKnownType(tokens.get(i + 1));
      }
    }
    return true;
  }

  private static boolean isKnownType(Token token) {
    return token.kind() == Kind.WORD && TYPES.contains(token.text());
  }
}
