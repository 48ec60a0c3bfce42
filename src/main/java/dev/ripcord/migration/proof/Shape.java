package dev.ripcord.migration.proof;

import java.util.List;
import java.util.Optional;

/**
 * The tables of a database, as far as one must know them to write rows.
 *
 * @param tables those that rows can be written to; no partitions, which their parents stand for
 */
public record Shape(List<Table> tables) {
  /** Copies the list. */
  public Shape {
    tables = List.copyOf(tables);
  }

  /**
   * A table.
   *
   * @param oid its number, which a rename does not change
   * @param name with its schema
   * @param columns in their order
   * @param constraints what its rows must keep to, unique indexes included
   */
  public record Table(long oid, String name, List<Column> columns, List<Constraint> constraints) {
    /** Copies the lists. */
    public Table {
      columns = List.copyOf(columns);
      constraints = List.copyOf(constraints);
    }

    /** The column of a number, which a rename does not change. */
    public Optional<Column> column(int number) {
      return columns.stream().filter(each -> each.number() == number).findFirst();
    }

    /** The column of a name. */
    public Optional<Column> column(String column) {
      return columns.stream().filter(each -> each.name().equals(column)).findFirst();
    }

    /** Whether a column is part of something that must be unique. */
    public boolean isUnique(Column column) {
      return constraints.stream()
          .anyMatch(c -> c.sort() == Constraint.Sort.UNIQUE && c.columns().contains(column.name()));
    }

    /** The foreign key that a column is part of. */
    public Optional<Constraint> reference(Column column) {
      return constraints.stream()
          .filter(c -> c.sort() == Constraint.Sort.FOREIGN && c.columns().contains(column.name()))
          .findFirst();
    }
  }

  /**
   * A column.
   *
   * @param number its number
   * @param name its name
   * @param type as PostgreSQL writes it, such as {@code character varying(10)}
   * @param base the name of its type, a domain's base type for a domain, such as {@code int4}
   * @param nullable whether it may be NULL
   * @param fallback its default; empty for none
   * @param identity whether PostgreSQL numbers it
   * @param generated whether it is computed and cannot be written
   * @param labels of an enumeration, in their order
   */
  public record Column(
      int number,
      String name,
      String type,
      String base,
      boolean nullable,
      Optional<String> fallback,
      boolean identity,
      boolean generated,
      List<String> labels) {
    /** Copies the list. */
    public Column {
      labels = List.copyOf(labels);
    }

    /** Whether a row can leave it out. */
    public boolean isOptional() {
      return nullable || fallback.isPresent() || identity || generated;
    }
  }

  /**
   * A rule for rows.
   *
   * @param oid its number, which a rename does not change; 0 where it has none of its own
   * @param name its name
   * @param sort what it asks
   * @param columns of the table, those inside of expressions too
   * @param expression of a check, or the predicate of a partial unique index; empty for none
   * @param target the table that a foreign key points to; empty for none
   * @param targetColumns the columns that it points to
   * @param keys what must be unique, columns and expressions; empty for other rules
   * @param manner what else decides which rows it lets in, such as collations and operators; two
   *     rules are as strict as each other only where this is the same
   * @param validated whether every row keeps to it; a rule that is NOT VALID comes back without a
   *     look at the rows
   */
  public record Constraint(
      long oid,
      String name,
      Sort sort,
      List<String> columns,
      String expression,
      String target,
      List<String> targetColumns,
      List<String> keys,
      String manner,
      boolean validated) {
    /** What a rule asks. */
    public enum Sort {
      UNIQUE,
      CHECK,
      FOREIGN,
      EXCLUSION
    }

    /** Copies the lists. */
    public Constraint {
      columns = List.copyOf(columns);
      targetColumns = List.copyOf(targetColumns);
      keys = List.copyOf(keys);
    }

    /** Whether it lets in no other rows than another one. */
    public boolean asksTheSame(Constraint other) {
      return sort == other.sort
          && ((oid != 0 && oid == other.oid)
              || (columns.equals(other.columns)
                  && expression.equals(other.expression)
                  && target.equals(other.target)
                  && targetColumns.equals(other.targetColumns)
                  && keys.equals(other.keys)
                  && manner.equals(other.manner)));
    }

    /** Whether NULL, too, may stand only once; asked of what is unique. */
    public boolean countsNulls() {
      return manner.startsWith(NULLS_ONCE);
    }

    /** Whether a foreign key is broken by a row that has only some of its values. */
    public boolean matchesInFull() {
      return manner.equals(MATCH_FULL);
    }
  }

  /** How the manner of a unique rule begins where NULL may stand only once. */
  public static final String NULLS_ONCE = "nulls once";

  /** The manner of a foreign key that wants all of its values or none. */
  public static final String MATCH_FULL = "match full";

  /** The table of a number. */
  public Optional<Table> table(long oid) {
    return tables.stream().filter(each -> each.oid() == oid).findFirst();
  }

  /** The table of a name. */
  public Optional<Table> table(String name) {
    return tables.stream().filter(each -> each.name().equals(name)).findFirst();
  }

  /** The same table in another shape: by its number, else by its name. */
  public Optional<Table> same(Table other) {
    return table(other.oid()).or(() -> table(other.name()));
  }
}
