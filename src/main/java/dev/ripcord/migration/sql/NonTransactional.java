package dev.ripcord.migration.sql;

import java.util.Optional;
import java.util.Set;

/**
 * A statement that PostgreSQL refuses inside a transaction, and how to find out, after a crash,
 * whether it ran.
 */
public sealed interface NonTransactional {
  /** The words that such a statement begins with. */
  Set<String> FIRST_WORDS =
      Set.of("create", "drop", "alter", "reindex", "vacuum", "cluster", "discard");

  /**
   * {@code CREATE INDEX CONCURRENTLY}: broken off, it leaves an invalid index.
   *
   * @param index the index, as written, without a schema; empty when the server chooses the name
   * @param table its table, as written
   */
  record BuildIndex(Optional<String> index, String table) implements NonTransactional {}

  /**
   * {@code DROP INDEX CONCURRENTLY}.
   *
   * @param index as written
   */
  record DropIndex(String index) implements NonTransactional {}

  /**
   * {@code ALTER TABLE … DETACH PARTITION … CONCURRENTLY}: broken off, it waits for a {@code
   * FINALIZE}.
   *
   * @param table the parent, as written
   * @param partition as written
   */
  record DetachPartition(String table, String partition) implements NonTransactional {}

  /**
   * It may simply be run again: {@code VACUUM}, {@code REINDEX}, {@code CLUSTER} and their kind.
   */
  record Repeatable() implements NonTransactional {}

  /** It makes or drops something by name: run again, the server says that it is done. */
  record ByName() implements NonTransactional {}

  /** What kind a statement is; empty when it may run inside a transaction. */
  static Optional<NonTransactional> of(Statement statement) {
    if (!FIRST_WORDS.contains(statement.firstWord())) {
      return Optional.empty();
    }
    TokenCursor words = new TokenCursor(statement.text());
    if (words.skip("create")) {
      return create(words);
    }
    if (words.skip("drop")) {
      return drop(words);
    }
    if (words.skip("alter")) {
      return alter(words);
    }
    if (words.skip("reindex")) {
      boolean concurrently = words.has("concurrently");
      words.skipParentheses();
      boolean alone = concurrently || words.skipAny("schema", "database", "system");
      return alone ? Optional.of(new Repeatable()) : Optional.empty();
    }
    if (words.skip("vacuum") || (words.skip("cluster") && !names(words))) {
      return Optional.of(new Repeatable());
    }
    return words.skipAll("discard", "all") ? Optional.of(new Repeatable()) : Optional.empty();
  }

  private static boolean names(TokenCursor words) {
    words.skipParentheses();
    words.skip("verbose");
    return words.name().isPresent();
  }

  private static Optional<NonTransactional> create(TokenCursor words) {
    if (words.skipAny("database", "tablespace", "subscription")) {
      return Optional.of(new ByName());
    }
    words.skip("unique");
    if (!words.skipAll("index", "concurrently")) {
      return Optional.empty();
    }
    words.skipAll("if", "not", "exists");
    Optional<String> index = words.skip("on") ? Optional.empty() : words.name();
    words.skip("on");
    words.skip("only");
    return Optional.of(new BuildIndex(index, words.name().orElse("")));
  }

  private static Optional<NonTransactional> drop(TokenCursor words) {
    if (words.skipAny("database", "tablespace", "subscription")) {
      return Optional.of(new ByName());
    }
    if (!words.skipAll("index", "concurrently")) {
      return Optional.empty();
    }
    words.skipAll("if", "exists");
    return Optional.of(new DropIndex(words.name().orElse("")));
  }

  private static Optional<NonTransactional> alter(TokenCursor words) {
    if (words.skip("system") || (words.skip("database") && words.has("tablespace"))) {
      return Optional.of(new Repeatable());
    }
    if (words.skip("subscription")) {
      return words.has("publication") ? Optional.of(new Repeatable()) : Optional.empty();
    }
    if (!words.skip("table")) {
      return Optional.empty();
    }
    words.skipAll("if", "exists");
    words.skip("only");
    Optional<String> table = words.name();
    if (!words.skipAll("detach", "partition")) {
      return Optional.empty();
    }
    Optional<String> partition = words.name();
    return words.skip("concurrently")
        ? Optional.of(new DetachPartition(table.orElse(""), partition.orElse("")))
        : Optional.empty();
  }
}
