package dev.ripcord.migration.statement;

import dev.ripcord.migration.risk.Catalog;
import java.util.List;
import java.util.Optional;

/**
 * A constraint as a statement describes it.
 *
 * @param name empty when the server chooses
 * @param kind as in {@link Catalog.Constraint}
 * @param columns those it is about; for a check, those that it reads
 * @param expression a check's condition, as written
 * @param references a foreign key's other table
 * @param referenced its columns there; empty for the primary key, and for what is no foreign key
 * @param usingIndex the index that is taken over
 * @param notValid whether the rows that are there are not read
 */
public record ConstraintSpec(
    Optional<String> name,
    char kind,
    List<String> columns,
    String expression,
    Optional<Name> references,
    List<String> referenced,
    Optional<String> usingIndex,
    boolean notValid) {
  /** Copies the lists. */
  public ConstraintSpec {
    referenced = List.copyOf(referenced);
    columns = List.copyOf(columns);
  }
}
