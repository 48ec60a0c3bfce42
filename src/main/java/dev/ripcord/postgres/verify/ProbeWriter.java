package dev.ripcord.postgres.verify;

import dev.ripcord.migration.proof.Shape;
import dev.ripcord.migration.proof.Shape.Table;
import dev.ripcord.migration.proof.TrialWrite.Write;
import dev.ripcord.postgres.MigrationSession;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Performs writes as code would, inside a transaction of the session. */
final class ProbeWriter {
  private final MigrationSession session;
  private final Shape shape;
  private final RowGenerator maker;

  ProbeWriter(MigrationSession session, Shape shape) {
    this.session = session;
    this.shape = shape;
    this.maker = new RowGenerator(session, shape);
  }

  /** Whether the database took the write; refused, it leaves nothing. */
  boolean write(Write write) {
    Optional<Table> table = shape.table(write.table());
    return table.isPresent()
        && switch (write) {
          case Write.Insert insert ->
              maker.insert(without(table.get(), insert.without()), Map.of(), true).isPresent();
          case Write.Refer refer -> maker.insert(table.get(), refer.values(), true).isPresent();
          case Write.Put put -> put(table.get(), put.column() + " = " + put.literal());
          case Write.PutAt put -> putAt(put);
          case Write.Repeat repeat -> repeat(table.get(), repeat.columns());
        };
  }

  private static Table without(Table table, Set<String> columns) {
    return new Table(
        table.oid(),
        table.name(),
        table.columns().stream()
            .filter(column -> !column.isOptional() || !columns.contains(column.name()))
            .toList(),
        table.constraints());
  }

  private boolean put(Table table, String assignment) {
    for (String order : List.of("", " DESC")) {
      String sql = "UPDATE " + table.name() + " SET " + assignment + " WHERE " + row(table, order);
      if (RowGenerator.attempt(session, sql) == 1) {
        return true;
      }
      // The first row may be one that others point to, or there may be none.
      var _ = maker.insert(table, Map.of(), false);
    }
    return false;
  }

  private static String row(Table table, String order) {
    return "(tableoid, ctid) IN (SELECT tableoid, ctid FROM "
        + table.name()
        + " ORDER BY ctid"
        + order
        + " LIMIT 1)";
  }

  private boolean putAt(Write.PutAt put) {
    String where =
        put.key().entrySet().stream()
            .map(entry -> entry.getKey() + " = " + entry.getValue())
            .collect(Collectors.joining(" AND "));
    String sql =
        "UPDATE "
            + put.table()
            + " SET "
            + put.column()
            + " = "
            + put.literal()
            + " WHERE "
            + where;
    return RowGenerator.attempt(session, sql) == 1;
  }

  private boolean repeat(Table table, List<String> columns) {
    for (int i = 0; i < 2; i++) {
      String names = String.join(", ", columns);
      String filled =
          columns.stream().map(c -> c + " IS NOT NULL").collect(Collectors.joining(" AND "));
      String source =
          "SELECT %s FROM %s WHERE %s ORDER BY ctid LIMIT 1".formatted(names, table.name(), filled);
      String sql =
          "UPDATE %s SET (%s) = ROW (%s) WHERE %s"
              .formatted(
                  table.name(),
                  names,
                  columns.stream()
                      .map(column -> "(SELECT %s FROM (%s) first)".formatted(column, source))
                      .collect(Collectors.joining(", ")),
                  row(table, " DESC"));
      boolean several =
          session.ask("SELECT FROM " + table.name() + " LIMIT 2").size() == 2
              && !session.ask(source).isEmpty();
      if (several && RowGenerator.attempt(session, sql) == 1) {
        return true;
      }
      var _ = maker.insert(table, Map.of(), true);
      var _ = maker.insert(table, Map.of(), true);
    }
    return false;
  }
}
