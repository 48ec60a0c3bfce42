package dev.ripcord.migration.risk;

import dev.ripcord.migration.risk.Catalog.Column;
import dev.ripcord.migration.risk.Catalog.Constraint;
import dev.ripcord.migration.risk.Catalog.Index;
import dev.ripcord.migration.risk.Catalog.Kind;
import dev.ripcord.migration.risk.Catalog.Named;
import dev.ripcord.migration.risk.Catalog.Relation;
import dev.ripcord.migration.sql.Script;
import dev.ripcord.migration.statement.Name;
import dev.ripcord.migration.statement.SqlOperation.Thing;
import dev.ripcord.migration.statement.TypeName;
import dev.ripcord.parse.SqlParser;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A catalog by hand: a large table, a small one that it points to, and a view. */
final class SmallShop {
  static final long ORDERS_BYTES = 3_328_599_654L; // 3.1 GB

  private SmallShop() {}

  static Forecast forecast() {
    return Forecast.of(catalog(18), new SqlParser()::read);
  }

  static Assessment assess(String sql) {
    return forecast().run(Script.parse(sql));
  }

  static Catalog catalog(int version) {
    Relation customer =
        table(
            1,
            "customer",
            Kind.TABLE,
            8192,
            List.of(column("id", "integer", true), column("email", "text", false)),
            List.of(
                new Index(
                    "public", "customer_pkey", true, List.of("id"), Optional.of("customer_pkey"))),
            List.of(key("customer_pkey", 'p', "id", 0)),
            List.of());
    Relation orders =
        table(
            2,
            "orders",
            Kind.TABLE,
            ORDERS_BYTES,
            List.of(
                column("id", "integer", true),
                column("customer_id", "integer", true),
                column("note", "text", false),
                column("state", "character varying(20)", false)),
            List.of(new Index("public", "orders_state", false, List.of("state"), Optional.empty())),
            List.of(key("orders_customer", 'f', "customer_id", 1)),
            List.of());
    Relation view =
        table(
            3,
            "order_view",
            Kind.VIEW,
            0,
            List.of(column("id", "integer", false)),
            List.of(),
            List.of(),
            List.of(new Catalog.Use(2, ""), new Catalog.Use(2, "id")));
    return new Catalog(
        version,
        List.of("public"),
        false,
        List.of(customer, orders, view),
        List.of(),
        Set.of("character varying>text", "text>character varying"),
        Set.of(
            "random",
            "nextval",
            "setval",
            "set_config",
            "lo_unlink",
            "pg_advisory_lock",
            "pg_sleep",
            "pg_import_system_collations",
            "query_to_xml",
            "pg_terminate_backend",
            "own_thing"),
        Set.of("now", "lower", "generate_series", "own_steady"),
        Set.of("own_thing", "own_steady"),
        "heap",
        Set.of(
            new Named(Thing.SCHEMA, Name.of("public")),
            new Named(Thing.SEQUENCE, Name.of("public", "counter")),
            new Named(Thing.TYPE, Name.of("public", "mood")),
            new Named(Thing.EXTENSION, Name.of("citext")),
            new Named(Thing.FUNCTION, Name.of("public", "own_thing"))));
  }

  private static Column column(String name, String type, boolean notNull) {
    return new Column(name, TypeName.of(type), notNull, false);
  }

  private static Constraint key(String name, char kind, String column, long other) {
    return new Constraint(
        name,
        kind,
        true,
        List.of(column),
        "",
        Optional.of(other).filter(id -> id != 0),
        other == 0 ? List.of() : List.of("id"));
  }

  private static Relation table(
      long id,
      String name,
      Kind kind,
      long bytes,
      List<Column> columns,
      List<Index> indexes,
      List<Constraint> constraints,
      List<Catalog.Use> uses) {
    return new Relation(
        id,
        "public",
        name,
        kind,
        bytes,
        false,
        Optional.of("pg_default"),
        "heap",
        columns,
        indexes,
        constraints,
        List.of(),
        false,
        uses,
        List.of());
  }
}
