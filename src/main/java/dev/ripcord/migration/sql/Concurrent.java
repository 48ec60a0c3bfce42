package dev.ripcord.migration.sql;

import java.util.Optional;

/**
 * A statement that builds indexes {@code CONCURRENTLY}, and so leaves invalid ones where it fails.
 *
 * @param table the table of a new index, as written; empty for {@code REINDEX}, whose leftovers are
 *     known by their names
 */
public record Concurrent(Optional<String> table) {
  /** What a statement builds that way; empty when it does not. */
  public static Optional<Concurrent> of(Statement statement) {
    Words words = new Words(statement.text());
    if (words.skip("reindex")) {
      return words.has("concurrently")
          ? Optional.of(new Concurrent(Optional.empty()))
          : Optional.empty();
    }
    return Standalone.of(statement)
        .filter(Standalone.BuildIndex.class::isInstance)
        .map(Standalone.BuildIndex.class::cast)
        .map(build -> new Concurrent(Optional.of(build.table())));
  }
}
