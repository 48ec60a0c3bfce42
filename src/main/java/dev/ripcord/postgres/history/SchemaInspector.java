package dev.ripcord.postgres.history;

import dev.ripcord.migration.History;
import dev.ripcord.port.SchemaException;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.catalog.TableCatalogSql;
import dev.ripcord.postgres.history.SchemaInspection.Column;
import dev.ripcord.postgres.history.SchemaInspection.Constraint;
import dev.ripcord.postgres.history.SchemaInspection.Rows;
import dev.ripcord.postgres.history.SchemaInspection.Table;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads what is in a database, without writing anything. May be called from any thread. */
public final class SchemaInspector {
  private static final String UNKNOWN =
      "SELECT unnest($1::text[]) EXCEPT SELECT nspname::text FROM pg_namespace";
  private static final String CHOSEN =
      " AND (cardinality($1::text[]) = 0 OR n.nspname = ANY ($1::text[])) ";
  private static final String TABLES =
      """
      SELECT c.oid::int8 AS oid, c.oid::regclass::text AS name, coalesce(s.n_live_tup, 0) AS live,
        coalesce(s.n_tup_ins, 0) AS inserted, coalesce(s.n_tup_upd, 0) AS updated,
        coalesce(s.n_tup_del, 0) AS deleted, row_security_active(c.oid) AS hidden
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid
      WHERE c.relkind IN ('r', 'p') AND n.nspname <> $2
      """
          + CHOSEN
          + " AND c.relnamespace "
          + TableCatalogSql.USER
          + " ORDER BY 2";
  private static final String COLUMNS =
      """
      SELECT a.attrelid::int8 AS oid, quote_ident(a.attname) AS name,
        format_type(a.atttypid, a.atttypmod) AS type, NOT a.attnotnull AS nullable,
        pg_get_expr(d.adbin, d.adrelid) AS fallback
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p')
        JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      WHERE a.attnum > 0 AND NOT a.attisdropped
      """
          + CHOSEN
          + " ORDER BY a.attrelid, a.attnum";
  private static final String CONSTRAINTS =
      """
      SELECT k.conrelid::int8 AS oid, quote_ident(k.conname) AS name, k.contype::text AS sort,
        pg_get_constraintdef(k.oid) AS definition, k.convalidated AS validated,
        k.conparentid <> 0 AS inherited, k.confmatchtype = 'f' AS match_full,
        k.confrelid::regclass::text AS target,
        row_security_active(k.conrelid) OR CASE WHEN k.confrelid <> 0
          THEN row_security_active(k.confrelid) ELSE false END AS hidden,
        (SELECT array_agg(quote_ident(a.attname) ORDER BY o) FROM
          unnest(k.conkey) WITH ORDINALITY u (n, o) JOIN pg_attribute a
            ON a.attrelid = k.conrelid AND a.attnum = u.n) AS columns,
        (SELECT array_agg(quote_ident(a.attname) ORDER BY o) FROM
          unnest(k.confkey) WITH ORDINALITY u (n, o) JOIN pg_attribute a
            ON a.attrelid = k.confrelid AND a.attnum = u.n) AS target_columns
      FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace
      WHERE k.conrelid <> 0 AND k.contype <> 't'
      """
          + CHOSEN
          + " ORDER BY k.conrelid, k.contype, k.conname";

  private final Vertx vertx;
  private final Database database;
  private final MigrationTables books;

  /**
   * Opens nothing yet.
   *
   * @param setup where the history is
   */
  public SchemaInspector(Vertx vertx, Database database, MigrationSetup setup) {
    this.vertx = vertx;
    this.database = database;
    this.books = new MigrationTables(setup.schema());
  }

  /**
   * What to look at.
   *
   * @param schemas names; none means all
   * @param foreignKeys whether all foreign keys are counted through; else those that are NOT VALID
   * @param count whether rows are counted one by one
   */
  public record Wish(List<String> schemas, boolean foreignKeys, boolean count) {
    public Wish {
      schemas = List.copyOf(schemas);
    }
  }

