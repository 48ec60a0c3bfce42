package dev.ripcord.postgres.migrate.salvage;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What holds data in a database at one moment of a transaction, told apart by object numbers, which
 * a rename does not change. Pure.
 *
 * @param tables by object number
 * @param columns of those tables, by table and number
 * @param changes how many rows of a table this transaction has changed or deleted so far
 */
record DataSnapshot(Map<Long, Table> tables, Map<Column, String> columns, Map<Long, Long> changes) {
  DataSnapshot {
    tables = Map.copyOf(tables);
    columns = Map.copyOf(columns);
    changes = Map.copyOf(changes);
  }

  /**
   * A table.
   *
   * @param schema its schema
   * @param name its name
   * @param file which file has its rows; another one after it was emptied or written anew. 0 for a
   *     partitioned table, which has none
   */
  record Table(String schema, String name, long file) {
    @Override
    public String toString() {
      return schema.equals("public") ? name : schema + "." + name;
    }
  }

  /** A column of a table, by its number. */
  record Column(long table, int number) {}

  /** What is to be kept. */
  sealed interface Target {
    /** Which table it is of. */
    long table();

    /** Every row of a table, of which those stay that are gone or other afterwards. */
    record Rows(long table) implements Target {}

    /** The values of a column. */
    record Values(long table, int number) implements Target {}
  }

  /**
   * What was destroyed or may be other than it was, between this moment and a later one.
   *
   * @param moved tables that were put aside whole, of which nothing is lost
   */
  Set<Target> damage(DataSnapshot later, Set<Long> moved) {
    Set<Target> damage = new LinkedHashSet<>();
    for (long oid : new TreeSet<>(tables.keySet())) {
      if (!moved.contains(oid) && isOther(oid, later)) {
        damage.add(new Target.Rows(oid));
      }
    }
    columns.keySet().stream()
        .filter(column -> !later.columns.containsKey(column))
        .filter(column -> !moved.contains(column.table()))
        .filter(column -> !damage.contains(new Target.Rows(column.table())))
        .sorted(Comparator.comparingLong(Column::table).thenComparingInt(Column::number))
        .forEach(column -> damage.add(new Target.Values(column.table(), column.number())));
    return damage;
  }

  /** Gone, emptied, written anew, or with rows that were changed. */
  private boolean isOther(long oid, DataSnapshot later) {
    Optional<Table> before = Optional.ofNullable(tables.get(oid));
    Optional<Table> now = Optional.ofNullable(later.tables.get(oid));
    return !now.map(Table::file).equals(before.map(Table::file))
        || changed(oid) < later.changed(oid);
  }

  /** How many rows of a table the transaction has changed or deleted. */
  long changed(long table) {
    return Optional.ofNullable(changes.get(table)).orElse(0L);
  }
}
