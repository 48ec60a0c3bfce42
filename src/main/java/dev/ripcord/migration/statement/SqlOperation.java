package dev.ripcord.migration.statement;

import java.util.List;
import java.util.Optional;

/** What one statement asks PostgreSQL to do, as far as it matters here. */
public sealed interface SqlOperation {
  /** What kind of thing is dropped, built anew or made. */
  enum Thing {
    TABLE,
    VIEW,
    MATERIALIZED_VIEW,
    FOREIGN_TABLE,
    INDEX,
    SEQUENCE,
    SCHEMA,
    TYPE,
    DOMAIN,
    FUNCTION,
    EXTENSION,
    DATABASE,
    STATISTICS,
    OTHER
  }

  /**
   * {@code CREATE TABLE}.
   *
   * @param like tables whose columns it takes over
   * @param parents tables it inherits from
   * @param partitionOf the table it becomes a partition of
   */
  record CreateTable(
      Name name,
      boolean temporary,
      boolean ifNotExists,
      List<ColumnSpec> columns,
      List<ConstraintSpec> constraints,
      List<Name> like,
      List<Name> parents,
      Optional<Name> partitionOf)
      implements SqlOperation {
    /** Copies the lists. */
    public CreateTable {
      columns = List.copyOf(columns);
      constraints = List.copyOf(constraints);
      like = List.copyOf(like);
      parents = List.copyOf(parents);
    }
  }

  /** {@code ALTER TABLE}, and its like for views and materialized views. */
  record AlterTable(Name name, boolean ifExists, boolean only, List<Action> actions)
      implements SqlOperation {
    /** Copies the list. */
    public AlterTable {
      actions = List.copyOf(actions);
    }
  }

  /** {@code ALTER INDEX … RENAME TO}; any other change of an index locks the index alone. */
  record RenameIndex(Name name, String to) implements SqlOperation {}

  /** {@code DROP …}. */
  record Drop(
      Thing thing, List<Name> names, boolean ifExists, boolean cascade, boolean concurrently)
      implements SqlOperation {
    /** Copies the list. */
    public Drop {
      names = List.copyOf(names);
    }
  }

  /**
   * {@code CREATE INDEX}.
   *
   * @param name empty when the server chooses
   * @param keys what the server makes a name of: a column, or what stands for an expression
   * @param columns those it needs
   */
  record CreateIndex(
      Optional<String> name,
      Name table,
      List<String> keys,
      List<String> columns,
      boolean unique,
      boolean concurrently,
      boolean ifNotExists,
      boolean only)
      implements SqlOperation {
    /** Copies the lists. */
    public CreateIndex {
      keys = List.copyOf(keys);
      columns = List.copyOf(columns);
    }
  }

  /** {@code REINDEX}: of an index, a table, a schema, or all ({@code DATABASE}). */
  record Reindex(Thing thing, Optional<Name> name, boolean concurrently) implements SqlOperation {}

  /** Which tables below the one that is named are locked too. */
  enum Reach {
    ALONE,
    PARTITIONS,
    /** The partitions that have triggers of their own. */
    TRIGGERED,
    /** Partitions and heirs. */
    WHOLE
  }

  /**
   * Locks a table and does nothing else that matters.
   *
   * @param what the statement's words, such as {@code CREATE TRIGGER}
   * @param breaking why old code may fail; empty when it does not
   */
  record Touch(
      String what, Name table, LockMode mode, Reach reach, Grade floor, Optional<String> breaking)
      implements SqlOperation {}

  /** Rebuilds a table: {@code VACUUM FULL}, {@code CLUSTER}; no table means all. */
  record Rebuild(String what, Optional<Name> table) implements SqlOperation {}

  /** {@code VACUUM} and {@code ANALYZE}; no table means all. */
  record Maintain(String what, Optional<Name> table) implements SqlOperation {}

