package dev.ripcord.postgres;

import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Some real rows of each table, with the rows that they point to, as text that takes them unchanged
 * from one database to another of the same server version.
 */
final class ShadowRows {
  private static final int WHOLE_MAX = 1000;
  private static final int SOME = 60;
  private static final int ROUNDS = 12;

  private static final String TABLES =
      """
      SELECT c.oid::regclass::text AS name, c.reltuples::float8 AS rows,
        array_agg(quote_ident(a.attname) ORDER BY a.attnum) FILTER (WHERE a.attgenerated = '')
          AS columns
      FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
        AND NOT a.attisdropped
      WHERE c.relkind = 'r' AND NOT row_security_active(c.oid) AND c.relnamespace
      """
          + CatalogParts.USER
          + " GROUP BY c.oid ORDER BY 1";
  private static final String READ =
      """
      SELECT c.oid::regclass::text AS name, row_security_active(c.oid) AS hidden
      FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace
      """
          + CatalogParts.USER;
  private static final String KEYS =
      """
      SELECT k.conrelid::regclass::text AS child, k.confrelid::regclass::text AS parent,
        (SELECT string_agg('(c.r).' || quote_ident(a.attname) || ' = p.' || quote_ident(b.attname),
            ' AND ') FROM unnest(k.conkey, k.confkey) u (x, y)
          JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.x
          JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = u.y) AS pairs
      FROM pg_constraint k WHERE k.contype = 'f'
      """;

  private final Map<String, List<String>> columns = new LinkedHashMap<>();
  private final Map<String, Own> rows = new LinkedHashMap<>();

  /** The rows of a table; where it has no key, two of them may be the same. */
  private static final class Own {
    private final List<String> all = new ArrayList<>();
    private final Set<String> known = new HashSet<>();

    void take(List<String> read) {
      all.addAll(read);
      known.addAll(read);
    }

    /** Whether it is a row that was not there. */
    boolean add(String row) {
      return known.add(row) && all.add(row);
    }
  }

  private ShadowRows() {}

  /** No rows at all. */
  static ShadowRows none() {
    return new ShadowRows();
  }

  /** Reads them. The session is in a transaction that cannot write, with neutral settings. */
  static ShadowRows read(MigrationSession live) {
    ShadowRows found = new ShadowRows();
    List<Row> tables = live.ask(TABLES);
    int share = Math.max(10, 20_000 / Math.max(1, tables.size()));
    for (Row table : tables) {
      found.read(live, table, share);
    }
    List<Row> keys = live.ask(KEYS);
    int round = 0;
    while (round < ROUNDS && found.follow(live, keys)) {
      round++;
    }
    return found;
  }

  private void read(MigrationSession live, Row table, int share) {
    String name = table.getString("name");
    String[] names = table.getArrayOfStrings("columns");
    if (names == null) {
      return;
    }
    columns.put(name, List.of(names));
    double many = table.getDouble("rows");
    Own own = rows.computeIfAbsent(name, n -> new Own());
    int limit = many > WHOLE_MAX ? Math.min(SOME, share) : Math.min(WHOLE_MAX, share);
    own.take(texts(live, select(name, "") + " LIMIT " + limit));
    if (many > WHOLE_MAX) {
      double percent = Math.clamp(100 * 20.0 * SOME / many, 0.000_1, 100);
      String sample = " TABLESAMPLE SYSTEM (" + percent + ")";
      texts(live, select(name, sample) + " LIMIT " + limit).forEach(own::add);
    }
  }

  private static String select(String table, String sample) {
    return "SELECT \"ripcord row\"::text FROM ONLY " + table + " \"ripcord row\"" + sample;
  }

  private static List<String> texts(MigrationSession live, String sql) {
    return live.ask(sql).stream().map(row -> row.getString(0)).toList();
  }

  /** Adds the rows that are pointed to; whether there were any more. */
  private boolean follow(MigrationSession live, List<Row> keys) {
    boolean more = false;
    for (Row key : keys) {
      String child = key.getString("child");
      Own own = rows.get(child);
      Own targets = rows.get(key.getString("parent"));
      if (own == null || own.all.isEmpty() || targets == null) {
        continue;
      }
      String sql =
          "SELECT p::text FROM ONLY %s p WHERE EXISTS (SELECT FROM (SELECT v::%s AS r FROM unnest($1::text[]) v) c WHERE %s)"
              .formatted(key.getString("parent"), child, key.getString("pairs"));
      for (Row row : live.ask(sql, (Object) own.all.toArray(String[]::new))) {
        more |= targets.add(row.getString(0));
      }
    }
    return more;
  }

  /** Whether the live database has no others. */
  boolean areAll(MigrationSession live) {
    for (Row table : live.ask(READ)) {
      String name = table.getString("name");
      Own own = rows.get(name);
      long known = own == null ? 0 : own.all.size();
      if (table.getBoolean("hidden")
          || !live.ask("SELECT FROM ONLY " + name + " OFFSET " + known + " LIMIT 1").isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** Writes them into a database that has the tables and no rules on them yet. */
  void write(MigrationSession shadow) {
    rows.forEach(
        (table, own) -> {
          if (!own.all.isEmpty()) {
            shadow.ask(insert(table), (Object) own.all.toArray(String[]::new));
          }
        });
  }

  private String insert(String table) {
    List<String> names = columns.getOrDefault(table, List.of());
    List<String> cells = new ArrayList<>();
    names.forEach(name -> cells.add("(x.r)." + name));
    return "INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM (SELECT v::%s AS r FROM unnest($1::text[]) v) x"
        .formatted(table, String.join(", ", names), String.join(", ", cells), table);
  }
}
