package dev.ripcord.migration.risk;

import dev.ripcord.migration.risk.Catalog.Constraint;
import dev.ripcord.migration.risk.Catalog.Index;
import dev.ripcord.migration.risk.Catalog.Relation;
import dev.ripcord.migration.risk.Catalog.Use;
import dev.ripcord.migration.statement.Name;
import dev.ripcord.migration.statement.SqlOperation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The database as it stands between two statements. Changed by them; not thread-safe. */
final class SchemaModel {
  private final Catalog catalog;
  private final Map<Long, Table> tables = new LinkedHashMap<>();
  private final Definitions definitions;
  private final OtherObjects things;
  private List<String> searchPath;
  private boolean utc;
  private long next = -1;

  SchemaModel(Catalog catalog) {
    this(catalog, new Definitions(catalog), new OtherObjects(catalog.things()));
  }

  private SchemaModel(Catalog catalog, Definitions definitions, OtherObjects things) {
    this.catalog = catalog;
    this.things = things;
    this.definitions = definitions;
    this.searchPath = catalog.searchPath();
    this.utc = catalog.utc();
    for (Relation each : catalog.relations()) {
      tables.put(each.id(), new Table(each, label(each.schema(), each.name()), false, false));
    }
  }

  /** The same database, to be changed on its own; its settings are those of a new session. */
  SchemaModel copy() {
    SchemaModel copy = new SchemaModel(catalog, definitions.copy(), things.copy());
    copy.tables.clear();
    tables.forEach((id, table) -> copy.tables.put(id, table.copy()));
    copy.next = next;
    return copy;
  }

  /** The file has ended: what it made is as good as old, and its settings are gone. */
  void settle() {
    tables.values().forEach(Table::settle);
    things.settle();
    searchPath = catalog.searchPath();
    utc = catalog.utc();
  }

  Catalog catalog() {
    return catalog;
  }

  OtherObjects things() {
    return things;
  }

  Definitions definitions() {
    return definitions;
  }

  boolean isUtc() {
    return utc;
  }

  /** A time zone, or nothing for the one that the session began with. */
  void timeZone(Optional<Boolean> isUtc) {
    utc = isUtc.orElseGet(catalog::utc);
  }

  void searchPath(List<String> schemas) {
    searchPath = List.copyOf(schemas);
  }

  private String label(String schema, String name) {
    return catalog.searchPath().contains(schema) ? name : schema + "." + name;
  }

  /** The schemas that a name may be in, in order. */
  private List<String> schemas(Name name) {
    return name.schema().map(List::of).orElse(searchPath);
  }

  private Collection<Table> live() {
    return tables.values().stream().filter(table -> !table.isGone()).toList();
  }

  Optional<Table> find(Name name) {
    if (name.schema().isEmpty()) {
      Optional<Table> temporary = find("pg_temp", name.name());
      if (temporary.isPresent()) {
        return temporary;
      }
    }
    return schemas(name).stream().flatMap(each -> find(each, name.name()).stream()).findFirst();
  }

  private Optional<Table> find(String schema, String name) {
    return tables.values().stream().filter(table -> table.is(schema, name)).findFirst();
  }

  Table table(long id) {
    Table table = tables.get(id);
    if (table == null) {
      throw new IllegalArgumentException("no relation has the number " + id);
    }
    return table;
  }

  boolean has(long id) {
    return tables.containsKey(id);
  }

  /** Adds a relation that a statement makes. */
  Table add(Name name, Catalog.Kind kind, boolean temporary, List<Long> parents) {
    String schema =
        temporary
            ? "pg_temp"
            : name.schema().orElse(searchPath.isEmpty() ? "public" : searchPath.getFirst());
    long id = next--;
    Relation relation =
        new Relation(
            id,
            schema,
            name.name(),
            kind,
            0,
            false,
            Optional.empty(),
            catalog.accessMethod(),
            List.of(),
            List.of(),
            List.of(),
            parents,
            false,
            List.of(),
            List.of());
    Table table = new Table(relation, label(schema, name.name()), true, temporary);
    tables.put(id, table);
    return table;
  }

  /** The tables below one, at any depth: its partitions and heirs. */
  List<Table> below(Table table) {
    List<Table> found = new ArrayList<>();
    for (Table each : live()) {
      if (each.parents().contains(table.id())) {
        found.add(each);
        found.addAll(below(each));
      }
    }
    return found;
  }

