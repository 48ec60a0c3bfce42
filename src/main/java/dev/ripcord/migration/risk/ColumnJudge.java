package dev.ripcord.migration.risk;

import dev.ripcord.migration.risk.Catalog.Column;
import dev.ripcord.migration.risk.Catalog.Constraint;
import dev.ripcord.migration.risk.OperationImpact.Code;
import dev.ripcord.migration.statement.Action;
import dev.ripcord.migration.statement.ColumnSpec;
import dev.ripcord.migration.statement.ConstraintSpec;
import dev.ripcord.migration.statement.LockMode;
import dev.ripcord.migration.statement.Name;
import dev.ripcord.migration.statement.TypeName;
import java.util.List;
import java.util.Optional;

/**
 * What a change of a column will do.
 *
 * @param world the database
 * @param findings takes what is found
 * @param constraints for the constraints that a column brings
 */
record ColumnJudge(SchemaModel world, Findings findings, ConstraintJudge constraints) {
  private static final Optional<String> IN_STEPS =
      Optional.of(
          "add a new column, write both, fill it in batches, let the code read it, drop the old"
              + " one");
  private static final Optional<String> PROVE_FIRST =
      Optional.of(
          "ADD CONSTRAINT … CHECK (… IS NOT NULL) NOT VALID; in a migration of its own VALIDATE it;"
              + " then SET NOT NULL");

  void add(Table table, List<Table> whole, Action.AddColumn add) {
    ColumnSpec spec = add.column();
    String what = "ADD COLUMN";
    whole.forEach(each -> findings.lock(each, LockMode.ACCESS_EXCLUSIVE, what));
    if (table.column(spec.name()).isPresent()) {
      if (!add.ifNotExists() && !table.isNewColumn(spec.name())) {
        findings.unknown("ADD COLUMN " + spec.name() + ": " + table.label() + " has it already");
      }
      return;
    }
    Optional<String> reason = fills(spec);
    reason.ifPresent(why -> rewrite(whole, what, "ADD COLUMN " + spec.name() + " " + why));
    boolean empty = reason.isEmpty() && !spec.hasDefault();
    if (empty && spec.notNull()) {
      constraints.scan(whole, what + " NOT NULL", PROVE_FIRST);
      findings.add(
          Code.BREAKING,
          table,
          spec.name()
              + " is NOT NULL without a default: it fails when the table has rows, and old code's"
              + " inserts fail after it",
          Optional.of("give it a constant default, or add it without NOT NULL and fill it"));
    }
    for (Table each : whole) {
      each.put(
          new Column(spec.name(), spec.type(), spec.notNull(), spec.hasDefault() || !empty), true);
    }
    for (ConstraintSpec constraint : spec.constraints()) {
      constraints.addWithColumn(table, whole, constraint, !empty);
    }
  }

  /** Why every row must be written for a new column; empty when none is. */
  private Optional<String> fills(ColumnSpec spec) {
    if (spec.filled().isPresent()) {
      return spec.filled().map(by -> "(" + by + ") gives each row its own value");
    }
    Optional<Name> call = spec.calls().stream().filter(world.definitions()::isVolatile).findFirst();
    if (call.isPresent()) {
      return Optional.of("has a default that calls " + call.get() + "() for each row");
    }
    return world
        .definitions()
        .domain(spec.type())
        .filter(Catalog.Type::constrained)
        .map(domain -> "is of a domain with constraints, which are checked for each row");
  }

  /** Says that tables are written anew, with their indexes, under the hardest lock. */
  void rewrite(List<Table> tables, String what, String why) {
    for (Table table : tables) {
      if (table.hasRows()) {
        String size = new Size(table.bytes()).during(Size.Work.REWRITE);
        findings.lock(table, LockMode.ACCESS_EXCLUSIVE, what, IN_STEPS);
        findings.add(
            Code.REWRITE,
            table,
            why + ": writes " + table.label() + " and its indexes anew (" + size + ")",
            IN_STEPS);
      } else {
        findings.lock(table, LockMode.ACCESS_EXCLUSIVE, what);
      }
    }
  }

