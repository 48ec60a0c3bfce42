package dev.ripcord.migration.risk;

import dev.ripcord.migration.risk.Catalog.Kind;
import dev.ripcord.migration.risk.OperationImpact.Code;
import dev.ripcord.migration.statement.Grade;
import dev.ripcord.migration.statement.LockMode;
import dev.ripcord.migration.statement.Name;
import dev.ripcord.migration.statement.SqlOperation;
import dev.ripcord.migration.statement.SqlOperation.Writing;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What becomes of a table when its rows are changed, or all of them are gone through.
 *
 * @param world the database
 * @param findings takes what is found
 */
record RowJudge(SchemaModel world, Findings findings) {
  private Optional<Table> existing(Name name, String what) {
    Optional<Table> found = world.find(name);
    if (found.isEmpty()) {
      findings.unknown(what + " " + name + ": the database has no such table or view");
    }
    return found;
  }

  private List<Table> one(Optional<Name> name, String what) {
    if (name.isEmpty()) {
      return world.all().stream()
          .filter(table -> table.hasRows() || table.kind() == Kind.PARTITIONED)
          .toList();
    }
    return existing(name.get(), what).map(world::whole).orElse(List.of());
  }

  void rebuild(SqlOperation.Rebuild rebuild) {
    for (Table table : one(rebuild.table(), rebuild.what())) {
      findings.lock(table, LockMode.ACCESS_EXCLUSIVE, rebuild.what());
      if (table.hasRows()) {
        String size = new Size(table.bytes()).during(Size.Work.REWRITE);
        findings.add(
            Code.REWRITE,
            table,
            rebuild.what() + " writes " + table.label() + " anew (" + size + ")");
      }
    }
  }

  void maintain(SqlOperation.Maintain maintain) {
    Optional<Table> named = maintain.table().flatMap(world::find);
    boolean alone =
        named.filter(table -> table.kind() == Kind.TABLE).isPresent()
            && world.catalog().version() < 18; // earlier servers leave the heirs alone
    for (Table table : alone ? named.stream().toList() : one(maintain.table(), maintain.what())) {
      findings.lock(table, LockMode.SHARE_UPDATE_EXCLUSIVE, maintain.what());
    }
  }

  void write(SqlOperation.Write write) {
    Optional<Table> found = existing(write.table(), verb(write));
    boolean few = write.how() == Writing.INSERT_VALUES;
    findings.floor(few ? Grade.MEDIUM : Grade.VERY_HIGH);
    if (found.isEmpty() || few) {
      return;
    }
    Table table = found.get();
    String size = new Size(table.bytes()).text();
    OptionalInt batch = findings.batch();
    String rows =
        switch (write.how()) {
          case UPDATE, DELETE -> write.all() ? "every row" : "the rows that its WHERE chooses";
          case MERGE, INSERT_QUERY, COPY, INSERT_VALUES -> "as many rows as its source has";
        };
    findings.add(
        Code.BULK_DATA,
        table,
        verb(write)
            + " changes "
            + rows
            + " of "
            + table.label()
            + " ("
            + size
            + ") "
            + (batch.isPresent() ? batch.getAsInt() + " at a time" : "at once"),
        batch.isPresent()
            ? Optional.empty()
            : Optional.of("change the rows in batches, each in its own transaction"));
    if (write.how() == Writing.DELETE && write.all()) {
      findings.add(Code.DESTRUCTIVE, table, "DELETE removes every row of " + table.label());
    }
  }

  private static String verb(SqlOperation.Write write) {
    String name = write.how().name().toUpperCase(Locale.ROOT);
    return name.startsWith("INSERT") ? "INSERT" : name;
  }

  void refresh(SqlOperation.Refresh refresh) {
    findings.floor(Grade.MEDIUM);
    Optional<Table> found = existing(refresh.view(), "REFRESH MATERIALIZED VIEW");
    if (found.isEmpty()) {
      return;
    }
    Table view = found.get();
    if (refresh.concurrently()) {
      findings.lock(view, LockMode.EXCLUSIVE, "REFRESH MATERIALIZED VIEW CONCURRENTLY");
      return;
    }
    Optional<String> instead =
        Optional.of("REFRESH MATERIALIZED VIEW CONCURRENTLY, which needs a unique index");
    findings.lock(view, LockMode.ACCESS_EXCLUSIVE, "REFRESH MATERIALIZED VIEW", instead);
    String size = new Size(view.bytes()).during(Size.Work.REWRITE);
    findings.add(
        Code.REWRITE, view, "runs its query and writes " + view.label() + " anew (" + size + ")");
  }
}
