package dev.ripcord.migration.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an {@code UPDATE} sets.
 *
 * @param columns the names of the columns, without quotes
 */
public record Assignments(List<String> columns) {
  /** Copies the list. */
  public Assignments {
    columns = List.copyOf(columns);
  }

  /** Reads a statement; empty when it is no plain {@code UPDATE}, or sets several at once. */
  public static Optional<Assignments> of(Statement statement) {
    TokenCursor words = new TokenCursor(statement.text());
    if (!words.skip("update") || !words.skipTo("set")) {
      return Optional.empty();
    }
    TokenCursor assignments = words.before("where").before("from");
    List<String> columns = new ArrayList<>();
    do {
      Optional<String> column = assignments.part().name();
      if (column.isEmpty()) {
        return Optional.empty();
      }
      columns.add(Quoting.unquoted(column.get()));
    } while (assignments.skipSymbol(','));
    return Optional.of(new Assignments(columns));
  }
}
