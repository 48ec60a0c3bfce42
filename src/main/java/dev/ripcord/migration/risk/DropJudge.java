package dev.ripcord.migration.risk;

import dev.ripcord.migration.risk.Catalog.Constraint;
import dev.ripcord.migration.risk.Catalog.Kind;
import dev.ripcord.migration.risk.OperationImpact.Code;
import dev.ripcord.migration.statement.Grade;
import dev.ripcord.migration.statement.LockMode;
import dev.ripcord.migration.statement.Name;
import dev.ripcord.migration.statement.SqlOperation;
import dev.ripcord.migration.statement.SqlOperation.Thing;
import dev.ripcord.migration.statement.TypeName;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What goes when something is dropped or emptied, and what else is locked for it.
 *
 * @param world the database
 * @param findings takes what is found
 * @param indexes for indexes
 */
record DropJudge(SchemaModel world, Findings findings, IndexJudge indexes) {
  private static final Optional<String> SOFT =
      Optional.of("rename it first, and drop it when nothing has missed it for some days");

  void judge(SqlOperation.Drop drop) {
    List<Table> named = drop.names().stream().flatMap(name -> world.find(name).stream()).toList();
    for (Name name : drop.names()) {
      switch (drop.thing()) {
        case TABLE, FOREIGN_TABLE -> {
          findings.floor(Grade.VERY_HIGH);
          relation(name, drop, named);
        }
        case VIEW, MATERIALIZED_VIEW -> {
          findings.floor(Grade.MEDIUM);
          relation(name, drop, named);
        }
        case INDEX -> indexes.drop(name, drop);
        case SCHEMA -> schema(name, drop);
        case TYPE, DOMAIN -> type(name, drop);
        case DATABASE -> {
          findings.floor(Grade.VERY_HIGH);
          findings.add(
              Code.DESTRUCTIVE, "drops the database " + name + " with all in it", Optional.empty());
        }
        case STATISTICS -> statistics(name);
        case SEQUENCE, FUNCTION, EXTENSION, OTHER -> other(name, drop);
      }
    }
  }

  private void relation(Name name, SqlOperation.Drop drop, List<Table> named) {
    Optional<Table> found = world.find(name);
    String what = "DROP " + drop.thing().name().replace('_', ' ');
    if (found.isPresent()) {
      if (!drop.cascade()) {
        refuse(found.get(), named);
      }
      relation(found.get(), what, drop.cascade());
    } else if (!drop.ifExists()
        && named.stream().noneMatch(each -> each.name().equals(name.name()))) {
      findings.unknown(what + " " + name + ": not in the database");
    }
  }

  private void relation(Table table, String what, boolean cascade) {
    if (table.isGone()) {
      return;
    }
    table.drop();
    findings.lock(table, LockMode.ACCESS_EXCLUSIVE, what);
    if (table.kind() == Kind.VIEW || table.kind() == Kind.MATERIALIZED) {
      findings.viewGone(table, "drops " + table.label() + ": code that reads it fails", SOFT);
    } else {
      String size = new Size(table.bytes()).text();
      findings.add(
          Code.DESTRUCTIVE,
          table,
          "drops " + table.label() + " with all its rows (" + size + ")",
          SOFT);
    }
    neighbours(table, what, cascade);
  }

  private void neighbours(Table table, String what, boolean cascade) {
    for (Constraint key : table.constraints()) {
      world.referenced(key).forEach(each -> findings.lock(each, LockMode.ACCESS_EXCLUSIVE, what));
    }
    for (long parent : table.parents()) {
      if (world.has(parent) && world.table(parent).kind() == Kind.PARTITIONED) {
        Table whole = world.table(parent);
        findings.lock(whole, LockMode.ACCESS_EXCLUSIVE, what + " of a partition");
        world
            .defaultPartition(whole)
            .ifPresent(rest -> findings.lock(rest, LockMode.ACCESS_EXCLUSIVE, what));
      }
    }
    boolean partitioned = table.kind() == Kind.PARTITIONED;
    for (Table below : partitioned || cascade ? world.below(table) : List.<Table>of()) {
      relation(below, what, cascade);
    }
    for (SchemaModel.Reference reference : world.referencing(table)) {
      if (cascade) {
        loseKey(reference, what);
      }
    }
    if (cascade) {
      world
          .readers(table, Optional.empty())
          .forEach(view -> relation(view, what + " … CASCADE", true));
    }
  }

  /** Says when the server will not do it, since something that stays depends on it. */
  private void refuse(Table table, List<Table> going) {
    for (Table view : world.readers(table, Optional.empty())) {
      if (!going.contains(view)) {
        refused(table, view.label() + " reads " + table.label());
      }
    }
    for (SchemaModel.Reference reference : world.referencing(table)) {
      Table from = reference.from();
      if (from != table && !going.contains(from)) {
        refused(table, "the foreign key " + reference.key().name() + " of " + from.label());
      }
    }
  }

  /** A foreign key that goes with what it points to. */
  void loseKey(SchemaModel.Reference reference, String what) {
    Table from = reference.from();
    world
        .whole(from)
        .forEach(each -> findings.lock(each, LockMode.ACCESS_EXCLUSIVE, what + " … CASCADE"));
    world
        .referenced(reference.key())
        .forEach(each -> findings.lock(each, LockMode.ACCESS_EXCLUSIVE, what + " … CASCADE"));
    findings.add(
        Code.CONSTRAINT_DROPPED,
        from,
        "drops the foreign key " + reference.key().name() + " of " + from.label());
    from.constraints().remove(reference.key());
  }

