package dev.ripcord.migration.statement;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One action of an {@code ALTER TABLE}. */
public sealed interface Action {
  /** {@code ADD COLUMN}. */
  record AddColumn(ColumnSpec column, boolean ifNotExists) implements Action {}

  /** {@code DROP COLUMN}. */
  record DropColumn(String column, boolean ifExists, boolean cascade) implements Action {}

  /**
   * {@code ALTER COLUMN … TYPE}.
   *
   * @param casts what {@code USING} casts the column to on the way, in order
   * @param computed whether {@code USING} does more than cast the column
   * @param collated whether it names a collation
   */
  record ChangeType(
      String column, TypeName type, List<TypeName> casts, boolean computed, boolean collated)
      implements Action {
    /** Copies the list. */
    public ChangeType {
      casts = List.copyOf(casts);
    }
  }

  /** {@code SET NOT NULL}. */
  record SetNotNull(String column) implements Action {}

  /** {@code DROP NOT NULL}. */
  record DropNotNull(String column) implements Action {}

  /** {@code SET DEFAULT}, {@code DROP DEFAULT}, {@code DROP IDENTITY}. */
  record Default(String column, boolean set, boolean identity) implements Action {}

  /** {@code SET EXPRESSION}. */
  record SetExpression(String column) implements Action {}

  /** {@code ADD CONSTRAINT}. */
  record AddConstraint(ConstraintSpec constraint) implements Action {}

  /** {@code DROP CONSTRAINT}. */
  record DropConstraint(String name, boolean ifExists, boolean cascade) implements Action {}

  /** {@code VALIDATE CONSTRAINT}. */
  record Validate(String name) implements Action {}

  /** {@code RENAME TO}. */
  record Rename(String to) implements Action {}

  /** {@code RENAME COLUMN}. */
  record RenameColumn(String column, String to) implements Action {}

  /** {@code RENAME CONSTRAINT}. */
  record RenameConstraint(String name, String to) implements Action {}

  /** {@code SET SCHEMA}. */
  record SetSchema(String schema) implements Action {}

  /** {@code ATTACH PARTITION}; the bound as written. */
  record Attach(Name partition, String bound) implements Action {}

  /** {@code DETACH PARTITION}. */
  record Detach(Name partition, boolean concurrently) implements Action {}

  /** {@code INHERIT} and {@code NO INHERIT}. */
  record Inherit(Name parent, boolean no) implements Action {}

  /** {@code SET TABLESPACE}. */
  record SetTablespace(String tablespace) implements Action {}

  /** {@code SET LOGGED} and {@code SET UNLOGGED}. */
  record SetLogged(boolean unlogged) implements Action {}

  /** {@code SET ACCESS METHOD}; empty for the default. */
  record SetAccessMethod(Optional<String> method) implements Action {}

  /** {@code SET (…)} and {@code RESET (…)} of the table. */
  record Options(Set<String> names) implements Action {
    /** Copies the set. */
    public Options {
      names = Set.copyOf(names);
    }
  }

  /**
   * Any other one, of which only the lock matters.
   *
   * @param breaking why old code may fail; empty when it does not
   */
  record Plain(
      String what, LockMode mode, SqlOperation.Reach reach, Grade floor, Optional<String> breaking)
      implements Action {
    /** One that old code does not notice. */
    public Plain(String what, LockMode mode, SqlOperation.Reach reach, Grade floor) {
      this(what, mode, reach, floor, Optional.empty());
    }
  }
}
