package dev.ripcord.migration.risk;

import dev.ripcord.migration.risk.Catalog.Index;
import dev.ripcord.migration.risk.Catalog.Kind;
import dev.ripcord.migration.risk.OperationImpact.Code;
import dev.ripcord.migration.statement.Grade;
import dev.ripcord.migration.statement.LockMode;
import dev.ripcord.migration.statement.Name;
import dev.ripcord.migration.statement.SqlOperation;
import dev.ripcord.migration.statement.SqlOperation.Thing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What becomes of a table when an index of it is made, made anew or dropped.
 *
 * @param world the database
 * @param findings takes what is found
 */
record IndexJudge(SchemaModel world, Findings findings) {
  void create(SqlOperation.CreateIndex create) {
    findings.floor(Grade.MEDIUM);
    String what = "CREATE INDEX" + (create.concurrently() ? " CONCURRENTLY" : "");
    Optional<Table> found = world.find(create.table());
    if (found.isEmpty()) {
      findings.unknown(what + " on " + create.table() + ": the database has no such table");
      return;
    }
    Table table = found.get();
    if (create.concurrently() && table.kind() == Kind.PARTITIONED) {
      findings.unknown(
          what
              + " on "
              + table.label()
              + ": PostgreSQL refuses it on a partitioned table. "
              + onPartitions(table));
    }
    String name = create.name().orElseGet(() -> chosen(table, create.keys()));
    if (create.ifNotExists() && world.index(Name.of(table.schema(), name)).isPresent()) {
      LockMode mode = create.concurrently() ? LockMode.SHARE_UPDATE_EXCLUSIVE : LockMode.SHARE;
      findings.lock(table, mode, what);
      return;
    }
    boolean spreads = table.kind() == Kind.PARTITIONED && !create.only();
    for (Table each : spreads ? world.whole(table) : List.of(table)) {
      build(each, what, create.concurrently(), advice(table, what));
    }
    table
        .indexes()
        .add(new Index(table.schema(), name, create.unique(), create.columns(), Optional.empty()));
    world.things().make(Thing.INDEX, Name.of(name));
  }

  /** The name that the server gives. */
  private String chosen(Table table, List<String> keys) {
    List<String> parts = new ArrayList<>();
    for (String key : keys) {
      parts.add(Constraints.free(key, parts::contains));
    }
    String plain = table.name() + "_" + String.join("_", parts) + "_idx";
    return Constraints.free(plain, name -> world.index(Name.of(table.schema(), name)).isPresent());
  }

  private static String advice(Table named, String what) {
    return named.kind() == Kind.PARTITIONED
        ? onPartitions(named)
        : what + " CONCURRENTLY; the file then runs outside a transaction";
  }

  /** The only way to an index on a partitioned table that does not stop writes. */
  private static String onPartitions(Table table) {
    return "CREATE INDEX … ON ONLY "
        + table.label()
        + ", then CREATE INDEX CONCURRENTLY on each partition and ALTER INDEX … ATTACH PARTITION";
  }

  private void build(Table table, String what, boolean concurrently, String advice) {
    String size = new Size(table.bytes()).during(Size.Work.BUILD);
    if (concurrently) {
      findings.lock(table, LockMode.SHARE_UPDATE_EXCLUSIVE, what);
      findings.add(
          Code.INDEX_BUILD,
          table,
          "builds an index on "
              + table.label()
              + " while it is in use ("
              + size
              + "); waits for every older transaction to end");
      return;
    }
    Optional<String> instead = Optional.of(advice);
    findings.lock(table, LockMode.SHARE, what, instead);
    if (table.hasRows()) {
      findings.add(
          Code.INDEX_BUILD,
          table,
          "builds an index on " + table.label() + " (" + size + ")",
          instead);
    }
  }

