package dev.ripcord.postgres.history;

import dev.ripcord.migration.proof.Difference;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is in a database, as a person checks it after a migration.
 *
 * @param tables in the order of their names
 * @param version where the database stands, of Ripcord's history; {@code base} for nothing applied
 * @param recorded whether the schema of that state is on record
 * @param differences what is not as on record
 */
public record SchemaInspection(
    List<Table> tables, String version, boolean recorded, List<Difference> differences) {
  /** Copies the lists. */
  public SchemaInspection {
    tables = List.copyOf(tables);
    differences = List.copyOf(differences);
  }

  /**
   * A table.
   *
   * @param rows what the server counts by itself
   */
  public record Table(String name, List<Column> columns, List<Constraint> constraints, Rows rows) {
    /** Copies the lists. */
    public Table {
      columns = List.copyOf(columns);
      constraints = List.copyOf(constraints);
    }
  }

  /** A column; the default is empty for none. */
  public record Column(String name, String type, boolean nullable, Optional<String> fallback) {}

  /**
   * A constraint.
   *
   * @param kind such as {@code foreign key}
   * @param validated false for NOT VALID: rows from before it were never looked at
   * @param orphans of a foreign key, how many rows point to nothing; empty where that was not
   *     counted
   */
  public record Constraint(
      String name, String kind, String definition, boolean validated, OptionalLong orphans) {}

  /**
   * Rows, as the server's statistics have them since they were last reset.
   *
   * @param live an estimate
   * @param exact counted just now; empty when that was not asked for, or is hidden
   * @param hidden whether they were to be counted, and row security hides some of them
   */
  public record Rows(
      long live, long inserted, long updated, long deleted, OptionalLong exact, boolean hidden) {}

  /** Rows that point to nothing, in all foreign keys that were counted. */
  public long orphans() {
    return tables.stream()
        .flatMap(table -> table.constraints().stream())
        .mapToLong(each -> each.orphans().orElse(0))
        .sum();
  }
}
