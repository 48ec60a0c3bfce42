package dev.ripcord.postgres.catalog;

import dev.ripcord.migration.proof.CatalogObject;
import dev.ripcord.migration.proof.Contents;
import dev.ripcord.migration.proof.Fact;
import dev.ripcord.migration.proof.Fingerprint;
import dev.ripcord.migration.sql.Quoting;
import dev.ripcord.postgres.MigrationSession;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads a whole database for a comparison: what the catalog says, where the sequences stand, every
 * row. Leaves the session with an empty {@code search_path} and standard settings of output.
 */
public final class FingerprintReader {
  private static final String NEUTRAL =
      """
      RESET ALL;
      SELECT set_config(name, value, false) FROM (VALUES ('search_path', ''),
        ('timezone', 'UTC'), ('datestyle', 'ISO'), ('intervalstyle', 'postgres'),
        ('extra_float_digits', '1'), ('bytea_output', 'hex'), ('row_security', 'off'), ('jit', 'off')) v (name, value)
      """;
  private static final String NAMED =
      """
      SELECT c.oid::regclass::text AS name, s.seqincrement AS step
      FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
      WHERE c.relnamespace
      """
          + TableCatalogSql.USER
          + " ORDER BY 1";
  private static final String TABLES =
      """
      SELECT c.oid::regclass::text AS name,
        array_agg(quote_ident(a.attname) ORDER BY a.attnum) AS columns,
        coalesce((SELECT array_agg(quote_ident(k.attname) ORDER BY k.attnum) FROM pg_index i
          JOIN pg_attribute k ON k.attrelid = c.oid AND k.attnum = ANY (i.indkey)
          WHERE i.indrelid = c.oid AND i.indisprimary), '{}') AS key,
        row_security_active(c.oid) AS hidden
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
      WHERE a.attnum > 0 AND NOT a.attisdropped
        AND (c.relkind = 'r' OR $1 AND c.relkind = 'm' AND c.relispopulated) AND c.relnamespace
      """
          + TableCatalogSql.USER
          + " GROUP BY c.oid ORDER BY 1";
  private static final String LARGE =
      "SELECT oid::text AS name, md5(lo_get(oid)) AS sum FROM pg_largeobject_metadata ORDER BY oid";

  private final MigrationSession session;

  public FingerprintReader(MigrationSession session) {
    this.session = session;
  }

  /** Makes names and values read the same whatever a migration has set. */
  public void resetSession() {
    session.run(NEUTRAL);
  }

  /** What the catalog says, and where the sequences stand. */
  public Fingerprint fingerprint() {
    List<Fact> facts = facts();
    positions()
        .forEach(
            (name, position) ->
                facts.add(
                    new Fact(
                        new CatalogObject("sequence", name, ""),
                        Fingerprint.POSITION,
                        position.next())));
    return Fingerprint.of(facts);
  }

  /** What the catalog says. */
  public List<Fact> facts() {
    resetSession();
    List<Fact> facts = new ArrayList<>();
    for (Row row : session.ask(TableCatalogSql.question())) {
      CatalogObject thing = new CatalogObject(row.getString(0), row.getString(1), row.getString(2));
      facts.add(new Fact(thing, row.getString(3), row.getString(4)));
    }
    return facts;
  }

  /**
   * Where a sequence stands.
   *
   * @param last its value
   * @param called whether that value was given out
   * @param step what is added for the next
   */
  public record Position(long last, boolean called, long step) {
    /** Whether numbers that were given out before are given out again. */
    public boolean isBehind(Position before) {
      return Fingerprint.wentBack(before.next(), next());
    }

    String next() {
      return BigInteger.valueOf(last).add(BigInteger.valueOf(called ? step : 0)) + " " + step;
    }
  }

