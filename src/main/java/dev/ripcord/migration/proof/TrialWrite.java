package dev.ripcord.migration.proof;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One write to try between an up and its down.
 *
 * @param cause what in the migration makes it worth trying
 * @param write what is written
 */
public record TrialWrite(Cause cause, Write write) {
  /**
   * What is written to.
   *
   * @param column empty when a whole row is meant
   */
  public record Place(String table, String column) {}

  /** What is written to. */
  public Place place() {
    return new Place(write.table(), write instanceof Write.Put put ? put.column() : "");
  }

  /** What in a migration can endanger rows, by table (full name, as it is after the up). */
  public sealed interface Cause {
    /** The table whose rows may be lost. */
    String table();

    /** A new table. */
    record NewTable(String table) implements Cause {}

    /**
     * A new column.
     *
     * @param fallback its default; empty for none
     */
    record NewColumn(String table, String column, String fallback) implements Cause {}

    /** A column whose type is another. */
    record NewType(String table, String column, String before, String after) implements Cause {}

    /** A column that may be NULL and might not. */
    record NewNull(String table, String column) implements Cause {}

    /** New labels of an enumeration. */
    record NewLabels(String table, String column, List<String> before) implements Cause {
      public NewLabels {
        before = List.copyOf(before);
      }
    }

    /** A rule for rows that is no longer asked. */
    record Relaxed(String table, Shape.Constraint rule) implements Cause {}

    /** The same of one whose columns have other names now, or are gone in part. */
    record RelaxedElsewhere(String table, String rule) implements Cause {}

    /** Rows that the up has written into a table that was there. */
    record Seeded(String table) implements Cause {}

    /** The files name the table, or make it or parts of it anew. */
    record Touched(String table) implements Cause {}

    /** A column that was computed or numbered and can be written now, or the other way round. */
    record NewWriting(String table, String column) implements Cause {}

    /** Rows that were there before the up. */
    record Before(String table) implements Cause {}

    /** Values that were there before the up changed their type. */
    record BeforeType(String table, String column, String before, String after) implements Cause {}
  }

  /** What is written. */
  public sealed interface Write {
    /** The table that is written to. */
    String table();

    /** Whether it puts a value there that could be lost: NULL is none. */
    default boolean isTelling() {
      return !(this instanceof Put put && put.literal().equals("NULL"));
    }

    /**
     * A new row with a value in each column.
     *
     * @param without columns that are left out where they can be
     */
    record Insert(String table, Set<String> without) implements Write {
      public Insert {
        without = Set.copyOf(without);
      }
    }

    /**
     * A value in one row.
     *
     * @param literal an SQL literal
     */
    record Put(String table, String column, String literal) implements Write {}

    /** A row with the same values as another in some columns. */
    record Repeat(String table, List<String> columns) implements Write {
      public Repeat {
        columns = List.copyOf(columns);
      }
    }

    /**
     * A value in one row that is known by its key.
     *
     * @param key column to SQL literal
     */
    record PutAt(String table, Map<String, String> key, String column, String literal)
        implements Write {
      public PutAt {
        key = Map.copyOf(key);
      }
    }

    /**
     * A new row that has these values.
     *
     * @param values column to SQL literal
     */
    record Refer(String table, Map<String, String> values) implements Write {
      public Refer {
        values = Map.copyOf(values);
      }
    }
  }
}
