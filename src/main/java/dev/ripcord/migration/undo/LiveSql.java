package dev.ripcord.migration.undo;

import dev.ripcord.migration.sql.Quoting;
import dev.ripcord.migration.statement.Name;
import java.util.Optional;

/** Pieces of SQL that ask live tables what a down would delete. Pure. */
public final class LiveSql {
  private LiveSql() {}

  /** A table's name in quotes, with its schema where one is named. */
  public static String name(Name table) {
    return table.schema().map(schema -> Quoting.name(schema) + ".").orElse("")
        + Quoting.name(table.name());
  }

  /**
   * The condition under which a row has a value that its column does not give by itself: one that
   * it does comes back with the column.
   *
   * @param column its name in quotes
   * @param missing the text of what rows from before the column have; empty where there is none
   * @param fallback the column's default as an expression; one that is computed gives no value that
   *     could be known
   */
  public static String isSet(String column, Optional<String> missing, Optional<String> fallback) {
    return column
        + " IS NOT NULL"
        + missing.map(text -> " AND " + column + "::text <> " + Quoting.text(text)).orElse("")
        + fallback
            .filter(text -> !text.contains("("))
            .map(text -> " AND " + column + "::text <> (" + text + ")::text")
            .orElse("");
  }
}