  /** A table with all below it. */
  List<Table> whole(Table table) {
    List<Table> all = new ArrayList<>(List.of(table));
    all.addAll(below(table));
    return all;
  }

  /** A table with those below it that a statement reaches. */
  List<Table> reached(Table table, SqlOperation.Reach reach) {
    boolean partitioned = table.kind() == Catalog.Kind.PARTITIONED;
    return switch (reach) {
      case ALONE -> List.of(table);
      case PARTITIONS -> partitioned ? whole(table) : List.of(table);
      case TRIGGERED ->
          whole(table).stream()
              .filter(each -> each == table || (partitioned && each.hasTriggers()))
              .toList();
      case WHOLE -> table.kind() == Catalog.Kind.VIEW ? read(table) : whole(table);
    };
  }

  /** A view with the tables and views that it reads, at any depth. */
  private List<Table> read(Table view) {
    Set<Table> found = new LinkedHashSet<>(List.of(view));
    for (Use use : view.uses()) {
      if (has(use.relation()) && !found.contains(table(use.relation()))) {
        Table used = table(use.relation());
        switch (used.kind()) {
          case VIEW -> found.addAll(read(used));
          case TABLE, PARTITIONED -> found.addAll(whole(used));
          case MATERIALIZED, FOREIGN -> {}
        }
      }
    }
    return List.copyOf(found);
  }

  /** The tables right below one. */
  List<Table> children(Table table) {
    return live().stream().filter(each -> each.parents().contains(table.id())).toList();
  }

  /** A column has another name from now on, wherever it is spoken of. */
  void renameColumn(Table table, String from, String to) {
    table.renameColumn(from, to);
    for (Table each : live()) {
      each.renameReferenced(table.id(), from, to);
    }
  }

  Optional<Table> defaultPartition(Table parent) {
    return live().stream()
        .filter(each -> each.isDefaultPartition() && each.parents().contains(parent.id()))
        .findFirst();
  }

  /** Where a foreign key stands. */
  record Reference(Table from, Constraint key) {}

  /** The foreign keys of other tables that point to one, or to what it is a partition of. */
  List<Reference> referencing(Table table) {
    List<Reference> found = new ArrayList<>();
    for (long parent : table.parents()) {
      if (has(parent) && table(parent).kind() == Catalog.Kind.PARTITIONED) {
        found.addAll(referencing(table(parent)));
      }
    }
    for (Table each : live()) {
      for (Constraint constraint : each.constraints()) {
        if (constraint.references().filter(id -> id == table.id()).isPresent()) {
          found.add(new Reference(each, constraint));
        }
      }
    }
    return found;
  }

  /** The table at the other end of a foreign key, with its partitions. */
  List<Table> referenced(Constraint key) {
    return key.references().filter(this::has).map(this::table).map(this::whole).orElse(List.of());
  }

  /** The views that read a table, or one column of it, at any depth. */
  Set<Table> readers(Table table, Optional<String> column) {
    Set<Table> found = new LinkedHashSet<>();
    for (Table view : live()) {
      boolean reads =
          view.uses().stream()
              .anyMatch(use -> use.relation() == table.id() && isAbout(use, column));
      if (reads && found.add(view)) {
        found.addAll(readers(view, Optional.empty()));
      }
    }
    return found;
  }

  private static boolean isAbout(Use use, Optional<String> column) {
    return column.isEmpty() || use.column().equals(column.get());
  }

  /** Where an index stands. */
  record Place(Table table, Index index) {}

  Optional<Place> index(Name name) {
    for (Table table : live()) {
      for (Index index : table.indexes()) {
        if (index.name().equals(name.name()) && schemas(name).contains(index.schema())) {
          return Optional.of(new Place(table, index));
        }
      }
    }
    return Optional.empty();
  }

  /** All relations of a schema. */
  List<Table> in(String schema) {
    return live().stream().filter(each -> each.schema().equals(schema)).toList();
  }

  /** All relations. */
  List<Table> all() {
    return List.copyOf(live());
  }

  /** Whether there is a thing that is no table; a sequence may have come with a column. */
  boolean isThere(SqlOperation.Thing thing, Name name) {
    return things.isThere(thing, name, schemas(name))
        || (thing == SqlOperation.Thing.SEQUENCE
            && live().stream()
                .anyMatch(each -> each.id() < 0 && name.name().startsWith(each.name() + "_")));
  }
}