  /** Looks. Fails with a {@link SchemaException} when the database cannot be reached. */
  public Future<SchemaInspection> inspect(Wish wish) {
    return database.onThread(
        "inspect",
        () -> {
          try (MigrationSession session = MigrationSession.open(vertx, database)) {
            refuseUnknown(session, wish.schemas());
            History history = new MigrationHistory(books).history(session.client()).await();
            Optional<SchemaRecords.Look> look =
                SchemaRecords.areThere(session, books)
                    ? Optional.of(new SchemaRecords(books).read(session, history))
                    : Optional.empty();
            session.run("BEGIN READ ONLY; SET LOCAL search_path = ''");
            List<Table> tables = tables(session, wish);
            session.run("COMMIT");
            return new SchemaInspection(
                tables,
                SchemaRecords.version(history),
                look.filter(SchemaRecords.Look::known).isPresent(),
                look.map(SchemaRecords.Look::differences).orElse(List.of()));
          }
        });
  }

  private void refuseUnknown(MigrationSession session, List<String> schemas) {
    List<Row> unknown = session.ask(UNKNOWN, (Object) schemas.toArray(String[]::new));
    if (!unknown.isEmpty()) {
      throw new SchemaException(
          "database "
              + database.label()
              + " has no schema "
              + unknown.getFirst().getString(0)
              + "; name one that is there with --schema, or none for all");
    }
  }

  private List<Table> tables(MigrationSession session, Wish wish) {
    Object schemas = wish.schemas().toArray(String[]::new);
    Map<Long, List<Column>> columns = new LinkedHashMap<>();
    for (Row row : session.ask(COLUMNS, schemas)) {
      columns.computeIfAbsent(row.getLong("oid"), o -> new ArrayList<>()).add(column(row));
    }
    Map<Long, List<Row>> constraints = new LinkedHashMap<>();
    for (Row row : session.ask(CONSTRAINTS, schemas)) {
      constraints.computeIfAbsent(row.getLong("oid"), o -> new ArrayList<>()).add(row);
    }
    List<Table> tables = new ArrayList<>();
    for (Row row : session.ask(TABLES, schemas, books.schema())) {
      String name = row.getString("name");
      List<Constraint> own = new ArrayList<>();
      for (Row each : constraints.getOrDefault(row.getLong("oid"), List.of())) {
        own.add(constraint(session, wish, name, each));
      }
      OptionalLong exact =
          wish.count() && !row.getBoolean("hidden")
              ? OptionalLong.of(number(session, "SELECT count(*) FROM " + name))
              : OptionalLong.empty();
      Rows rows =
          new Rows(
              row.getLong("live"),
              row.getLong("inserted"),
              row.getLong("updated"),
              row.getLong("deleted"),
              exact,
              wish.count() && row.getBoolean("hidden"));
      tables.add(new Table(name, columns.getOrDefault(row.getLong("oid"), List.of()), own, rows));
    }
    return tables;
  }

  private static long number(MigrationSession session, String sql) {
    return session.ask(sql).getFirst().getLong(0);
  }

  private static Column column(Row row) {
    return new Column(
        row.getString("name"),
        row.getString("type"),
        row.getBoolean("nullable"),
        Optional.ofNullable(row.getString("fallback")));
  }

  private static Constraint constraint(MigrationSession session, Wish wish, String table, Row row) {
    boolean validated = row.getBoolean("validated");
    String sort = row.getString("sort");
    boolean counted =
        sort.equals("f") && (wish.foreignKeys() || !validated) && !row.getBoolean("hidden");
    return new Constraint(
        row.getString("name"),
        kind(sort),
        row.getString("definition"),
        validated,
        counted ? OptionalLong.of(number(session, orphans(table, row))) : OptionalLong.empty());
  }

  /** A key with a NULL in it points to nothing on purpose; under MATCH FULL only where all are. */
  private static String orphans(String table, Row row) {
    String[] columns = row.getArrayOfStrings("columns");
    String[] targets = row.getArrayOfStrings("target_columns");
    List<String> set = new ArrayList<>();
    List<String> meets = new ArrayList<>();
    for (int i = 0; i < columns.length; i++) {
      set.add("f." + columns[i] + " IS NOT NULL");
      meets.add("t." + targets[i] + " = f." + columns[i]);
    }
    String some = String.join(row.getBoolean("match_full") ? " OR " : " AND ", set);
    return "SELECT count(*) FROM "
        + table
        + " f WHERE ("
        + some
        + ") AND NOT EXISTS (SELECT FROM "
        + row.getString("target")
        + " t WHERE "
        + String.join(" AND ", meets)
        + ")";
  }

  private static String kind(String sort) {
    return switch (sort) {
      case "p" -> "primary key";
      case "u" -> "unique";
      case "c" -> "check";
      case "f" -> "foreign key";
      case "x" -> "exclusion";
      case "n" -> "not null";
      default -> "constraint";
    };
  }
}
