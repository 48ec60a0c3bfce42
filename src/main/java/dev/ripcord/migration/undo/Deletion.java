package dev.ripcord.migration.undo;

import dev.ripcord.migration.statement.Name;
import dev.ripcord.migration.statement.TypeName;
import java.util.List;
import java.util.Optional;

/**
 * What a statement of a down may delete. Whether there is anything to delete only the live data
 * tell; where there is no row, nothing is lost whatever the statement does.
 */
public sealed interface Deletion {
  /** Every row of a table, and of the tables below it. */
  record Rows(Name table) implements Deletion {}

  /** The values of a column. */
  record Values(Name table, String column) implements Deletion {}

  /**
   * Some rows of a table, or values in them: which, only running it shows.
   *
   * @param what the statement, such as {@code DELETE}
   */
  record Some(String what, Name table) implements Deletion {}

  /** What a value loses when its column gets another type. */
  record Conversion(Name table, String column, TypeName type) implements Deletion {}

  /** Every row of all tables that belong to a schema. */
  record SchemaRows(String schema) implements Deletion {}

  /** Every row of all tables that belong to an extension. */
  record ExtensionRows(String extension) implements Deletion {}

  /**
   * Not known.
   *
   * @param why for people, with the statement
   */
  record Unknown(String why) implements Deletion {}

  /**
   * A deletion and where its names are looked for.
   *
   * @param deletion what is deleted
   * @param searchPath the schemas that the down has set before; empty for the session's own
   * @param mayBeElsewhere whether an earlier statement may have given the table or the column
   *     another name, so that its absence says nothing
   */
  record Placed(Deletion deletion, Optional<List<String>> searchPath, boolean mayBeElsewhere) {
    /** Copies the list. */
    public Placed {
      searchPath = searchPath.map(List::copyOf);
    }
  }
}
