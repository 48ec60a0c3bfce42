package dev.ripcord.migration.risk;

import dev.ripcord.migration.risk.Catalog.Constraint;
import dev.ripcord.migration.risk.Catalog.Index;
import dev.ripcord.migration.risk.Catalog.Kind;
import dev.ripcord.migration.risk.OperationImpact.Code;
import dev.ripcord.migration.statement.Action;
import dev.ripcord.migration.statement.ConstraintSpec;
import dev.ripcord.migration.statement.LockMode;
import dev.ripcord.migration.statement.Name;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What making, proving and dropping a constraint will do.
 *
 * @param world the database
 * @param findings takes what is found
 */
record ConstraintJudge(SchemaModel world, Findings findings) {
  private static final String FOR_PARTITIONS =
      "CREATE UNIQUE INDEX CONCURRENTLY on each partition, ADD CONSTRAINT … USING INDEX there, then"
          + " ADD CONSTRAINT on the partitioned table, which takes these over";
  private static final String ON_PARTITIONS =
      "add it NOT VALID to each partition, VALIDATE it there, then add it to the partitioned table";
  private static final Optional<String> NOT_VALID =
      Optional.of("add it NOT VALID, then VALIDATE CONSTRAINT in a migration of its own");

  /** Says that every row is read while the table is locked. */
  void scan(List<Table> tables, String what, Optional<String> instead) {
    for (Table table : tables) {
      if (table.hasRows()) {
        String size = new Size(table.bytes()).during(Size.Work.READ);
        findings.add(
            Code.SCAN, table, what + " reads all of " + table.label() + " (" + size + ")", instead);
      }
    }
  }

  void add(Table table, List<Table> below, ConstraintSpec spec) {
    boolean alone =
        spec.expression().toUpperCase(Locale.ROOT).endsWith("NO INHERIT")
            && world.catalog().version() < 18;
    List<Table> whole = alone ? List.of(table) : below;
    for (String column :
        spec.kind() == 'c' || spec.kind() == 'x' ? List.<String>of() : spec.columns()) {
      if (table.column(column).isEmpty() && !table.isOwn()) {
        findings.unknown("ADD CONSTRAINT: " + table.label() + " has no column " + column);
      }
    }
    switch (spec.kind()) {
      case 'f' -> {
        boolean heirs = table.kind() == Kind.PARTITIONED || world.catalog().version() >= 18;
        addKey(heirs ? whole : List.of(table), spec, !spec.notValid());
      }
      case 'p', 'u', 'x' -> addIndexed(table, whole, spec);
      default -> {
        String what = spec.kind() == 'n' ? "ADD … NOT NULL" : "ADD … CHECK";
        whole.forEach(each -> findings.lock(each, LockMode.ACCESS_EXCLUSIVE, what));
        boolean proved =
            spec.kind() == 'n'
                && spec.columns().stream().allMatch(each -> Constraints.isNotNull(table, each));
        if (!spec.notValid() && !proved) {
          scan(whole, what, NOT_VALID);
        }
      }
    }
    Constraints.remember(world, table, spec);
  }

  /**
   * A constraint that a new column brings.
   *
   * @param filled whether the column has values from the start
   */
  void addWithColumn(Table table, List<Table> whole, ConstraintSpec spec, boolean filled) {
    if (spec.kind() == 'f') {
      addKey(whole, spec, filled);
      Constraints.remember(world, table, spec);
    } else {
      add(table, whole, spec);
    }
  }

  private void addKey(List<Table> whole, ConstraintSpec spec, boolean reads) {
    String what = "ADD FOREIGN KEY";
    boolean parted =
        whole.stream().anyMatch(each -> each.kind() == Kind.PARTITIONED)
            && world.catalog().version() < 18;
    if (parted && !reads) {
      findings.unknown(
          what
              + " … NOT VALID: PostgreSQL "
              + world.catalog().version()
              + " refuses it on a partitioned table. Add it NOT VALID to each partition, VALIDATE"
              + " it there, then add it to "
              + whole.getFirst().label());
    }
    Optional<String> instead =
        !reads ? Optional.empty() : parted ? Optional.of(ON_PARTITIONS) : NOT_VALID;
    whole.forEach(each -> findings.lock(each, LockMode.SHARE_ROW_EXCLUSIVE, what, instead));
    Optional<Table> other = spec.references().flatMap(world::find);
    if (other.isEmpty()) {
      findings.unknown(
          what + ": the database has no table " + spec.references().map(Name::toString).orElse(""));
    }
    other
        .map(world::whole)
        .orElse(List.of())
        .forEach(each -> findings.lock(each, LockMode.SHARE_ROW_EXCLUSIVE, what, instead));
    if (reads) {
      scan(whole, what, instead);
    }
  }

