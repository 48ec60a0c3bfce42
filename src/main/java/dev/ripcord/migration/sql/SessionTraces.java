package dev.ripcord.migration.sql;

/**
 * What a text may leave in the session that runs it. Settings, temporary objects, cursors, channels
 * that are listened to and the last values of sequences can be taken away; what a library, a
 * prepared statement, a setting of one's own ({@code app.tenant}) or a function leaves goes with
 * the session only.
 */
public final class SessionTraces {
  /** First words of statements that leave nothing but what can be taken away. */
  private static final String[] PLAIN = {
    "alter",
    "analyze",
    "checkpoint",
    "close",
    "cluster",
    "comment",
    "copy",
    "create",
    "declare",
    "discard",
    "drop",
    "fetch",
    "grant",
    "import",
    "listen",
    "lock",
    "move",
    "notify",
    "reassign",
    "refresh",
    "reindex",
    "release",
    "reset",
    "revoke",
    "rollback",
    "savepoint",
    "security",
    "show",
    "truncate",
    "unlisten",
    "vacuum"
  };

  /** Those that leave nothing unless they call a function that does. */
  private static final String[] CALLING = {
    "delete", "explain", "merge", "select", "table", "update", "values", "with"
  };

  private SessionTraces() {}

  /** Whether something may be left that only the end of the session takes away. */
  public static boolean outlast(Script script) {
    return script.work().stream().anyMatch(SessionTraces::outlast);
  }

  private static boolean outlast(Statement statement) {
    TokenCursor words = new TokenCursor(statement.text());
    if (words.skipAny(PLAIN)) {
      return false;
    }
    if (words.skip("set")) {
      words.skipAny("local", "session");
      return words.name().filter(name -> name.contains(".")).isPresent();
    }
    if (words.skip("insert")) {
      words.skip("into");
      var _ = words.name();
      return leaves(words);
    }
    return !words.skipAny(CALLING) || leaves(words);
  }

  /** A lock that is no transaction's stays with the session, and its call changes no row. */
  private static boolean leaves(TokenCursor words) {
    return words.callsUnknown()
        || words.has("pg_advisory_lock")
        || words.has("pg_advisory_lock_shared")
        || words.has("pg_try_advisory_lock")
        || words.has("pg_try_advisory_lock_shared");
  }
}
