package dev.ripcord.migration.risk;

import dev.ripcord.migration.statement.Name;
import dev.ripcord.migration.statement.SqlOperation;
import dev.ripcord.migration.statement.TypeName;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of a database before any statement runs.
 *
 * @param version the server's major version, 12 or more
 * @param searchPath the schemas in which a bare name is looked for, in order
 * @param utc whether the session's time zone is UTC
 * @param relations tables, partitioned tables, views, materialized views and foreign tables
 * @param types domains and whatever else has a name of its own
 * @param binaryCasts pairs of types that are the same on disk, as {@code from>to}
 * @param volatileFunctions names of functions with a volatile form, without schema
 * @param stableFunctions names of functions all of whose forms are stable or immutable
 * @param ownFunctions names of functions that did not come with the server
 * @param accessMethod what a new table is stored by
 * @param things schemas, sequences, types, functions and extensions that did not come with the
 *     server
 */
public record Catalog(
    int version,
    List<String> searchPath,
    boolean utc,
    List<Relation> relations,
    List<Type> types,
    Set<String> binaryCasts,
    Set<String> volatileFunctions,
    Set<String> stableFunctions,
    Set<String> ownFunctions,
    String accessMethod,
    Set<Named> things) {
  public Catalog {
    things = Set.copyOf(things);
    searchPath = List.copyOf(searchPath);
    relations = List.copyOf(relations);
    types = List.copyOf(types);
    binaryCasts = Set.copyOf(binaryCasts);
    volatileFunctions = Set.copyOf(volatileFunctions);
    stableFunctions = Set.copyOf(stableFunctions);
    ownFunctions = Set.copyOf(ownFunctions);
  }

  /**
   * A relation by its name as people write it: with its schema, or without it where that is looked
   * in. Empty where there is none.
   */
  public Optional<Relation> relation(String name) {
    return relations.stream()
        .filter(
            each ->
                name.equals(each.schema() + "." + each.name())
                    || (name.equals(each.name()) && searchPath.contains(each.schema())))
        .findFirst();
  }

  /** A thing with a name; a schema and an extension lie in none. */
  public record Named(SqlOperation.Thing thing, Name name) {}

  /** What a relation is. */
  public enum Kind {
    TABLE,
    PARTITIONED,
    VIEW,
    MATERIALIZED,
    FOREIGN
  }

  /**
   * A relation.
   *
   * @param id the server's number of it
   * @param bytes {@code pg_total_relation_size}: rows, TOAST and indexes
   * @param parents the tables it is a partition of or inherits from
   * @param uses for a view: the columns it reads
   * @param parts its triggers, rules, policies and statistics
   * @param tablespace empty for the database's own
   */
  public record Relation(
      long id,
      String schema,
      String name,
      Kind kind,
      long bytes,
      boolean unlogged,
      Optional<String> tablespace,
      String accessMethod,
      List<Column> columns,
      List<Index> indexes,
      List<Constraint> constraints,
      List<Long> parents,
      boolean defaultPartition,
      List<Use> uses,
      List<Part> parts) {
    public Relation {
      columns = List.copyOf(columns);
      indexes = List.copyOf(indexes);
      constraints = List.copyOf(constraints);
      parents = List.copyOf(parents);
      uses = List.copyOf(uses);
      parts = List.copyOf(parts);
    }
  }

  /** A column. */
  public record Column(String name, TypeName type, boolean notNull, boolean hasDefault) {}

  /**
   * An index.
   *
   * @param columns the columns it needs, those in expressions too
   * @param constraint the constraint it stands for, if it does
   */
  public record Index(
      String schema,
      String name,
      boolean unique,
      List<String> columns,
      Optional<String> constraint) {
    public Index {
      columns = List.copyOf(columns);
    }
  }

  /**
   * A constraint.
   *
   * @param kind {@code c} check, {@code f} foreign key, {@code p} primary key, {@code u} unique,
   *     {@code x} exclusion, {@code n} not null
   * @param definition as {@code pg_get_constraintdef} spells it
   * @param references for a foreign key: the other table
   * @param referenced for a foreign key: the columns there
   */
  public record Constraint(
      String name,
      char kind,
      boolean validated,
      List<String> columns,
      String definition,
      Optional<Long> references,
      List<String> referenced) {
    public Constraint {
      columns = List.copyOf(columns);
      referenced = List.copyOf(referenced);
    }
  }

  /**
   * A thing that belongs to a table.
   *
   * @param kind {@code t} trigger, {@code i} trigger of a foreign key, {@code r} rule, {@code p}
   *     policy, {@code s} statistics, {@code b} publication that it is in, {@code o} composite type
   *     that it is of
   */
  public record Part(char kind, String name) {}

  /** That a view reads a column of a relation; an empty column stands for the whole. */
  public record Use(long relation, String column) {}

  /**
   * A type that is not built in.
   *
   * @param label as {@code format_type} spells it
   * @param base for a domain: what it stands for
   * @param constrained for a domain: whether it has a NOT NULL or CHECK
   */
  public record Type(
      String schema, String name, String label, Optional<TypeName> base, boolean constrained) {}
}