  private void addIndexed(Table table, List<Table> whole, ConstraintSpec spec) {
    String what =
        switch (spec.kind()) {
          case 'p' -> "ADD PRIMARY KEY";
          case 'u' -> "ADD UNIQUE";
          default -> "ADD EXCLUDE";
        };
    boolean builds = spec.usingIndex().isEmpty();
    boolean parted = table.kind() == Kind.PARTITIONED;
    if (parted && !builds) {
      findings.unknown(
          what + " … USING INDEX: PostgreSQL refuses it on a partitioned table. " + FOR_PARTITIONS);
    }
    Optional<String> instead =
        !builds || spec.kind() == 'x'
            ? Optional.empty()
            : Optional.of(
                parted
                    ? FOR_PARTITIONS
                    : "CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT … USING INDEX");
    spec.usingIndex()
        .filter(used -> table.indexes().stream().noneMatch(each -> each.name().equals(used)))
        .ifPresent(used -> findings.unknown(what + ": " + table.label() + " has no index " + used));
    List<String> columns =
        spec.usingIndex()
            .flatMap(
                used -> table.indexes().stream().filter(i -> i.name().equals(used)).findFirst())
            .map(Index::columns)
            .orElse(spec.columns());
    boolean early = spec.kind() == 'u' && world.catalog().version() < 18;
    boolean heirs = table.kind() == Kind.PARTITIONED || !early; // theirs are left alone
    for (Table each : heirs ? whole : List.of(table)) {
      boolean gentle = each != table && early;
      findings.lock(each, gentle ? LockMode.SHARE : LockMode.ACCESS_EXCLUSIVE, what, instead);
      if (builds && each.hasRows()) {
        String size = new Size(each.bytes()).during(Size.Work.BUILD);
        findings.add(
            Code.INDEX_BUILD,
            each,
            what + " builds an index on " + each.label() + " (" + size + ")",
            instead);
      }
      boolean nullable = columns.stream().anyMatch(column -> !Constraints.isNotNull(each, column));
      if (spec.kind() == 'p' && nullable) {
        scan(List.of(each), what + " of a column that may be NULL", Optional.empty());
      }
    }
  }

  void drop(Table table, List<Table> whole, Action.DropConstraint drop) {
    String what = "DROP CONSTRAINT";
    whole.forEach(each -> findings.lock(each, LockMode.ACCESS_EXCLUSIVE, what));
    Optional<Constraint> found = table.constraint(drop.name());
    if (found.isEmpty()) {
      if (!drop.ifExists() && !table.isOwn()) {
        findings.unknown(
            what + " " + drop.name() + ": " + table.label() + " has no such constraint");
      }
      return;
    }
    Constraint old = found.get();
    world.referenced(old).forEach(each -> findings.lock(each, LockMode.ACCESS_EXCLUSIVE, what));
    if (drop.cascade() && (old.kind() == 'p' || old.kind() == 'u')) {
      DropJudge drops = new DropJudge(world, findings, new IndexJudge(world, findings));
      for (SchemaModel.Reference each : world.referencing(table)) {
        if (each.key().referenced().equals(old.columns())) {
          drops.loseKey(each, what);
        }
      }
    }
    findings.add(
        Code.CONSTRAINT_DROPPED,
        table,
        "drops " + old.name() + " of " + table.label() + ": what it kept out can come in");
    whole.forEach(each -> each.constraints().removeIf(own -> own.name().equals(old.name())));
    table.indexes().removeIf(index -> index.constraint().filter(old.name()::equals).isPresent());
  }

  void validate(Table table, List<Table> whole, Action.Validate validate) {
    String what = "VALIDATE CONSTRAINT";
    whole.forEach(each -> findings.lock(each, LockMode.SHARE_UPDATE_EXCLUSIVE, what));
    Optional<Constraint> found = table.constraint(validate.name());
    if (found.isEmpty() && table.isOwn()) {
      return;
    }
    if (found.isEmpty()) {
      findings.unknown(
          what + " " + validate.name() + ": " + table.label() + " has no such constraint");
      return;
    }
    Constraint old = found.get();
    if (!old.validated()) {
      scan(whole, what, Optional.empty());
    }
    replace(
        table,
        old,
        new Constraint(
            old.name(),
            old.kind(),
            true,
            old.columns(),
            old.definition(),
            old.references(),
            old.referenced()));
  }

  void rename(Table table, Action.RenameConstraint rename) {
    Optional<Constraint> found = table.constraint(rename.name());
    if (found.isEmpty()) {
      findings.unknown(
          "RENAME CONSTRAINT " + rename.name() + ": " + table.label() + " has no such constraint");
    }
    if (found.isPresent()) {
      Constraint old = found.get();
      Constraint renamed =
          new Constraint(
              rename.to(),
              old.kind(),
              old.validated(),
              old.columns(),
              old.definition(),
              old.references(),
              old.referenced());
      replace(table, old, renamed);
    }
  }

  private static void replace(Table table, Constraint old, Constraint now) {
    table.constraints().set(table.constraints().indexOf(old), now);
  }
}