  /** Where each sequence stands, by name. */
  public Map<String, Position> positions() {
    List<Row> names = session.ask(NAMED);
    if (names.isEmpty()) {
      return Map.of();
    }
    String each =
        names.stream()
            .map(
                row ->
                    "SELECT "
                        + Quoting.text(row.getString("name"))
                        + ", last_value, is_called, "
                        + row.getLong("step")
                        + "::int8 FROM "
                        + row.getString("name"))
            .collect(Collectors.joining(" UNION ALL "));
    Map<String, Position> positions = new LinkedHashMap<>();
    for (Row row : session.ask(each)) {
      positions.put(
          row.getString(0), new Position(row.getLong(1), row.getBoolean(2), row.getLong(3)));
    }
    return positions;
  }

  /** Puts sequences back to where they stood; a trial moves them, rolled back or not. */
  public void restore(Map<String, Position> positions) {
    List<String> moved = new ArrayList<>();
    positions()
        .forEach(
            (name, now) -> {
              Position then = positions.getOrDefault(name, now);
              if (!then.equals(now)) {
                moved.add("(%s, %d, %s)".formatted(Quoting.text(name), then.last(), then.called()));
              }
            });
    if (!moved.isEmpty()) {
      session.run(
          "SELECT setval(name::regclass, last, called) FROM (VALUES "
              + String.join(", ", moved)
              + ") v (name, last, called)");
    }
  }

  /**
   * Takes a number of each sequence, as code that inserts rows would, and gives where they stand.
   * Inside a transaction.
   */
  public Map<String, Position> takeNumbers() {
    resetSession();
    session.run("SAVEPOINT numbers");
    try {
      session.run("SELECT nextval(seqrelid::regclass) FROM pg_sequence");
    } catch (PgException exhausted) {
      session.run("ROLLBACK TO SAVEPOINT numbers"); // Those taken so far stay taken.
    }
    return positions();
  }

  /** Every row of every table and materialized view, and a sum of every large object. */
  public Contents contents() {
    return contents(true);
  }

  /** The same without materialized views, which follow from the tables when they are refreshed. */
  public Contents written() {
    return contents(false);
  }

  private Contents contents(boolean derived) {
    resetSession();
    Map<String, Contents.Rows> tables = new LinkedHashMap<>();
    Set<String> hidden = new HashSet<>();
    List<Row> found = new ArrayList<>();
    for (Row table : session.ask(TABLES, derived)) {
      if (table.getBoolean("hidden")) {
        hidden.add(table.getString("name"));
      } else {
        found.add(table);
      }
    }
    Map<String, List<List<String>>> rows = rows(found);
    for (Row table : found) {
      String name = table.getString("name");
      tables.put(
          name,
          new Contents.Rows(
              List.of(table.getArrayOfStrings("columns")),
              List.of(table.getArrayOfStrings("key")),
              rows.getOrDefault(name, List.of())));
    }
    List<List<String>> large =
        session.ask(LARGE).stream()
            .map(row -> List.of(row.getString(0), String.valueOf(row.getString(1))))
            .toList();
    tables.put("large objects", new Contents.Rows(List.of("oid", "sum"), List.of("oid"), large));
    return new Contents(tables, hidden);
  }

  private Map<String, List<List<String>>> rows(List<Row> tables) {
    Map<String, List<List<String>>> rows = new LinkedHashMap<>();
    if (tables.isEmpty()) {
      return rows;
    }
    String each =
        tables.stream().map(FingerprintReader::select).collect(Collectors.joining(" UNION ALL "));
    for (Row row : session.ask(each)) {
      rows.computeIfAbsent(row.getString(0), t -> new ArrayList<>())
          .add(List.of(row.getArrayOfStrings(1)));
    }
    return rows;
  }

  private static String select(Row table) {
    String cells =
        Arrays.stream(table.getArrayOfStrings("columns"))
            .map(column -> "quote_nullable(" + column + "::text)")
            .collect(Collectors.joining(", "));
    String name = table.getString("name");
    return "SELECT " + Quoting.text(name) + ", ARRAY[" + cells + "] FROM ONLY " + name;
  }
}
