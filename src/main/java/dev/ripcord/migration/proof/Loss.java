package dev.ripcord.migration.proof;

/**
 * Rows or values that are not what they were.
 *
 * @param table full name
 * @param column empty when whole rows are meant
 * @param sort how
 * @param count how many rows, among those that were tried
 * @param example the key of one of them; empty when there is no key. Never more than the key: the
 *     rows may be real ones
 */
public record Loss(String table, String column, Sort sort, long count, String example) {
  /** How rows can be other than they were. */
  public enum Sort {
    /** Rows are gone. */
    ROWS,
    /** Values are gone or another. */
    VALUES,
    /** Rows are there that were not. */
    LEFT
  }

  /** For people, in one line. */
  public String text() {
    String such = example.isEmpty() ? "" : " (such as " + example + ")";
    String name = CatalogObject.shown(table);
    return switch (sort) {
      case ROWS -> name + ": " + count(" row is", " rows are") + " gone" + such;
      case VALUES ->
          name + "." + column + ": " + count(" value is", " values are") + " not as before" + such;
      case LEFT -> name + ": " + count(" row stays", " rows stay") + " behind" + such;
    };
  }

  private String count(String one, String many) {
    return count == 1 ? "1" + one : count + many;
  }

  /** Whether both may be of the same values: the same column, or whole rows. */
  public boolean overlaps(Loss other) {
    return table.equals(other.table)
        && (column.isEmpty() || other.column.isEmpty() || column.equals(other.column));
  }

  /** Whether it is of the same place, however many rows. */
  public boolean isAt(Loss other) {
    return table.equals(other.table) && column.equals(other.column) && sort == other.sort;
  }
}
