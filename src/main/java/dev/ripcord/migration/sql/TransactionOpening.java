package dev.ripcord.migration.sql;

import java.util.List;
import java.util.Set;

/**
 * How a file begins that says what kind of transaction it wants. PostgreSQL takes that only before
 * the first query, so nothing may be asked in front of it, nor between it and a {@code LOCK} that
 * is to be held before the transaction begins to see.
 */
public final class TransactionOpening {
  /** Statements for which the server takes no look at the rows yet. */
  private static final Set<String> QUIET = Set.of("set", "reset", "lock", "show", "listen");

  private static final Set<String> SETTINGS =
      Set.of("transaction_isolation", "transaction_read_only", "transaction_deferrable");

  private TransactionOpening() {}

  /**
   * The statements that must be sent before anything is asked; mostly none.
   *
   * @param work the statements of a file
   */
  public static List<Statement> of(List<Statement> work) {
    int end = 0;
    boolean sets = false;
    while (end < work.size() && isQuiet(work.get(end))) {
      sets |= setsTransaction(work.get(end));
      end++;
    }
    return sets ? List.copyOf(work.subList(0, end)) : List.of();
  }

  /** Another role may not ask what has to be asked behind it. */
  private static boolean isQuiet(Statement statement) {
    TokenCursor words = new TokenCursor(statement.text());
    boolean quiet = QUIET.stream().anyMatch(words::skip);
    words.skipAny("local", "session");
    return quiet && !words.skipAny("role", "authorization");
  }

  /** Whether a statement sets the isolation, or another property, of its own transaction. */
  public static boolean setsTransaction(Statement statement) {
    TokenCursor words = new TokenCursor(statement.text());
    if (!words.skip("set")) {
      return false;
    }
    words.skipAny("local", "session");
    return words.skip("transaction") || SETTINGS.stream().anyMatch(words::skip);
  }

  /** Whether a statement changes settings of the session, and nothing else. */
  public static boolean setsSession(Statement statement) {
    TokenCursor words = new TokenCursor(statement.text());
    return words.skip("reset") || (words.skip("set") && !words.skipAny("local", "constraints"));
  }
}
