package dev.ripcord.migration.risk;

import dev.ripcord.migration.risk.Catalog.Kind;
import dev.ripcord.migration.risk.OperationImpact.Code;
import dev.ripcord.migration.statement.Action;
import dev.ripcord.migration.statement.Grade;
import dev.ripcord.migration.statement.LockMode;
import dev.ripcord.migration.statement.SqlOperation;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the actions of an {@code ALTER TABLE} will do. Used once. */
final class AlterJudge {
  /** Table options that are changed without stopping anybody; source: PostgreSQL's reloptions. */
  private static final Set<String> GENTLE =
      Set.of(
          "fillfactor",
          "parallel_workers",
          "toast_tuple_target",
          "log_autovacuum_min_duration",
          "vacuum_index_cleanup",
          "vacuum_truncate",
          "vacuum_max_eager_freeze_failure_rate");

  private final SchemaModel world;
  private final Findings findings;
  private final ColumnJudge columns;
  private final ConstraintJudge constraints;
  private final Partitions partitions;

  AlterJudge(SchemaModel world, Findings findings) {
    this.world = world;
    this.findings = findings;
    this.constraints = new ConstraintJudge(world, findings);
    this.columns = new ColumnJudge(world, findings, constraints);
    this.partitions = new Partitions(world, findings);
  }

  void judge(SqlOperation.AlterTable alter) {
    Optional<Table> found = world.find(alter.name());
    if (found.isEmpty()
        && world.index(alter.name()).isPresent()
        && alter.actions().getFirst() instanceof Action.Rename(String to)) {
      new IndexJudge(world, findings).rename(new SqlOperation.RenameIndex(alter.name(), to));
      return;
    }
    if (found.isEmpty() && world.isThere(SqlOperation.Thing.SEQUENCE, alter.name())) {
      sequence(alter);
      return;
    }
    if (found.isEmpty()) {
      if (!alter.ifExists()) {
        findings.unknown("ALTER TABLE " + alter.name() + ": the database has no such table");
      }
      alter.actions().forEach(action -> findings.floor(floor(action)));
      return;
    }
    Table table = found.get();
    List<Table> whole = alter.only() ? List.of(table) : world.whole(table);
    for (Action action : alter.actions()) {
      findings.floor(floor(action));
      judge(table, whole, action);
    }
  }

  /** A sequence is renamed and moved by ALTER TABLE too; it counts as no table. */
  private void sequence(SqlOperation.AlterTable alter) {
    for (Action action : alter.actions()) {
      findings.floor(floor(action));
      if (action instanceof Action.Rename || action instanceof Action.SetSchema) {
        findings.add(
            Code.BREAKING,
            "old code still asks for the sequence " + alter.name(),
            Optional.empty());
      }
    }
  }

  /** The least approval that a kind of change needs, whatever it does to this database. */
  private static Grade floor(Action action) {
    return switch (action) {
      case Action.AddColumn ignored -> Grade.LOW;
      case Action.DropColumn ignored -> Grade.VERY_HIGH;
      case Action.ChangeType ignored -> Grade.HIGH;
      case Action.SetNotNull ignored -> Grade.MEDIUM;
      case Action.DropNotNull ignored -> Grade.LOW;
      case Action.Default ignored -> Grade.LOW;
      case Action.SetExpression ignored -> Grade.HIGH;
      case Action.AddConstraint ignored -> Grade.MEDIUM;
      case Action.DropConstraint ignored -> Grade.MEDIUM;
      case Action.Validate ignored -> Grade.LOW;
      case Action.Rename ignored -> Grade.MEDIUM;
      case Action.RenameColumn ignored -> Grade.MEDIUM;
      case Action.RenameConstraint ignored -> Grade.LOW;
      case Action.SetSchema ignored -> Grade.HIGH;
      case Action.Attach ignored -> Grade.MEDIUM;
      case Action.Detach ignored -> Grade.HIGH;
      case Action.Inherit ignored -> Grade.MEDIUM;
      case Action.SetTablespace ignored -> Grade.MEDIUM;
      case Action.SetLogged ignored -> Grade.MEDIUM;
      case Action.SetAccessMethod ignored -> Grade.MEDIUM;
      case Action.Options ignored -> Grade.LOW;
      case Action.Plain plain -> plain.floor();
    };
  }

