package dev.ripcord.postgres.catalog;

import dev.ripcord.migration.risk.Catalog;
import dev.ripcord.migration.risk.Catalog.Column;
import dev.ripcord.migration.risk.Catalog.Constraint;
import dev.ripcord.migration.risk.Catalog.Index;
import dev.ripcord.migration.risk.Catalog.Kind;
import dev.ripcord.migration.risk.Catalog.Part;
import dev.ripcord.migration.risk.Catalog.Relation;
import dev.ripcord.migration.risk.Catalog.Use;
import dev.ripcord.migration.statement.Name;
import dev.ripcord.migration.statement.SqlOperation;
import dev.ripcord.migration.statement.TypeName;
import dev.ripcord.postgres.Database;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Reads from a database what is needed to tell what a statement will do to it: tables with their
 * sizes, columns, indexes and constraints, views, domains, casts and functions. Changes nothing;
 * its session is one like those in which migrations run, so that its settings are theirs.
 */
public final class CatalogReader {
  private final Vertx vertx;
  private final Database database;

  /** Nothing is opened before the first call. */
  public CatalogReader(Vertx vertx, Database database) {
    this.vertx = vertx;
    this.database = database;
  }

  /**
   * The database as it stands. Fails with a {@link dev.ripcord.port.SchemaException} when it cannot
   * be reached or read. May be called from any thread and never blocks.
   */
  public Future<Catalog> read() {
    return PgConnection.connect(vertx, database.options())
        .timeout(database.connectTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .compose(
            connection ->
                Future.succeededFuture(connection)
                    .compose(CatalogReader::read)
                    .eventually(() -> connection.close().otherwiseEmpty()))
        .recover(failure -> Future.failedFuture(database.explain(failure)));
  }

  private static Future<Catalog> read(PgConnection connection) {
    List<String> questions = CatalogSql.QUESTIONS;
    List<Future<List<Row>>> answers = new ArrayList<>();
    answers.add(
        ask(connection, "BEGIN READ ONLY; SET LOCAL lock_timeout = '10s'; SET LOCAL jit = off"));
    questions.forEach(question -> answers.add(ask(connection, question)));
    answers.add(ask(connection, "COMMIT"));
    return Future.all(answers)
        .map(
            done -> {
              Map<String, List<Row>> rows = new HashMap<>();
              for (int i = 0; i < questions.size(); i++) {
                rows.put(questions.get(i), done.resultAt(i + 1));
              }
              return catalog(rows);
            });
  }

  private static Future<List<Row>> ask(PgConnection connection, String sql) {
    return connection.query(sql).execute().map(set -> set.stream().toList());
  }

  private static Catalog catalog(Map<String, List<Row>> rows) {
    Row session = rows(rows, CatalogSql.SESSION).getFirst();
    return new Catalog(
        session.getInteger("version") / 10_000,
        Arrays.asList(session.getArrayOfStrings("path")),
        session.getBoolean("utc"),
        relations(rows, session.getString("tablespace")),
        rows(rows, CatalogSql.TYPES).stream().map(CatalogReader::type).toList(),
        rows(rows, CatalogSql.CASTS).stream().map(CatalogReader::cast).collect(Collectors.toSet()),
        functions(rows, row -> row.getBoolean("volatile")),
        functions(rows, row -> !row.getBoolean("volatile")),
        functions(rows, row -> row.getBoolean("own")),
        session.getString("method"),
        rows(rows, CatalogSql.THINGS).stream()
            .map(CatalogReader::thing)
            .collect(Collectors.toSet()));
  }

  private static Catalog.Named thing(Row row) {
    return new Catalog.Named(
        SqlOperation.Thing.valueOf(row.getString("thing")),
        new Name(Optional.ofNullable(row.getString("schema")), row.getString("name")));
  }

  private static List<Row> rows(Map<String, List<Row>> rows, String question) {
    return rows.getOrDefault(question, List.of());
  }

  private static Set<String> functions(Map<String, List<Row>> rows, Function<Row, Boolean> which) {
    return rows(rows, CatalogSql.FUNCTIONS).stream()
        .filter(which::apply)
        .map(row -> row.getString("name"))
        .collect(Collectors.toSet());
  }

  private static String cast(Row row) {
    return TypeName.of(row.getString("source")).name()
        + ">"
        + TypeName.of(row.getString("target")).name();
  }

  private static Catalog.Type type(Row row) {
    return new Catalog.Type(
        row.getString("schema"),
        row.getString("name"),
        row.getString("label"),
        Optional.of(TypeName.of(row.getString("base"))),
        row.getBoolean("constrained"));
  }

  private static List<Relation> relations(Map<String, List<Row>> rows, String tablespace) {
    Map<Long, List<Column>> columns =
        grouped(
            rows,
            CatalogSql.COLUMNS,
            row ->
                new Column(
                    row.getString("name"),
                    TypeName.of(row.getString("type")),
                    row.getBoolean("not_null"),
                    row.getBoolean("has_default")));
    Map<Long, List<Index>> indexes =
        grouped(
            rows,
            CatalogSql.INDEXES,
            row ->
                new Index(
                    row.getString("schema"),
                    row.getString("name"),
                    row.getBoolean("is_unique"),
                    strings(row, "columns"),
                    Optional.ofNullable(row.getString("constraint"))));
    Map<Long, List<Constraint>> constraints =
        grouped(rows, CatalogSql.CONSTRAINTS, CatalogReader::constraint);
    Map<Long, List<Long>> parents = grouped(rows, CatalogSql.PARENTS, row -> row.getLong("parent"));
    Map<Long, List<Use>> uses =
        grouped(
            rows, CatalogSql.USES, row -> new Use(row.getLong("used"), row.getString("column")));
    Map<Long, List<Part>> parts =
        grouped(
            rows,
            CatalogSql.PARTS,
            row -> new Part(row.getString("kind").charAt(0), row.getString("name")));
    return rows(rows, CatalogSql.RELATIONS).stream()
        .map(
            row -> {
              long id = row.getLong("id");
              return new Relation(
                  id,
                  row.getString("schema"),
                  row.getString("name"),
                  kind(row.getString("kind")),
                  row.getLong("bytes"),
                  row.getBoolean("unlogged"),
                  Optional.ofNullable(row.getString("tablespace"))
                      .or(() -> Optional.of(tablespace)),
                  Optional.ofNullable(row.getString("method")).orElse(""),
                  columns.getOrDefault(id, List.of()),
                  indexes.getOrDefault(id, List.of()),
                  constraints.getOrDefault(id, List.of()),
                  parents.getOrDefault(id, List.of()),
                  row.getBoolean("is_default"),
                  uses.getOrDefault(id, List.of()),
                  parts.getOrDefault(id, List.of()));
            })
        .toList();
  }

  private static <T> Map<Long, List<T>> grouped(
      Map<String, List<Row>> rows, String question, Function<Row, T> make) {
    return rows(rows, question).stream()
        .collect(
            Collectors.groupingBy(
                row -> row.getLong("id"), Collectors.mapping(make, Collectors.toList())));
  }

  private static List<String> strings(Row row, String column) {
    String[] values = row.getArrayOfStrings(column);
    return values == null ? List.of() : List.of(values);
  }

  private static Constraint constraint(Row row) {
    return new Constraint(
        row.getString("name"),
        row.getString("kind").charAt(0),
        row.getBoolean("validated"),
        strings(row, "columns"),
        row.getString("definition"),
        Optional.of(row.getLong("other")).filter(other -> other != 0),
        strings(row, "referenced"));
  }

  private static Kind kind(String relkind) {
    return switch (relkind) {
      case "p" -> Kind.PARTITIONED;
      case "v" -> Kind.VIEW;
      case "m" -> Kind.MATERIALIZED;
      case "f" -> Kind.FOREIGN;
      default -> Kind.TABLE;
    };
  }
}