  void drop(Table table, List<Table> whole, Action.DropColumn drop) {
    String what = "DROP COLUMN";
    whole.forEach(each -> findings.lock(each, LockMode.ACCESS_EXCLUSIVE, what));
    if (table.column(drop.column()).isEmpty()) {
      if (!drop.ifExists() && !table.isOwn()) {
        findings.unknown(what + " " + drop.column() + ": " + table.label() + " has no such column");
      }
      return;
    }
    if (whole.size() == 1) { // ONLY: the column stays in the heirs, which are told so
      world.children(table).forEach(each -> findings.lock(each, LockMode.ACCESS_EXCLUSIVE, what));
    }
    boolean isNew = table.isNewColumn(drop.column());
    touchKeys(table, drop.column(), what);
    for (Table view : world.readers(table, Optional.of(drop.column()))) {
      if (drop.cascade()) {
        findings.lock(view, LockMode.ACCESS_EXCLUSIVE, what + " … CASCADE");
        findings.add(Code.BREAKING, view, "drops " + view.label() + ", which reads the column");
        view.drop();
      } else {
        refused(table, view, drop.column());
      }
    }
    whole.forEach(each -> each.removeColumn(drop.column()));
    if (!isNew) {
      findings.add(
          Code.DESTRUCTIVE,
          table,
          "drops " + table.label() + "." + drop.column() + " with all its values",
          Optional.of("only after no running code reads it: stage 2"));
      findings.add(
          Code.BREAKING, table, "old code still asks for " + table.label() + "." + drop.column());
    }
  }

  private void refused(Table table, Table view, String column) {
    findings.add(
        Code.BREAKING,
        table,
        "PostgreSQL will refuse it: " + view.label() + " reads " + table.label() + "." + column,
        Optional.of("drop the view first, and make it again after"));
  }

  /** The tables at the other end of a column's foreign keys are locked as hard. */
  private void touchKeys(Table table, String column, String what) {
    for (Constraint key : table.constraints()) {
      if (key.columns().contains(column)) {
        world
            .referenced(key)
            .forEach(other -> findings.lock(other, LockMode.ACCESS_EXCLUSIVE, what));
      }
    }
    for (SchemaModel.Reference reference : world.referencing(table)) {
      if (reference.key().referenced().contains(column)) {
        findings.lock(reference.from(), LockMode.ACCESS_EXCLUSIVE, what);
      }
    }
  }

  void change(Table table, List<Table> whole, Action.ChangeType change) {
    String what = "ALTER COLUMN … TYPE";
    whole.forEach(each -> findings.lock(each, LockMode.ACCESS_EXCLUSIVE, what));
    Optional<Column> found = table.column(change.column());
    if (found.isEmpty()) {
      missing(table, what, change.column());
      return;
    }
    Column old = found.get();
    touchKeys(table, old.name(), what);
    world.readers(table, Optional.of(old.name())).forEach(view -> refused(table, view, old.name()));
    String way = old.name() + ": " + old.type() + " → " + change.type();
    if (new TypeChange(world).rewrites(old.type(), change)) {
      rewrite(whole, what, way);
      if (!table.isNewColumn(old.name())
          && !old.type().bare().equals(change.type().bare())
          && change.casts().isEmpty()) {
        findings.add(Code.BREAKING, table, "old code may not read or write " + way, IN_STEPS);
      }
    } else {
      recheck(table, whole, old, change);
    }
    for (Table each : whole) {
      each.column(old.name())
          .ifPresent(
              own ->
                  each.put(
                      new Column(own.name(), change.type(), own.notNull(), own.hasDefault()),
                      each.isNewColumn(own.name())));
    }
  }

