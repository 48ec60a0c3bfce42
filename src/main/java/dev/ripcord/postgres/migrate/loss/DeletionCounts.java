package dev.ripcord.postgres.migrate.loss;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.selection.ToolReconciliation;
import dev.ripcord.migration.sql.Quoting;
import dev.ripcord.migration.statement.Name;
import dev.ripcord.migration.undo.Deletion;
import dev.ripcord.migration.undo.LiveSql;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.ServerMessage;
import dev.ripcord.postgres.history.MigrationTables;
import dev.ripcord.postgres.migrate.salvage.RowUpdates;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts on the live data what a down would delete. What a migration that only adds has written
 * itself, in its own transaction, is not counted: it comes back with the migration.
 */
final class DeletionCounts {
  private static final Logger LOG = LoggerFactory.getLogger(DeletionCounts.class);
  private static final BigInteger WRAP = BigInteger.ONE.shiftLeft(32);
  private static final String CANCELLED = "57014";

  /**
   * Where a table was written anew since it was made (its file has another number), all of its rows
   * stand under the transaction that did that, whoever wrote them: then only those of the
   * transaction that made the table are a migration's own. A table's entries for the system columns
   * are from when it was made.
   */
  private static final String TABLE =
      """
      SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS sql,
        CASE WHEN n.nspname = 'public' THEN '' ELSE n.nspname || '.' END || c.relname AS shown,
        (WITH RECURSIVE tree (oid) AS (SELECT c.oid
            UNION SELECT i.inhrelid FROM tree JOIN pg_inherits i ON i.inhparent = tree.oid)
          SELECT CASE count(DISTINCT a.xmin::text) WHEN 0 THEN NULL
            WHEN 1 THEN ARRAY[min(a.xmin::text)] ELSE '{}' END
          FROM tree JOIN pg_class r ON r.oid = tree.oid
            JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = -1
          WHERE r.relfilenode NOT IN (0, r.oid)) AS made_by
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      """;

  private static final String NAMED = TABLE + " WHERE c.oid = to_regclass($1)";
  private static final String OF_SCHEMA =
      TABLE + " WHERE n.nspname = $1::text::name AND c.relkind IN ('r', 'p') ORDER BY 1";
  private static final String OF_EXTENSION =
      TABLE
          + """
           WHERE c.relkind IN ('r', 'p') AND EXISTS (SELECT FROM pg_depend d
            JOIN pg_extension e ON e.oid = d.refobjid
            WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
              AND d.refclassid = 'pg_extension'::regclass AND e.extname = $1::text::name)
          ORDER BY 1
          """;

  /** Of many names those that are tables, by their place in the list. */
  private static final String NAMED_TABLES =
      TABLE.replace("SELECT ", "SELECT u.place, ")
          + " JOIN unnest($1::text[]) WITH ORDINALITY u (name, place) ON c.oid ="
          + " to_regclass(u.name)";

  private static final int TABLES_AT_ONCE = 200;

  private static final String COLUMN =
      """
      SELECT quote_ident(a.attname) AS sql, a.attgenerated <> '' AS computed,
        a.xmin::text AS made_by,
        format_type(a.atttypid, a.atttypmod) AS type,
        -- A partitioned table has no rows of its own; its partitions know.
        (SELECT (p.attmissingval::text::text[])[1] FROM pg_partition_tree(a.attrelid) t
          JOIN pg_attribute p ON p.attrelid = t.relid AND p.attname = a.attname
          WHERE p.atthasmissing LIMIT 1) AS partition_missing,
        (a.attmissingval::text::text[])[1] AS missing
      FROM pg_attribute a
      WHERE a.attrelid = to_regclass($1) AND a.attname = $2::text::name AND NOT a.attisdropped
      """;
  private static final String PASSED_ON =
      """
      SELECT EXISTS (SELECT FROM pg_constraint WHERE contype = 'f' AND confrelid = to_regclass($1)
          AND (confdeltype IN ('c', 'n', 'd') OR confupdtype IN ('c', 'n', 'd')))
        OR EXISTS (SELECT FROM pg_trigger WHERE tgrelid = to_regclass($1) AND NOT tgisinternal)
      """;
  private static final String WRITERS =
      """
      SELECT transaction_id FROM $schema.migration_history
      WHERE id = ANY ($1) AND transaction_id ~ '^[0-9]+$'
      """;