  private void refused(Table table, String why) {
    findings.add(
        Code.BREAKING,
        table,
        "PostgreSQL will refuse it for what depends on " + table.label() + ": " + why,
        Optional.of("drop that first"));
  }

  private void schema(Name name, SqlOperation.Drop drop) {
    List<Table> tables = world.in(name.name());
    findings.floor(Grade.VERY_HIGH);
    if (isMissing(name, drop)) {
      return;
    }
    if (drop.cascade()) {
      tables.forEach(each -> relation(each, "DROP SCHEMA", true));
    }
    if (!world.things().isMade(Thing.SCHEMA, name)) {
      findings.add(
          tables.isEmpty() ? Code.BREAKING : Code.DESTRUCTIVE,
          "drops the schema " + name + (drop.cascade() ? " with all in it" : ""),
          Optional.empty());
    }
  }

  /** Whether there is nothing to drop; without IF EXISTS the statement fails. */
  private boolean isMissing(Name name, SqlOperation.Drop drop) {
    if (world.isThere(drop.thing(), name)) {
      return false;
    }
    if (!drop.ifExists()) {
      findings.unknown("DROP " + drop.thing() + " " + name + ": not in the database");
    }
    return true;
  }

  private void type(Name name, SqlOperation.Drop drop) {
    findings.floor(Grade.HIGH);
    if (world.things().isMade(drop.thing(), name) || isMissing(name, drop)) {
      return;
    }
    String what = "DROP " + drop.thing() + (drop.cascade() ? " … CASCADE" : "");
    findings.add(Code.BREAKING, what + " " + name + ": code that names it fails", Optional.empty());
    for (Table table : drop.cascade() ? world.all() : List.<Table>of()) {
      table.columns().stream()
          .filter(column -> isOf(column.type(), name))
          .forEach(column -> loseColumn(table, column.name(), what));
      if (table.isOf(name.name())) {
        findings.floor(Grade.VERY_HIGH);
        relation(table, what, true);
      }
    }
  }

  private static boolean isOf(TypeName type, Name name) {
    return type.name().equals(name.name()) || type.name().equals(name.toString());
  }

  private void loseColumn(Table table, String column, String what) {
    findings.floor(Grade.VERY_HIGH);
    findings.lock(table, LockMode.ACCESS_EXCLUSIVE, what);
    findings.add(
        Code.DESTRUCTIVE,
        table,
        "drops the column " + column + " of " + table.label() + " with it");
    table.removeColumn(column);
  }

  private void other(Name name, SqlOperation.Drop drop) {
    if (world.things().isMade(drop.thing(), name)) {
      findings.floor(Grade.MEDIUM);
      return;
    }
    findings.floor(Grade.HIGH);
    if (drop.thing() != Thing.OTHER && isMissing(name, drop)) {
      return;
    }
    String what = "DROP " + drop.thing().name().toUpperCase(Locale.ROOT);
    if (drop.thing() == Thing.SEQUENCE) {
      findings.add(
          Code.DESTRUCTIVE,
          "drops the sequence " + name + " with the place it has reached",
          Optional.empty());
    } else if (drop.thing() == Thing.FUNCTION || drop.thing() == Thing.EXTENSION) {
      findings.add(
          Code.BREAKING, what + " " + name + ": code that uses it fails", Optional.empty());
    }
    if (drop.cascade()) {
      findings.unknown(
          what + " " + name + " CASCADE: drops all that depends on it, whatever it is");
    }
  }

  private void statistics(Name name) {
    findings.floor(Grade.LOW);
    world.all().stream()
        .filter(table -> table.hasPart('s', name.name()))
        .forEach(table -> findings.lock(table, LockMode.SHARE_UPDATE_EXCLUSIVE, "DROP STATISTICS"));
  }

  void truncate(SqlOperation.Truncate truncate) {
    findings.floor(Grade.VERY_HIGH);
    Deque<Table> queue = new ArrayDeque<>();
    for (Name name : truncate.tables()) {
      Optional<Table> found = world.find(name);
      if (found.isEmpty()) {
        findings.unknown("TRUNCATE " + name + ": the database has no such table");
      }
      found.ifPresent(table -> queue.addAll(world.whole(table)));
    }
    for (Name name : truncate.alone()) {
      Optional<Table> found = world.find(name);
      if (found.isEmpty()) {
        findings.unknown("TRUNCATE " + name + ": the database has no such table");
      }
      found.ifPresent(queue::add);
    }
    Set<Table> seen = new LinkedHashSet<>();
    while (!queue.isEmpty()) {
      Table table = queue.remove();
      if (seen.add(table)) {
        findings.lock(table, LockMode.ACCESS_EXCLUSIVE, "TRUNCATE");
        String size = new Size(table.bytes()).text();
        findings.add(
            Code.DESTRUCTIVE, table, "removes every row of " + table.label() + " (" + size + ")");
        if (truncate.cascade()) {
          world.referencing(table).forEach(each -> queue.addAll(world.whole(each.from())));
        }
      }
    }
  }
}
