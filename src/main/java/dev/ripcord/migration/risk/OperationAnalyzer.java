package dev.ripcord.migration.risk;

import dev.ripcord.migration.risk.Catalog.Kind;
import dev.ripcord.migration.risk.OperationImpact.Code;
import dev.ripcord.migration.statement.ColumnSpec;
import dev.ripcord.migration.statement.ConstraintSpec;
import dev.ripcord.migration.statement.Grade;
import dev.ripcord.migration.statement.LockMode;
import dev.ripcord.migration.statement.Name;
import dev.ripcord.migration.statement.SqlOperation;
import dev.ripcord.migration.statement.SqlOperation.Thing;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Goes through the statements of one file and says what each will do. Used once. */
final class OperationAnalyzer {
  /** The spellings of a time zone that never differs from UTC. */
  private static final Pattern UTC =
      Pattern.compile(
          "(etc/)?(utc|uct|gmt|gmt[+-]?0|greenwich|universal|zulu)|utc[+-]?0|[+-]?0(\\.0*)?"
              + "|interval\\s*'[+-]?0+(:00)*'.*",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private final SchemaModel world;
  private final Findings findings;
  private final AlterJudge alters;
  private final DropJudge drops;
  private final IndexJudge indexes;
  private final RowJudge rows;
  private final TypeJudge types;

  OperationAnalyzer(SchemaModel world, Findings findings) {
    this.world = world;
    this.findings = findings;
    this.indexes = new IndexJudge(world, findings);
    this.drops = new DropJudge(world, findings, indexes);
    this.alters = new AlterJudge(world, findings);
    this.rows = new RowJudge(world, findings);
    this.types = new TypeJudge(world, findings);
  }

  void judge(SqlOperation deed) {
    switch (deed) {
      case SqlOperation.CreateTable create -> create(create);
      case SqlOperation.AlterTable alter -> alters.judge(alter);
      case SqlOperation.RenameIndex rename -> indexes.rename(rename);
      case SqlOperation.Drop drop -> drops.judge(drop);
      case SqlOperation.CreateIndex create -> indexes.create(create);
      case SqlOperation.Reindex reindex -> indexes.reindex(reindex);
      case SqlOperation.Touch touch -> touch(touch);
      case SqlOperation.Rebuild rebuild -> rows.rebuild(rebuild);
      case SqlOperation.Maintain maintain -> rows.maintain(maintain);
      case SqlOperation.Write write -> rows.write(write);
      case SqlOperation.Truncate truncate -> drops.truncate(truncate);
      case SqlOperation.Refresh refresh -> rows.refresh(refresh);
      case SqlOperation.TightenDomain tighten -> types.tighten(tighten);
      case SqlOperation.LoosenDomain loosen -> types.loosen(loosen);
      case SqlOperation.AlterComposite alter -> types.alter(alter);
      case SqlOperation.RenameType rename -> types.rename(rename);
      case SqlOperation.RenameSchema rename -> {
        findings.floor(Grade.HIGH);
        findings.add(
            Code.BREAKING,
            "old code still asks for the schema " + rename.name() + ", now " + rename.to(),
            Optional.empty());
        world.in(rename.name()).forEach(each -> each.moveTo(rename.to()));
      }
      case SqlOperation.DropPart drop -> dropPart(drop);
      case SqlOperation.Publish publish -> publish(publish);
      case SqlOperation.Make make -> world.things().make(make.thing(), make.name());
      case SqlOperation.Setting setting -> set(setting);
      case SqlOperation.Query query -> call(query.functions());
      case SqlOperation.CreateView create -> view(create);
      case SqlOperation.CreateDomain create -> {
        world.definitions().addDomain(create.name(), create.base(), create.constrained());
        world.things().make(Thing.DOMAIN, create.name());
      }
      case SqlOperation.CreateFunction create -> {
        findings.floor(create.replace() ? Grade.MEDIUM : Grade.LOW);
        world.definitions().addFunction(create.name(), create.isVolatile());
        world.things().make(Thing.FUNCTION, create.name());
      }
      case SqlOperation.Other other -> {
        findings.floor(other.floor());
        other.breaking().ifPresent(why -> findings.add(Code.BREAKING, why, Optional.empty()));
      }
      case SqlOperation.Opaque opaque -> findings.unknown(opaque.why());
    }
  }

  /** A table that a statement names; without one nothing can be told. */
  private Optional<Table> existing(Name name, String what) {
    Optional<Table> found = world.find(name);
    if (found.isEmpty()) {
      findings.unknown(what + " " + name + ": the database has no such table or view");
    }
    return found;
  }

  private void create(SqlOperation.CreateTable create) {
    if (create.ifNotExists() && world.find(create.name()).isPresent()) {
      return;
    }
    List<Long> parents = create.parents().stream().flatMap(this::number).toList();
    List<Long> whole = create.partitionOf().stream().flatMap(this::number).toList();
    create.parents().forEach(parent -> lock(parent, LockMode.SHARE_UPDATE_EXCLUSIVE));
    create.partitionOf().ifPresent(this::partition);
    Table table =
        world.add(create.name(), Kind.TABLE, create.temporary(), whole.isEmpty() ? parents : whole);
    create.like().forEach(other -> existing(other, "LIKE"));
    Stream.of(create.like(), create.parents(), create.partitionOf().stream().toList())
        .flatMap(List::stream)
        .flatMap(name -> world.find(name).stream())
        .flatMap(other -> other.columns().stream())
        .forEach(column -> table.put(column, true));
    for (ColumnSpec column : create.columns()) {
      table.put(
          new Catalog.Column(column.name(), column.type(), column.notNull(), column.hasDefault()),
          true);
      column.constraints().forEach(each -> constrain(table, each));
    }
    create.constraints().forEach(each -> constrain(table, each));
    findings.floor(Grade.LOW);
  }

  private Stream<Long> number(Name name) {
    return world.find(name).map(Table::id).stream();
  }

  private void lock(Name name, LockMode mode) {
    existing(name, "CREATE TABLE").ifPresent(table -> findings.lock(table, mode, "CREATE TABLE"));
  }

  private void partition(Name parent) {
    Optional<Table> found = existing(parent, "CREATE TABLE … PARTITION OF");
    if (found.isEmpty()) {
      return;
    }
    String what = "CREATE TABLE … PARTITION OF";
    Optional<String> instead =
        Optional.of("create the table by itself, then ALTER TABLE … ATTACH PARTITION");
    findings.lock(found.get(), LockMode.ACCESS_EXCLUSIVE, what, instead);
    Partitions partitions = new Partitions(world, findings);
    partitions.readDefault(found.get(), what);
    partitions.lockKeys(found.get(), what, LockMode.SHARE_ROW_EXCLUSIVE);
  }

  private void constrain(Table table, ConstraintSpec spec) {
    spec.references()
        .flatMap(name -> existing(name, "REFERENCES"))
        .filter(other -> other != table)
        .map(world::whole)
        .orElse(List.of())
        .forEach(
            other -> findings.lock(other, LockMode.SHARE_ROW_EXCLUSIVE, "a new foreign key to it"));
    Constraints.remember(world, table, spec);
  }

  private void touch(SqlOperation.Touch touch) {
    findings.floor(touch.floor());
    Optional<Table> found = existing(touch.table(), touch.what());
    if (found.isEmpty()) {
      return;
    }
    for (Table each : world.reached(found.get(), touch.reach())) {
      findings.lock(each, touch.mode(), touch.what());
      if (touch.what().startsWith("CREATE")) {
        each.gainPart();
      }
    }
    touch.breaking().ifPresent(why -> findings.add(Code.BREAKING, found.get(), why));
  }

  private void dropPart(SqlOperation.DropPart drop) {
    findings.floor(Grade.MEDIUM);
    Optional<Table> found =
        drop.ifExists() ? world.find(drop.table()) : existing(drop.table(), drop.what());
    if (found.isPresent() && (!drop.ifExists() || found.get().hasPart(drop.kind(), drop.name()))) {
      SqlOperation.Reach reach =
          drop.kind() == 't' ? SqlOperation.Reach.TRIGGERED : SqlOperation.Reach.ALONE;
      world
          .reached(found.get(), reach)
          .forEach(each -> findings.lock(each, LockMode.ACCESS_EXCLUSIVE, drop.what()));
    }
  }

  private void publish(SqlOperation.Publish publish) {
    findings.floor(Grade.MEDIUM);
    for (Name name : publish.tables()) {
      existing(name, "PUBLICATION")
          .map(table -> table.kind() == Kind.PARTITIONED ? List.of(table) : world.whole(table))
          .orElse(List.of())
          .forEach(this::publish);
    }
    publish.alone().forEach(name -> existing(name, "PUBLICATION").ifPresent(this::publish));
    if (publish.replaces()) {
      world.all().stream()
          .filter(table -> table.hasPart('b', publish.publication()))
          .forEach(this::publish);
    }
  }

  private void publish(Table table) {
    findings.lock(table, LockMode.SHARE_UPDATE_EXCLUSIVE, "PUBLICATION");
  }

  private void set(SqlOperation.Setting setting) {
    switch (setting.name()) {
      case "lock_timeout" -> {
        if (!setting.values().isEmpty() && !setting.values().equals(List.of("0"))) {
          findings.hasTimeout();
        }
      }
      case "session_replication_role" -> findings.floor(Grade.HIGH); // no trigger, no foreign key
      case "search_path" -> {
        List<String> schemas = setting.values();
        world.searchPath(schemas.isEmpty() ? world.catalog().searchPath() : schemas);
      }
      case "timezone" -> {
        world.timeZone(
            setting.values().stream().findFirst().map(zone -> UTC.matcher(zone).matches()));
      }
      default -> {}
    }
  }

  private void call(List<Name> functions) {
    for (Name function : functions) {
      if (function.name().equals("setval")) {
        findings.floor(Grade.MEDIUM); // as ALTER SEQUENCE
      }
      if (world.definitions().isUnknown(function)) {
        findings.unknown("calls " + function + "(), which may do anything");
      }
    }
  }

  private void view(SqlOperation.CreateView create) {
    Optional<Table> old = world.find(create.name()).filter(each -> create.replace());
    if (old.isPresent()) {
      findings.floor(Grade.MEDIUM);
      findings.lock(old.get(), LockMode.ACCESS_EXCLUSIVE, "CREATE OR REPLACE VIEW");
      return;
    }
    boolean stored = create.thing() == Thing.MATERIALIZED_VIEW;
    Kind kind = stored ? Kind.MATERIALIZED : Kind.VIEW;
    Table view = world.add(create.name(), kind, create.temporary(), List.of());
    findings.replaced(view.label(), stored);
  }
}