  private void judge(Table table, List<Table> whole, Action action) {
    switch (action) {
      case Action.AddColumn add -> columns.add(table, whole, add);
      case Action.DropColumn drop -> columns.drop(table, whole, drop);
      case Action.ChangeType change -> columns.change(table, whole, change);
      case Action.SetNotNull set -> columns.setNotNull(table, whole, set);
      case Action.DropNotNull drop -> columns.dropNotNull(table, whole, drop);
      case Action.Default change -> columns.changeDefault(table, whole, change);
      case Action.SetExpression set ->
          columns.rewrite(whole, "SET EXPRESSION", "SET EXPRESSION computes " + set.column());
      case Action.AddConstraint add -> constraints.add(table, whole, add.constraint());
      case Action.DropConstraint drop -> constraints.drop(table, whole, drop);
      case Action.Validate validate -> constraints.validate(table, whole, validate);
      case Action.Rename rename -> rename(table, rename);
      case Action.RenameColumn rename -> renameColumn(table, whole, rename);
      case Action.RenameConstraint rename -> {
        whole.forEach(each -> lock(each, "RENAME CONSTRAINT"));
        constraints.rename(table, rename);
      }
      case Action.SetSchema set -> move(table, set);
      case Action.Attach attach -> partitions.attach(table, attach);
      case Action.Detach detach -> partitions.detach(table, detach);
      case Action.Inherit inherit -> inherit(table, inherit);
      case Action.SetTablespace set -> {
        boolean same = table.tablespace().filter(set.tablespace()::equals).isPresent();
        moveStorage(table, "SET TABLESPACE", same);
      }
      case Action.SetLogged set ->
          moveStorage(
              table,
              set.unlogged() ? "SET UNLOGGED" : "SET LOGGED",
              set.unlogged() == table.isUnlogged());
      case Action.SetAccessMethod set -> {
        String method = set.method().orElse(world.catalog().accessMethod());
        moveStorage(table, "SET ACCESS METHOD", table.accessMethod().equals(method));
      }
      case Action.Options options -> {
        boolean gentle = options.names().stream().allMatch(AlterJudge::isGentle);
        LockMode mode = gentle ? LockMode.SHARE_UPDATE_EXCLUSIVE : LockMode.ACCESS_EXCLUSIVE;
        findings.lock(table, mode, "SET (…)");
      }
      case Action.Plain plain -> {
        (whole.size() == 1 ? whole : world.reached(table, plain.reach()))
            .forEach(each -> findings.lock(each, plain.mode(), plain.what()));
        plain.breaking().ifPresent(why -> findings.add(Code.BREAKING, table, why));
      }
    }
  }

  private static boolean isGentle(String option) {
    return GENTLE.contains(option)
        || option.startsWith("autovacuum_")
        || option.startsWith("toast.");
  }

  private void lock(Table table, String what) {
    findings.lock(table, LockMode.ACCESS_EXCLUSIVE, what);
  }

  private void rename(Table table, Action.Rename rename) {
    lock(table, "RENAME");
    findings.renamed(
        table, "old code still asks for " + table.label() + ", which is now " + rename.to());
    table.rename(rename.to());
  }

  private void renameColumn(Table table, List<Table> whole, Action.RenameColumn rename) {
    whole.forEach(each -> lock(each, "RENAME COLUMN"));
    if (table.column(rename.column()).isEmpty() && !table.isOwn()) {
      findings.unknown(
          "RENAME COLUMN " + rename.column() + ": " + table.label() + " has no such column");
      return;
    }
    whole.forEach(each -> world.renameColumn(each, rename.column(), rename.to()));
    if (!table.isNewColumn(rename.to())) {
      findings.add(
          Code.BREAKING,
          table,
          "old code still asks for " + table.label() + "." + rename.column(),
          Optional.of("add a new column, write both, move the rows, then drop the old one"));
    }
  }

  private void move(Table table, Action.SetSchema set) {
    lock(table, "SET SCHEMA");
    findings.renamed(
        table, "old code still asks for " + table.label() + ", which moves to " + set.schema());
    table.moveTo(set.schema());
  }

  private void inherit(Table table, Action.Inherit inherit) {
    lock(table, inherit.no() ? "NO INHERIT" : "INHERIT");
    Optional<Table> parent = world.find(inherit.parent());
    if (parent.isEmpty()) {
      findings.unknown("INHERIT " + inherit.parent() + ": the database has no such table");
    } else if (inherit.no()) {
      table.parents().remove(parent.get().id());
    } else {
      findings.lock(parent.get(), LockMode.SHARE_UPDATE_EXCLUSIVE, "INHERIT");
      table.parents().add(parent.get().id());
    }
  }

  private void moveStorage(Table table, String what, boolean same) {
    lock(table, what);
    if (!same && table.kind() != Kind.PARTITIONED) {
      columns.rewrite(List.of(table), what, what + " copies it");
    }
  }
}