  /**
   * Writes rows.
   *
   * @param all whether no condition chooses among them
   */
  record Write(Writing how, Name table, boolean all) implements SqlOperation {}

  /** How rows are written. */
  enum Writing {
    INSERT_VALUES,
    INSERT_QUERY,
    UPDATE,
    DELETE,
    MERGE,
    COPY
  }

  /**
   * {@code TRUNCATE}.
   *
   * @param tables those that are emptied with all below them
   * @param alone those named with {@code ONLY}
   */
  record Truncate(List<Name> tables, List<Name> alone, boolean cascade) implements SqlOperation {
    /** Copies the lists. */
    public Truncate {
      tables = List.copyOf(tables);
      alone = List.copyOf(alone);
    }
  }

  /** {@code REFRESH MATERIALIZED VIEW}. */
  record Refresh(Name view, boolean concurrently) implements SqlOperation {}

  /**
   * {@code ALTER DOMAIN} that makes a rule.
   *
   * @param reads whether the rows that are there must be read for it
   */
  record TightenDomain(Name domain, boolean reads) implements SqlOperation {}

  /**
   * {@code ALTER TYPE} and {@code ALTER DOMAIN} that give another name or schema.
   *
   * @param breaking whether old code asks for the old name
   */
  record RenameType(Name name, Name to, Grade floor, boolean breaking) implements SqlOperation {}

  /** {@code ALTER SCHEMA … RENAME TO}. */
  record RenameSchema(String name, String to) implements SqlOperation {}

  /** {@code ALTER DOMAIN} that takes a rule away. */
  record LoosenDomain(Name domain) implements SqlOperation {}

  /**
   * {@code ALTER TYPE … ATTRIBUTE}, with which the tables of that type change.
   *
   * @param dropped the attributes that go
   */
  record AlterComposite(Name type, List<String> dropped) implements SqlOperation {
    /** Copies the list. */
    public AlterComposite {
      dropped = List.copyOf(dropped);
    }
  }

  /** {@code DROP TRIGGER}, {@code DROP RULE}, {@code DROP POLICY}. */
  record DropPart(String what, Name table, char kind, String name, boolean ifExists)
      implements SqlOperation {}

  /**
   * {@code CREATE PUBLICATION}, {@code ALTER PUBLICATION}.
   *
   * @param tables those that are named, with their heirs
   * @param alone those named with {@code ONLY}
   * @param replaces whether the tables that are in it now go
   */
  record Publish(String publication, List<Name> tables, List<Name> alone, boolean replaces)
      implements SqlOperation {
    /** Copies the lists. */
    public Publish {
      tables = List.copyOf(tables);
      alone = List.copyOf(alone);
    }
  }

  /** {@code SET}, {@code RESET}; the value as written, empty for the default. */
  record Setting(String name, List<String> values) implements SqlOperation {
    /** Copies the list. */
    public Setting {
      values = List.copyOf(values);
    }
  }

  /** Reads rows and calls functions. */
  record Query(List<Name> functions) implements SqlOperation {
    /** Copies the list. */
    public Query {
      functions = List.copyOf(functions);
    }
  }

  /** Makes a view; an old one of that name is replaced. */
  record CreateView(Name name, Thing thing, boolean replace, boolean temporary)
      implements SqlOperation {}

  /** Makes a schema, sequence, type or extension. */
  record Make(Thing thing, Name name) implements SqlOperation {}

  /** Makes a domain, for the columns that will have it. */
  record CreateDomain(Name name, TypeName base, boolean constrained) implements SqlOperation {}

  /** Makes a function, for the calls to it. */
  record CreateFunction(Name name, boolean replace, boolean isVolatile) implements SqlOperation {}

  /** Makes or changes something that is no table. */
  record Other(String what, Grade floor, Optional<String> breaking) implements SqlOperation {}

  /** Cannot be read, or does what only running it shows. */
  record Opaque(String why) implements SqlOperation {}
}