  /** Not written by the migrations themselves, whose transactions are the parameter. */
  private static final String NOT_OWN = "xmin <> ALL ($1::text[]::xid[])";

  /**
   * The rows of several tables, counted together: pushed down into each of them, the list of the
   * parameter would be read anew for each.
   */
  private static final String COUNTS =
      "SELECT place, count(*) FROM (%s OFFSET 0) found WHERE " + NOT_OWN + " GROUP BY place";

  private final MigrationSession session;
  private final String[] writers;
  private final Map<Name, List<String>> counted = new HashMap<>();
  private final LongSupplier nanos;
  private final long end;

  private DeletionCounts(
      MigrationSession session, List<String> writers, LongSupplier nanos, Duration patience) {
    this.session = session;
    this.writers = writers.toArray(String[]::new);
    this.nanos = nanos;
    this.end = nanos.getAsLong() + patience.toNanos();
  }

  /**
   * For a run.
   *
   * @param downs all that would be reverted
   * @param patience for all counts together
   */
  static DeletionCounts of(
      MigrationSession session,
      MigrationTables tables,
      List<Applied> downs,
      LongSupplier nanos,
      Duration patience) {
    Object[] orders =
        downs.stream()
            .filter(each -> each.additive() && each.order() < ToolReconciliation.UNRECORDED)
            .map(Applied::order)
            .toArray(Long[]::new);
    List<String> writers =
        orders.length == 0
            ? List.of()
            : session.ask(tables.sql(WRITERS), (Object) orders).stream()
                .map(row -> new BigInteger(row.getString(0)).mod(WRAP).toString())
                .toList();
    return new DeletionCounts(session, withAliases(session, tables, writers), nanos, patience);
  }

  /** What a stage 2 has brought back into rows of theirs stands under another number. */
  private static List<String> withAliases(
      MigrationSession session, MigrationTables tables, List<String> writers) {
    if (writers.isEmpty()) {
      return writers;
    }
    Map<String, List<String>> aliases = RowUpdates.aliases(session, tables);
    List<String> all = new ArrayList<>(writers);
    writers.forEach(each -> all.addAll(aliases.getOrDefault(each, List.of())));
    return all;
  }

  /**
   * Counts the rows of many tables by few queries, as a long way down needs it. {@link #texts} then
   * asks only for the rest, and for all of it where one table cannot be counted.
   */
  void countAhead(List<Deletion.Placed> deletions) {
    List<Name> tables =
        deletions.stream()
            .filter(each -> each.searchPath().isEmpty())
            .map(Deletion.Placed::deletion)
            .filter(Deletion.Rows.class::isInstance)
            .map(each -> ((Deletion.Rows) each).table())
            .distinct()
            .toList();
    for (int from = 0; tables.size() > 1 && from < tables.size(); from += TABLES_AT_ONCE) {
      List<Name> some = tables.subList(from, Math.min(tables.size(), from + TABLES_AT_ONCE));
      try {
        begin();
        count(some);
      } catch (PgException each) {
        LOG.debug("tables are counted one by one", each);
      } finally {
        session.runIgnoringErrors("ROLLBACK");
      }
    }
  }

  private void count(List<Name> tables) {
    Object names = tables.stream().map(LiveSql::name).toArray(String[]::new);
    Map<Long, Row> found =
        session.ask(NAMED_TABLES, names).stream()
            .filter(row -> row.getArrayOfStrings("made_by") == null)
            .collect(Collectors.toMap(row -> row.getLong("place"), row -> row));
    if (found.isEmpty()) {
      return;
    }
    String counts =
        found.entrySet().stream()
            .map(
                each ->
                    "SELECT %s::bigint AS place, xmin FROM %s"
                        .formatted(each.getKey(), each.getValue().getString("sql")))
            .collect(Collectors.joining(" UNION ALL "));
    List<Row> others = session.ask(COUNTS.formatted(counts), (Object) writers);
    found.keySet().forEach(place -> counted.put(named(tables, place), List.of()));
    for (Row each : others) {
      long place = each.getLong(0);
      counted.put(
          named(tables, place),
          deleted(each.getLong(1), Objects.requireNonNull(found.get(place))).stream().toList());
    }
  }

