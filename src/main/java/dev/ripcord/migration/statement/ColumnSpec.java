package dev.ripcord.migration.statement;

import java.util.List;
import java.util.Optional;

/**
 * A column as {@code CREATE TABLE} or {@code ADD COLUMN} describes it.
 *
 * @param calls the functions that its default calls
 * @param hasDefault whether a default other than NULL is written
 * @param filled by what each row gets a value of its own, such as {@code serial} or {@code
 *     GENERATED … STORED}; empty when by none
 * @param constraints its own ones
 */
public record ColumnSpec(
    String name,
    TypeName type,
    boolean notNull,
    boolean hasDefault,
    List<Name> calls,
    Optional<String> filled,
    List<ConstraintSpec> constraints) {
  /** Copies the lists. */
  public ColumnSpec {
    calls = List.copyOf(calls);
    constraints = List.copyOf(constraints);
  }
}
