package dev.ripcord.postgres.shadow;

import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.catalog.TableCatalogSql;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Some real rows of each table, with the rows that they point to, as text that takes them unchanged
 * from one database to another of the same server version.
 */
final class ShadowRows {
  private static final int WHOLE_MAX = 1000;
  private static final int SOME = 60;
  private static final int ROUNDS = 12;
  private static final String CANCELLED = "57014";

  /** The greatest keys are read in so many indexes of a table. */
  private static final int INDEXES_MAX = 4;

  /** At the end of a table pages may be empty. */
  private static final int LAST_PAGES = 32;

  /** An index with millions of dead entries at its end is not read to the end. */
  private static final String DEADLINE = "10s";

  private static final String TABLES =
      """
      SELECT c.oid::regclass::text AS name,
        coalesce((SELECT m.amname = 'heap' FROM pg_am m WHERE m.oid = c.relam), false) AS heap,
        coalesce(pg_relation_size(c.oid) / current_setting('block_size')::int8, 0) AS pages,
        array_agg(quote_ident(a.attname) ORDER BY a.attnum) FILTER (WHERE a.attgenerated = '')
          AS columns,
        ARRAY(SELECT quote_ident(k.attname) FROM pg_index i
          JOIN pg_class x ON x.oid = i.indexrelid
          JOIN pg_am m ON m.oid = x.relam AND m.amname = 'btree'
          JOIN pg_attribute k ON k.attrelid = c.oid AND k.attnum = i.indkey[0]
          WHERE i.indrelid = c.oid AND i.indisvalid AND i.indpred IS NULL
          GROUP BY k.attname, k.attnum ORDER BY bool_or(i.indisprimary) DESC, k.attnum) AS keys
      FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
        AND NOT a.attisdropped
      WHERE c.relkind = 'r' AND NOT row_security_active(c.oid) AND c.relnamespace
      """
          + TableCatalogSql.USER
          + " GROUP BY c.oid ORDER BY 1";

  private static final String READ =
      """
      SELECT c.oid::regclass::text AS name, row_security_active(c.oid) AS hidden
      FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace
      """
          + TableCatalogSql.USER;
  private static final String ORDERS =
      """
      SELECT c.oid::regclass::text AS name,
        string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) AS columns
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
        AND NOT a.attisdropped WHERE c.relkind = 'r' AND c.relnamespace
      """
          + TableCatalogSql.USER
          + " GROUP BY c.oid";
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
    // From the first page on, and along an index where one is asked for.
    live.run("SET LOCAL synchronize_seqscans = off; SET LOCAL enable_sort = off");
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
    Own own = rows.computeIfAbsent(name, n -> new Own());
    int whole = Math.min(WHOLE_MAX, share);
    long found =
        live.ask("SELECT count(*) FROM (SELECT FROM ONLY %s LIMIT %d) x".formatted(name, whole + 1))
            .getFirst()
            .getLong(0);
    if (found <= whole) {
      own.take(texts(live, select(name, "")));
      return;
    }
    int some = Math.min(SOME, share);
    int few = Math.max(2, some / 2);
    own.take(texts(live, select(name, "") + " LIMIT " + few));
    if (table.getBoolean("heap")) {
      long pages = Math.max(1, table.getLong("pages"));
      String any =
          "SELECT DISTINCT floor(random() * %d)::int8 FROM generate_series(1, %d)"
              .formatted(pages, some);
      String last =
          "SELECT generate_series(%d, %d)".formatted(Math.max(0, pages - LAST_PAGES), pages - 1);
      atPages(live, name, any, "random()", some).forEach(own::add);
      atPages(live, name, last, "s.ctid DESC", few).forEach(own::add);
    }
    Stream.of(table.getArrayOfStrings("keys"))
        .limit(INDEXES_MAX)
        .flatMap(key -> greatest(live, name, key, Math.max(2, some / 6)).stream())
        .forEach(own::add);
  }

  private static List<String> atPages(
      MigrationSession live, String table, String pages, String order, int limit) {
    // A page of 8 KB has no more than 291 rows.
    String where =
        """
        WHERE ctid = ANY (ARRAY(SELECT s.ctid FROM ONLY %s s WHERE s.ctid = ANY (ARRAY(
            SELECT ('(' || p || ',' || o || ')')::tid FROM (%s) pages (p),
              generate_series(1, current_setting('block_size')::int / 28) o))
          ORDER BY %s LIMIT %d))
        """
            .formatted(table, pages, order, limit);
    return texts(live, select(table, "") + " " + where);
  }

  /** The newest rows have the greatest keys, wherever in the table they were put. */
  private static List<String> greatest(MigrationSession live, String table, String key, int limit) {
    live.run("SAVEPOINT ripcord_keys; SET LOCAL statement_timeout = '" + DEADLINE + "'");
    try {
      return texts(
          live,
          select(table, "")
              + " WHERE %1$s IS NOT NULL ORDER BY %1$s DESC LIMIT %2$d".formatted(key, limit));
    } catch (PgException slow) {
      if (!CANCELLED.equals(slow.getSqlState())) {
        throw slow;
      }
      return List.of();
    } finally {
      live.run("ROLLBACK TO SAVEPOINT ripcord_keys; RELEASE SAVEPOINT ripcord_keys");
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

  /**
   * Writes them into a database that has the tables and no rules on them yet.
   *
   * @param orders names of all columns of a table, in the order in which its rows were read; a
   *     table that inherits columns may have them in another order here
   */
  void write(MigrationSession shadow, Map<String, String> orders) {
    Map<String, String> here = new LinkedHashMap<>();
    shadow.ask(ORDERS).forEach(row -> here.put(row.getString("name"), row.getString("columns")));
    rows.forEach(
        (table, own) -> {
          if (own.all.isEmpty()) {
            return;
          }
          String read = orders.getOrDefault(table, "");
          boolean other = !read.isEmpty() && !read.equals(here.get(table));
          if (other) {
            shadow.run(
                "CREATE TEMP TABLE ripcord_row AS SELECT %s FROM ONLY %s WITH NO DATA"
                    .formatted(read, table));
          }
          String type = other ? "pg_temp.ripcord_row" : table;
          shadow.ask(insert(table, type), (Object) own.all.toArray(String[]::new));
          if (other) {
            shadow.run("DROP TABLE pg_temp.ripcord_row");
          }
        });
  }

  private String insert(String table, String type) {
    List<String> names = columns.getOrDefault(table, List.of());
    List<String> cells = new ArrayList<>();
    names.forEach(name -> cells.add("(x.r)." + name));
    return "INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM (SELECT v::%s AS r FROM unnest($1::text[]) v) x"
        .formatted(table, String.join(", ", names), String.join(", ", cells), type);
  }
}