  private static Name named(List<Name> tables, long place) {
    return tables.get(Math.toIntExact(place - 1));
  }

  private void begin() {
    session.run("BEGIN READ ONLY");
    long left = Math.max(1, (end - nanos.getAsLong()) / 1_000_000);
    session.run("SET LOCAL statement_timeout = " + left + "; SET LOCAL row_security = off");
  }

  /** What would be deleted, for people; empty when nothing would. */
  List<String> texts(List<Deletion.Placed> deletions) {
    List<String> texts = new ArrayList<>();
    for (Deletion.Placed each : deletions) {
      texts.addAll(texts(each));
    }
    return texts.stream().distinct().toList();
  }

  private List<String> texts(Deletion.Placed placed) {
    Deletion deletion = placed.deletion();
    if (deletion instanceof Deletion.Unknown(String why)) {
      return List.of("not known what it deletes (" + why + ")");
    }
    if (placed.searchPath().isEmpty()
        && deletion instanceof Deletion.Rows(Name table)
        && counted.containsKey(table)) {
      return counted.getOrDefault(table, List.of());
    }
    try {
      begin();
      if (placed.searchPath().isPresent()) {
        String path =
            placed.searchPath().get().stream().map(Quoting::name).collect(Collectors.joining(", "));
        var _ = session.ask("SELECT set_config('search_path', $1, true)", path);
      }
      return counted(deletion, placed.mayBeElsewhere());
    } catch (PgException failure) {
      return List.of(subject(deletion) + " cannot be counted: " + why(failure));
    } finally {
      session.runIgnoringErrors("ROLLBACK");
    }
  }

  private static String why(PgException failure) {
    if (CANCELLED.equals(failure.getSqlState())) {
      return "it takes longer than " + DownLosses.PATIENCE.toSeconds() + " s";
    }
    String said = ServerMessage.withoutRows(failure);
    return said.contains("row-level security")
        ? said + ", which hides rows from this role; ALTER ROLE … BYPASSRLS shows them"
        : said;
  }

  private List<String> counted(Deletion deletion, boolean mayBeElsewhere) {
    return switch (deletion) {
      case Deletion.Rows(Name table) -> rows(table, mayBeElsewhere);
      case Deletion.Values values -> values(values, mayBeElsewhere);
      case Deletion.Some some -> some(some, mayBeElsewhere);
      case Deletion.Conversion conversion -> conversion(conversion, mayBeElsewhere);
      case Deletion.SchemaRows(String schema) -> each(session.ask(OF_SCHEMA, schema));
      case Deletion.ExtensionRows(String extension) -> each(session.ask(OF_EXTENSION, extension));
      case Deletion.Unknown(String why) -> List.of(why);
    };
  }

  private static String subject(Deletion deletion) {
    return switch (deletion) {
      case Deletion.Rows(Name table) -> table.toString();
      case Deletion.Values values -> values.table() + "." + values.column();
      case Deletion.Some some -> some.what() + " on " + some.table();
      case Deletion.Conversion conversion -> conversion.table() + "." + conversion.column();
      case Deletion.SchemaRows(String schema) -> "schema " + schema;
      case Deletion.ExtensionRows(String extension) -> "extension " + extension;
      case Deletion.Unknown ignored -> "it";
    };
  }

  private List<String> absent(Deletion deletion, boolean mayBeElsewhere) {
    return mayBeElsewhere
        ? List.of(subject(deletion) + " cannot be counted: these downs rename what it is made of")
        : List.of();
  }

  private List<String> each(List<Row> found) {
    List<String> texts = new ArrayList<>();
    for (Row table : found) {
      rows(table).ifPresent(texts::add);
    }
    return texts;
  }