  private void missing(Table table, String what, String column) {
    if (!table.isOwn()) {
      findings.unknown(what + ": " + table.label() + " has no column " + column);
    }
  }

  /** What is done where the rows can stay as they are. */
  private void recheck(Table table, List<Table> whole, Column old, Action.ChangeType change) {
    boolean checked =
        table.constraints().stream()
            .anyMatch(each -> each.kind() == 'c' && each.columns().contains(old.name()));
    if (checked) {
      constraints.scan(whole, "ALTER COLUMN … TYPE under a CHECK", Optional.empty());
    }
    boolean indexed = table.indexes().stream().anyMatch(i -> i.columns().contains(old.name()));
    boolean sameOrder =
        !change.collated()
            && (old.type().bare().equals(change.type().bare())
                || (isText(old.type()) && isText(change.type())));
    if (indexed && !sameOrder) {
      String size = new Size(table.bytes()).during(Size.Work.BUILD);
      findings.add(
          Code.INDEX_BUILD,
          table,
          "builds the indexes on " + table.label() + "." + old.name() + " anew (" + size + ")");
    }
  }

  private static boolean isText(TypeName type) {
    return type.name().equals("text") || type.name().equals("character varying");
  }

  void setNotNull(Table table, List<Table> whole, Action.SetNotNull set) {
    String what = "SET NOT NULL";
    boolean was =
        table.column(set.column()).filter(Column::notNull).isPresent()
            || Constraints.keepNullOut(table, set.column());
    for (Table each : whole) {
      findings.lock(each, LockMode.ACCESS_EXCLUSIVE, what, Optional.empty());
      Optional<Column> column = each.column(set.column());
      if (column.isEmpty()) {
        missing(table, what, set.column());
        return;
      }
      if (!Constraints.isNotNull(each, set.column())) {
        constraints.scan(List.of(each), what, PROVE_FIRST);
      }
      put(each, column.get(), true, column.get().hasDefault());
    }
    Optional<Column> column = table.column(set.column());
    boolean defaulted = column.filter(Column::hasDefault).isPresent();
    if (!defaulted && !was && !table.isNewColumn(set.column())) {
      findings.add(
          Code.BREAKING, table, what + ": old code that writes no " + set.column() + " fails");
    }
  }

  private static void put(Table table, Column old, boolean notNull, boolean hasDefault) {
    table.put(
        new Column(old.name(), old.type(), notNull, hasDefault), table.isNewColumn(old.name()));
  }

  void dropNotNull(Table table, List<Table> whole, Action.DropNotNull drop) {
    boolean was = table.column(drop.column()).filter(Column::notNull).isPresent();
    if (was && !table.isNewColumn(drop.column())) {
      findings.add(
          Code.BREAKING,
          table,
          "old code may meet a NULL in " + table.label() + "." + drop.column());
    }
    for (Table each : whole) {
      findings.lock(each, LockMode.ACCESS_EXCLUSIVE, "DROP NOT NULL");
      each.column(drop.column())
          .ifPresentOrElse(
              old -> put(each, old, false, old.hasDefault()),
              () -> missing(each, "DROP NOT NULL", drop.column()));
    }
  }

  void changeDefault(Table table, List<Table> whole, Action.Default change) {
    String what =
        change.identity() ? "DROP IDENTITY" : change.set() ? "SET DEFAULT" : "DROP DEFAULT";
    whole.forEach(each -> findings.lock(each, LockMode.ACCESS_EXCLUSIVE, what));
    Optional<Column> column = table.column(change.column());
    boolean needed = column.filter(Column::notNull).isPresent();
    if (!change.set() && needed && !table.isNewColumn(change.column())) {
      findings.add(
          Code.BREAKING,
          table,
          what + ": old code that inserts without " + change.column() + " fails");
    }
    column.ifPresentOrElse(
        old -> whole.forEach(each -> put(each, old, old.notNull(), change.set())),
        () -> missing(table, what, change.column()));
  }
}
