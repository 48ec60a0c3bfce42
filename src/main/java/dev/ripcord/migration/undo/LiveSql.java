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
   * The condition under which a row has a value that does not come back when its column is added
   * again. What comes back is what the rows had that were there when it was added; the default may
   * have been set, changed or dropped after that, and NULL may have been written over it.
   *
   * @param column its name in quotes
   * @param type of the column, as SQL has it
   * @param missing what rows from before the column have, as the server puts it out; empty where
   *     there is none
   */
  public static String isSet(String column, String type, Optional<String> missing) {
    return missing
        .map(text -> column + "::text IS DISTINCT FROM " + given(text, type))
        .orElse(column + " IS NOT NULL");
  }

  /** What a cast gives: a truth value is put out otherwise. */
  private static String given(String text, String type) {
    return "(" + Quoting.text(text) + "::" + type + ")::text";
  }

  /**
   * The condition under which nobody has set a value of a column that was added again.
   *
   * @param column its name in quotes
   * @param type as for {@link #isSet}
   * @param missing as for {@link #isSet}
   * @param fallback the column's default as an expression; one that is computed gives no value that
   *     could be known
   */
  public static String isUnset(
      String column, String type, Optional<String> missing, Optional<String> fallback) {
    return "("
        + column
        + " IS NULL"
        + missing.map(text -> " OR " + column + "::text = " + given(text, type)).orElse("")
        + fallback
            .filter(text -> !text.contains("("))
            .map(text -> " OR " + column + "::text = (" + text + ")::text")
            .orElse("")
        + ")";
  }
}