  private List<String> rows(Name table, boolean mayBeElsewhere) {
    Optional<Row> found = find(table);
    return found.isEmpty()
        ? absent(new Deletion.Rows(table), mayBeElsewhere)
        : rows(found.get()).stream().toList();
  }

  private Optional<String> rows(Row table) {
    return deleted(count(table, NOT_OWN), table);
  }

  private static Optional<String> deleted(long rows, Row table) {
    return rows == 0
        ? Optional.empty()
        : Optional.of("would delete " + number(rows, "row") + " of " + table.getString("shown"));
  }

  private List<String> some(Deletion.Some some, boolean mayBeElsewhere) {
    Optional<Row> found = find(some.table());
    if (found.isEmpty()) {
      return absent(some, mayBeElsewhere);
    }
    long rows = count(found.get(), own(found.get()));
    return rows == 0
        ? List.of()
        : List.of(
            some.what()
                + " on "
                + found.get().getString("shown")
                + ": it has "
                + number(rows, "row")
                + ", and how many of them are changed or deleted is not known");
  }

  /** What follows a foreign key or a trigger into other tables is not only the migration's own. */
  private String own(Row table) {
    boolean passedOn = session.ask(PASSED_ON, table.getString("sql")).getFirst().getBoolean(0);
    return passedOn ? "true" : NOT_OWN;
  }

  private List<String> values(Deletion.Values values, boolean mayBeElsewhere) {
    Optional<Row> table = find(values.table());
    Optional<Row> column = column(values.table(), values.column());
    if (table.isEmpty() || column.isEmpty()) {
      return absent(values, mayBeElsewhere);
    }
    if (column.get().getBoolean("computed")) {
      return List.of();
    }
    // What a rewrite has written into a column that came with it is a migration's own.
    Optional<String> maker = Optional.ofNullable(column.get().getString("made_by"));
    String set = isSet(column.get()) + " AND " + NOT_OWN;
    long rows = count(table.get(), set, writers(table.get(), maker));
    return rows == 0
        ? List.of()
        : List.of(
            "would delete "
                + number(rows, "value")
                + " of "
                + table.get().getString("shown")
                + "."
                + values.column());
  }

  private static String isSet(Row column) {
    return LiveSql.isSet(
        column.getString("sql"),
        column.getString("type"),
        Optional.ofNullable(column.getString("missing"))
            .or(() -> Optional.ofNullable(column.getString("partition_missing"))));
  }

  private List<String> conversion(Deletion.Conversion conversion, boolean mayBeElsewhere) {
    Optional<Row> table = find(conversion.table());
    Optional<Row> column = column(conversion.table(), conversion.column());
    if (table.isEmpty() || column.isEmpty()) {
      return absent(conversion, mayBeElsewhere);
    }
    String name = column.get().getString("sql");
    String back = "(%s::%s)::%s".formatted(name, conversion.type(), column.get().getString("type"));
    long rows = count(table.get(), "%s::text IS DISTINCT FROM %s::text".formatted(back, name));
    return rows == 0
        ? List.of()
        : List.of(
            "would change "
                + number(rows, "value")
                + " of "
                + table.get().getString("shown")
                + "."
                + conversion.column()
                + ", which do not fit "
                + conversion.type());
  }

  private Optional<Row> find(Name table) {
    return session.ask(NAMED, LiveSql.name(table)).stream().findFirst();
  }

  private Optional<Row> column(Name table, String column) {
    return session.ask(COLUMN, LiveSql.name(table), column).stream().findFirst();
  }

  private long count(Row table, String where) {
    return count(table, where, writers(table, Optional.empty()));
  }

  private long count(Row table, String where, String[] own) {
    String sql =
        "SELECT count(*) FROM %s WHERE $1::text[] IS NOT NULL AND %s"
            .formatted(table.getString("sql"), where);
    return session.ask(sql, (Object) own).getFirst().getLong(0);
  }

  private String[] writers(Row table, Optional<String> also) {
    String[] only = table.getArrayOfStrings("made_by");
    return only == null
        ? writers
        : Arrays.stream(writers)
            .filter(each -> List.of(only).contains(each) || also.equals(Optional.of(each)))
            .toArray(String[]::new);
  }

  private static String number(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }
}
