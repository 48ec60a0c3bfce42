package dev.ripcord.migration.sql;

import java.util.Optional;

/**
 * A statement that builds indexes {@code CONCURRENTLY}, and so leaves invalid ones where it fails.
 *
 * @param table the table of a new index, as written; empty for {@code REINDEX}, whose leftovers are
 *     known by their names
 */
public record ConcurrentIndex(Optional<String> table) {
  /** What a statement builds that way; empty when it does not. */
  public static Optional<ConcurrentIndex> of(Statement statement) {
    TokenCursor words = new TokenCursor(statement.text());
    if (words.skip("reindex")) {
      return words.has("concurrently")
          ? Optional.of(new ConcurrentIndex(Optional.empty()))
          : Optional.empty();
    }
    return NonTransactional.of(statement)
        .filter(NonTransactional.BuildIndex.class::isInstance)
        .map(NonTransactional.BuildIndex.class::cast)
        .map(build -> new ConcurrentIndex(Optional.of(build.table())));
  }
}