  void reindex(SqlOperation.Reindex reindex) {
    findings.floor(Grade.MEDIUM);
    String what = "REINDEX" + (reindex.concurrently() ? " CONCURRENTLY" : "");
    List<Table> tables =
        switch (reindex.thing()) {
          case INDEX ->
              reindex
                  .name()
                  .flatMap(world::index)
                  .map(SchemaModel.Place::table)
                  .map(List::of)
                  .orElse(List.of());
          case TABLE -> reindex.name().flatMap(world::find).map(world::whole).orElse(List.of());
          case SCHEMA -> reindex.name().map(each -> world.in(each.name())).orElse(List.of());
          default -> world.all();
        };
    if (reindex.thing() == Thing.TABLE && tables.size() > 1) {
      findings.add(
          Code.NO_TRANSACTION,
          "REINDEX of a partitioned table cannot run in a transaction",
          Optional.empty());
    }
    boolean spread =
        reindex.thing() == Thing.INDEX
            && tables.stream().anyMatch(table -> table.kind() == Kind.PARTITIONED);
    if (spread) {
      findings.add(
          Code.NO_TRANSACTION,
          "REINDEX of an index with partitions cannot run in a transaction",
          Optional.empty());
    }
    if (tables.isEmpty() && reindex.thing() != Thing.SCHEMA) {
      findings.unknown(
          what + " " + reindex.name().map(Name::toString).orElse("") + ": not in the database");
    }
    for (Table table : tables) {
      if (!table.indexes().isEmpty() || reindex.thing() == Thing.TABLE) {
        rebuild(table, what, reindex.concurrently());
      }
    }
  }

  private void rebuild(Table table, String what, boolean concurrently) {
    Optional<String> instead =
        concurrently
            ? Optional.empty()
            : Optional.of("REINDEX … CONCURRENTLY, outside a transaction");
    LockMode mode = concurrently ? LockMode.SHARE_UPDATE_EXCLUSIVE : LockMode.SHARE;
    findings.lock(table, mode, what, instead);
    if (table.indexes().isEmpty()) {
      return;
    }
    String size = new Size(table.bytes()).during(Size.Work.BUILD);
    findings.add(
        Code.INDEX_BUILD,
        table,
        "builds indexes of " + table.label() + " anew (" + size + ")",
        instead);
  }

  void rename(SqlOperation.RenameIndex rename) {
    findings.floor(Grade.LOW);
    Optional<SchemaModel.Place> place = world.index(rename.name());
    if (place.isPresent()) {
      Index old = place.get().index();
      List<Index> all = place.get().table().indexes();
      all.set(
          all.indexOf(old),
          new Index(old.schema(), rename.to(), old.unique(), old.columns(), old.constraint()));
    }
  }

  void drop(Name name, SqlOperation.Drop drop) {
    findings.floor(Grade.MEDIUM);
    String what = "DROP INDEX" + (drop.concurrently() ? " CONCURRENTLY" : "");
    Optional<SchemaModel.Place> found = world.index(name);
    if (found.isEmpty()) {
      if (!drop.ifExists()) {
        findings.unknown(what + " " + name + ": the database has no such index");
      }
      return;
    }
    Table table = found.get().table();
    boolean parted = table.kind() == Kind.PARTITIONED;
    if (drop.concurrently() && (parted || drop.cascade() || drop.names().size() > 1)) {
      findings.unknown(
          what
              + " "
              + name
              + ": PostgreSQL refuses it "
              + (parted
                  ? "for an index of a partitioned table; only DROP INDEX takes it"
                  : drop.cascade() ? "with CASCADE" : "for several at once; drop each by itself"));
    }
    if (drop.concurrently()) {
      findings.lock(table, LockMode.SHARE_UPDATE_EXCLUSIVE, what);
    } else {
      Optional<String> instead =
          parted
              ? Optional.empty()
              : Optional.of("DROP INDEX CONCURRENTLY; the file then runs outside a transaction");
      for (Table each : parted ? world.whole(table) : List.of(table)) {
        findings.lock(each, LockMode.ACCESS_EXCLUSIVE, what, instead);
      }
    }
    table.indexes().remove(found.get().index());
  }
}
