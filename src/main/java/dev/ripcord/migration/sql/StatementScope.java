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
  /** Things that all databases of a server share, and are not a user mapping. */
  private static final String SHARED =
      "(?:role|user(?!\\s+mapping)|group|database|tablespace|subscription)";

  /** Functions that do something to the server, its files, other sessions or other servers. */
  private static final String FUNCTIONS =
      "dblink\\w*|pg_file_\\w+|pg_replication_origin_(?:create|drop|advance)"
          + "|pg_promote|pg_rotate_logfile\\w*|pg_create_restore_point"
          + "|lo_export|lo_import|pg_terminate_backend|pg_cancel_backend|pg_reload_conf"
          + "|pg_create_\\w*slot|pg_copy_\\w*slot|pg_drop_\\w*slot|pg_replication_slot_advance"
          + "|pg_logical_slot_get_\\w+|pg_read_\\w*file\\w*|pg_switch_wal|pg_wal_replay_\\w+"
          + "|pg_backup_st\\w+|pg_st\\w+_backup"
          + "|pg_stat_reset_(?:shared|slru|replication_slot|subscription_stats)"
          + "|http_(?:get|post|put|patch|delete|head)(?=\\s*\\()|aws_s3|aws_lambda";

  /** What a statement begins with, the texts in it left out. */
  private static final Pattern HEAD =
      Pattern.compile(
          "^(?:(?:create|alter|drop) "
              + SHARED
              + "|alter system|(?:drop|reassign) owned|(?:comment|security label\\b.*?) on"
              + " (?:role|database|tablespace)|(?:grant|revoke) .*? on"
              + " (?:database|tablespace|parameter)(?= (?!to\\b|from\\b|[,.])))\\b");

  private static final Pattern CALL = Pattern.compile("\\b(?:" + FUNCTIONS + ")\\b");

  /** The same anywhere in a text that may be executed. */
  private static final Pattern TEXT =
      Pattern.compile(
          "\\bcopy\\b[^;]*?\\bto\\s+e?'|\\b(?:(?:create|alter|drop)\\s+"
              + SHARED
              + "|alter\\s+system|(?:drop|reassign)\\s+owned"
              + "|(?:comment|security\\s+label\\b[^;]*?)\\s+on\\s+(?:role|database|tablespace)"
              + "|(?:from|to)\\s+program"
              + "|(?:grant|revoke)\\s[^;]*?\\son\\s+(?:database|tablespace|parameter)|"
              + FUNCTIONS
              + ")\\b");

  private static final Pattern FOREIGN =
      Pattern.compile(
          "\\b(?:create\\s+extension|foreign\\s+data\\s+wrapper"
              + "|(?:create|alter)\\s+(?:server|user\\s+mapping))\\b");

  /** Statements that only keep their texts, as values. */
  private static final Set<String> WRITES = Set.of("insert", "update", "delete", "merge");

  private static final Set<String> QUERIES = Set.of("select", "values", "with", "table");

  private static final Set<String> IN_OTHERS =
      Set.of("select", "execute", "call", "join", "from", "using", "do");

  private StatementScope() {}

  /**
   * What a statement does outside of its database, in the words of the statement; empty when
   * nothing. Roles, other databases, settings and files of the server are shared: a trial in a
   * database of its own does not keep them apart. Texts inside the statement are read too where
   * they may be executed. Foreign servers, their wrappers and user mappings are things of one
   * database; see {@link #mayReachServers}.
   */
  public static Optional<String> beyondDatabase(Statement statement) {
    List<Token> tokens = Lexer.words(statement.text());
    String outside = joined(tokens.stream().filter(each -> each.kind() != Token.Kind.STRING));
    return found(HEAD, outside)
        .or(() -> found(CALL, outside))
        .or(() -> copiesToServer(statement))
        .or(() -> grantsRole(statement) ? Optional.of("GRANT of a role") : Optional.empty())
        .or(() -> mayRunTexts(statement) ? inTexts(tokens) : Optional.empty());
  }

  /**
   * Whether after a statement there may be a way to other servers that was not there before: by a
   * wrapper, an extension that brings one, a foreign server or a login for it.
   */
  public static boolean mayReachServers(Statement statement) {
    return FOREIGN.matcher(joined(Lexer.words(statement.text()).stream())).find();
  }

  private static Optional<String> inTexts(List<Token> tokens) {
    return found(TEXT, joined(tokens.stream().filter(each -> each.kind() == Token.Kind.STRING)));
  }

  private static Optional<String> found(Pattern pattern, String text) {
    Matcher found = pattern.matcher(text);
    return found.find()
        ? Optional.of(found.group().strip().toUpperCase(Locale.ROOT))
        : Optional.empty();
  }

  /** Into a file of the server, or through a program that it starts. */
  private static Optional<String> copiesToServer(Statement statement) {
    TokenCursor words = new TokenCursor(statement.text());
    if (!words.skip("copy")) {
      return Optional.empty();
    }
    words.skip("binary");
    var _ = words.name();
    words.skipParentheses();
    boolean reads = words.skip("from");
    boolean writes = !reads && words.skip("to");
    if (words.skip("program")) {
      return Optional.of(reads ? "COPY FROM PROGRAM" : "COPY TO PROGRAM");
    }
    boolean file =
        writes && !words.isAtEnd() && words.rest().getFirst().kind() == Token.Kind.STRING;
    return file ? Optional.of("COPY TO a file") : Optional.empty();
  }

  private static boolean grantsRole(Statement statement) {
    TokenCursor words = new TokenCursor(statement.text());
    return words.skipAny("grant", "revoke") && !words.has("on");
  }

  /** Texts are values only, where nothing is called that may take one for a statement. */
  private static boolean mayRunTexts(Statement statement) {
    TokenCursor words = new TokenCursor(statement.text());
    String first = statement.firstWord();
    if (first.equals("comment")) {
      return false;
    }
    if (QUERIES.contains(first)) {
      return words.callsUnknown();
    }
    return !(WRITES.contains(first) || defines(words))
        || IN_OTHERS.stream().anyMatch(words::has)
        || !Expressions.areKnown(words.rest());
  }

  private static boolean defines(TokenCursor words) {
    if (words.skip("alter")) {
      return true;
    }
    boolean creates = words.skip("create");
    words.skipAny("temporary", "temp", "unlogged", "unique");
    return creates && words.skipAny("table", "type", "domain", "index");
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

  private static String joined(Stream<Token> tokens) {
    return tokens.map(Token::text).collect(Collectors.joining(" ")).toLowerCase(Locale.ROOT);
  }
}
