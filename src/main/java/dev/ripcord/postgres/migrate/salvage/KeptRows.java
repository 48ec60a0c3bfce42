package dev.ripcord.postgres.migrate.salvage;

import dev.ripcord.migration.sql.Quoting;
import dev.ripcord.migration.undo.LiveSql;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.PreconditionFailure;
import dev.ripcord.postgres.ServerMessage;
import dev.ripcord.postgres.history.MigrationTables;
import dev.ripcord.postgres.migrate.salvage.SalvageArchive.Restored.Done;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The rows that are kept in one database, over one session. */
final class KeptRows {
  private static final Logger LOG = LoggerFactory.getLogger(KeptRows.class);
  private static final String LIST =
      """
      SELECT id, taken_at, release, migration, kind, table_schema, table_name, column_name,
        key_columns, kept_as, rows, restored_at, purged_at, column_types,
        coalesce(to_jsonb(s) ->> 'cause', 'rollback') AS cause,
        (to_jsonb(s) ->> 'keep_until')::timestamptz AS keep_until, to_jsonb(s) -> 'facts' AS facts
      FROM $schema.salvage s
      """;

  /** Of those that nobody purged by hand. */
  private static final String DUE =
      LIST
          + " WHERE purged_at IS NULL AND (to_jsonb(s) ->> 'keep_until')::timestamptz <= now()"
          + " ORDER BY id";

  private static final String COLUMNS =
      """
      SELECT a.attname::text AS name, format_type(a.atttypid, a.atttypmod) AS type,
        a.attgenerated <> '' AS computed, pg_get_expr(d.adbin, d.adrelid) AS fallback,
        (a.attmissingval::text::text[])[1] AS missing
      FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      WHERE a.attrelid = $1::bigint::oid AND a.attnum > 0 AND NOT a.attisdropped
      """;
  private static final String UNIQUE =
      """
      SELECT i.indimmediate AS immediate,
        i.indisunique AND i.indpred IS NULL AND i.indexprs IS NULL AS plain,
        ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = i.indrelid
          AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1])) AS names
      FROM pg_index i
      WHERE i.indrelid = $1::bigint::oid AND (i.indisunique OR i.indisexclusion) AND i.indislive
      """;
  private static final String SEQUENCES =
      """
      SELECT format('SELECT setval(%L, greatest((SELECT max(%I) FROM %s), (SELECT last_value FROM %s)))',
        s.seq, a.attname, $2::text, s.seq) AS sql
      FROM pg_attribute a, pg_get_serial_sequence($2, a.attname) s (seq)
      WHERE a.attrelid = $1::bigint::oid AND a.attnum > 0 AND NOT a.attisdropped
        AND s.seq IS NOT NULL
      """;
  private static final String RESTORED =
      """
      UPDATE $schema.salvage SET restored_at = clock_timestamp(), restored_rows = $2,
        restored_by = $3 WHERE id = $1
      """;
  private static final String PURGED =
      "UPDATE $schema.salvage SET purged_at = clock_timestamp(), purged_by = $2 WHERE id = $1";

  private static final String AUDIT =
      """
      INSERT INTO $schema.migration_audit (migration_version, executed_by, execution_time_ms, success,
        rollback_executed, name, direction, release, detail)
      SELECT coalesce(substring($1::text FROM '^[0-9]+'), '0'), $2, 0, true, false, $1, 'purge', $3, $4
      """;

  /** An audit that is older knows no such change. */
  private static final String PURGES_UNKNOWN =
      """
      SELECT FROM pg_constraint WHERE conname = 'migration_audit_direction_check'
        AND conrelid = '$schema.migration_audit'::regclass
        AND pg_get_constraintdef(oid) NOT LIKE '%purge%'
      """;

  private final MigrationSession session;
  private final MigrationTables tables;

  KeptRows(MigrationSession session, MigrationTables tables) {
    this.session = session;
    this.tables = tables;
  }

  /** Everything that was ever kept, oldest first; nothing is made. */
  List<SalvageEntry> list() {
    return SalvageManifest.isThere(session, tables)
        ? session.ask(tables.sql(LIST + " ORDER BY id")).stream().map(KeptRows::entry).toList()
        : List.of();
  }

  /**
   * Brings rows or values back, all of them or none: rows that are there already, and values that
   * were set since, are left alone.
   *
   * @param by who does it
   * @throws PreconditionFailure where it no longer fits, with the reason
   */
  Done restore(long id, String by) {
    return transaction(
        () -> {
          SalvageEntry entry = entry(row(id));
          if (entry.restoredAt().isPresent() && entry.purgedAt().isEmpty()) {
            throw new PreconditionFailure(
                "%d was restored at %s already".formatted(id, entry.restoredAt().get()));
          }
          refuseGone(entry);
          new RowSecurity(session).refuseBound(target(entry));
          Done done = bringBack(id, by, false);
          // What a rollback kept comes back into the table of a release, which has its own rights.
          List<String> beside = entry.cause() == SalvageEntry.Cause.STAGE2 ? facts(id) : List.of();
          return new Done(done.rows(), done.left(), beside);
        });
  }

  /**
   * The rows or values alone, within the transaction that is open.
   *
   * @param anew whether the column was made in this very transaction, so that nobody has set a
   *     value in it: then each value is as it was
   * @throws PreconditionFailure where it no longer fits; a statement may have failed before that
   */
  Done bringBack(long id, String by, boolean anew) {
    Row row = row(id);
    SalvageEntry entry = entry(row);
    refuseGone(entry);
    boolean values = entry.kind() == SalvageEntry.Kind.COLUMN;
    Supplier<Long> work =
        () -> values ? values(entry, anew) : rows(entry, (JsonArray) row.getValue("column_types"));
    Supplier<Long> exact = () -> ExactText.within(session, work);
    long rows =
        QuietTriggers.within(
            session,
            target(entry),
            values ? QuietTriggers.Writing.UPDATE : QuietTriggers.Writing.INSERT,
            () -> new RowSecurity(session).<Long>whole(target(entry), exact));
    session.change(tables.sql(RESTORED), id, rows, by);
    long total = session.ask("SELECT count(*) FROM " + kept(entry)).getFirst().getLong(0);
    return new Done(rows, total - rows);
  }

  /** Puts back what belongs to it beside its rows; gives what could not be put back. */
  List<String> facts(long id) {
    return row(id).getValue("facts") instanceof JsonArray facts
        ? new TableFacts(session).restore(facts)
        : List.of();
  }

  /** Whether the table, and of values the column, is there now. */
  boolean isThere(SalvageEntry entry) {
    Long oid = session.ask(SnapshotReader.OID, table(entry)).getFirst().getLong("oid");
    return oid != null && entry.column().map(name -> columns(oid).containsKey(name)).orElse(true);
  }

  /** Deletes for good what is kept under a number; again, nothing. */
  void purge(long id, String by) {
    transaction(() -> drop(id, by, "by a person"));
  }

  /**
   * Deletes for good what was kept for long enough; what somebody else is just reading is left for
   * the next time.
   *
   * @return what was deleted
   */
  List<SalvageEntry> purgeDue(String by) {
    if (!SalvageManifest.isThere(session, tables)) {
      return List.of();
    }
    List<SalvageEntry> purged = new ArrayList<>();
    for (Row row : session.ask(tables.sql(DUE))) {
      SalvageEntry entry = entry(row);
      try {
        purged.add(transaction(() -> drop(entry.id(), by, "its time is over")));
      } catch (PreconditionFailure left) {
        LOG.warn(
            "{} cannot be purged, and stays: {}; see ripcord salvage list",
            entry.keptIn(),
            left.getMessage());
      }
    }
    return purged;
  }

  /** Within the transaction that is open. */
  SalvageEntry drop(long id, String by, String why) {
    SalvageEntry entry = entry(row(id));
    if (entry.purgedAt().isEmpty()) {
      session.run("DROP TABLE IF EXISTS " + kept(entry));
      session.change(tables.sql(PURGED), id, by);
      if (!session.ask(tables.sql(PURGES_UNKNOWN)).isEmpty()) {
        session.run(tables.sql(MigrationTables.DIRECTIONS));
      }
      session.change(
          tables.sql(AUDIT),
          entry.migration(),
          by,
          entry.release().orElse(null),
          "%s of %s, kept in %s, deleted for good: %s"
              .formatted(entry.amount(), entry.place(), entry.keptIn(), why));
    }
    return entry;
  }

  private <T> T transaction(Supplier<T> body) {
    session.run(
        "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = '5s'; SET LOCAL"
            + " row_security = off");
    try {
      T done = body.get();
      session.run("COMMIT");
      return done;
    } catch (PgException refused) {
      session.runIgnoringErrors("ROLLBACK");
      throw new PreconditionFailure(
          "it does not fit any more, and nothing was changed: "
              + ServerMessage.withoutRows(refused));
    } catch (RuntimeException failure) {
      session.runIgnoringErrors("ROLLBACK");
      throw failure;
    }
  }

  private Row row(long id) {
    List<Row> found =
        SalvageManifest.isThere(session, tables)
            ? session.ask(tables.sql(LIST + " WHERE id = $1 FOR UPDATE"), id)
            : List.of();
    return found.stream()
        .findFirst()
        .orElseThrow(
            () ->
                new PreconditionFailure(
                    "nothing is kept under %d; see ripcord salvage list".formatted(id)));
  }

  private static void refuseGone(SalvageEntry entry) {
    if (entry.purgedAt().isPresent()) {
      throw new PreconditionFailure(
          "%d was purged at %s: its rows are gone for good"
              .formatted(entry.id(), entry.purgedAt().get()));
    }
  }

  private static String kept(SalvageEntry entry) {
    return SalvageManifest.relation(SalvageManifest.SCHEMA, entry.keptAs());
  }

  /** A column of the table that is there now. */
  private record Column(
      String type, boolean computed, Optional<String> missing, Optional<String> fallback) {}

  private long target(SalvageEntry entry) {
    Long oid = session.ask(SnapshotReader.OID, table(entry)).getFirst().getLong("oid");
    if (oid == null) {
      throw new PreconditionFailure(
          "table %s is not there: deploy the release that makes it first. The rows are in %s"
              .formatted(entry.schema() + "." + entry.table(), entry.keptIn()));
    }
    return oid;
  }

  private static String table(SalvageEntry entry) {
    return SalvageManifest.relation(entry.schema(), entry.table());
  }

  private Map<String, Column> columns(long table) {
    Map<String, Column> columns = new LinkedHashMap<>();
    for (Row row : session.ask(COLUMNS, table)) {
      columns.put(
          row.getString("name"),
          new Column(
              row.getString("type"),
              row.getBoolean("computed"),
              Optional.ofNullable(row.getString("missing")),
              Optional.ofNullable(row.getString("fallback"))));
    }
    return columns;
  }

  private long rows(SalvageEntry entry, JsonArray types) {
    long target = target(entry);
    Map<String, Column> now = columns(target);
    List<String> into = new ArrayList<>();
    List<String> from = new ArrayList<>();
    for (Object each : types) {
      String name = ((JsonObject) each).getString("name");
      Column column = present(entry, now, name);
      if (!column.computed()) {
        into.add(Quoting.name(name));
        from.add("k." + Quoting.name(name) + "::text::" + column.type());
      }
    }
    int rows =
        session.changed(
            "INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM %s k %s"
                .formatted(
                    table(entry),
                    String.join(", ", into),
                    String.join(", ", from),
                    kept(entry),
                    leftAlone(entry, target)));
    // Else the next row would be given a number that a restored one has.
    session.ask(SEQUENCES, target, table(entry)).forEach(row -> session.ask(row.getString("sql")));
    return rows;
  }

  /** What leaves rows alone that are there already; a deferrable key knows no conflict. */
  private String leftAlone(SalvageEntry entry, long target) {
    List<Row> keys = session.ask(UNIQUE, target);
    if (keys.stream().allMatch(each -> each.getBoolean("immediate"))) {
      return "ON CONFLICT DO NOTHING";
    }
    String others =
        keys.stream()
            .filter(each -> each.getBoolean("plain"))
            .map(
                each ->
                    Stream.of(each.getArrayOfStrings("names"))
                        .map(Quoting::name)
                        .map(name -> "t.%s::text = k.%s::text".formatted(name, name))
                        .collect(Collectors.joining(" AND ", "(", ")")))
            .collect(Collectors.joining(" OR "));
    return others.isEmpty()
        ? ""
        : "WHERE NOT EXISTS (SELECT FROM %s t WHERE %s)".formatted(table(entry), others);
  }

  private static Column present(SalvageEntry entry, Map<String, Column> now, String name) {
    return Optional.ofNullable(now.get(name))
        .orElseThrow(
            () ->
                new PreconditionFailure(
                    "%s has no column %s (any more). The rows are in %s"
                        .formatted(entry.schema() + "." + entry.table(), name, entry.keptIn())));
  }

  private long values(SalvageEntry entry, boolean anew) {
    Map<String, Column> now = columns(target(entry));
    String name = entry.column().orElseThrow();
    Column column = present(entry, now, name);
    if (entry.keys().isEmpty()) {
      throw new PreconditionFailure(
          "%s has no key that tells its rows apart, so nobody can say which value belongs where. They are in %s, with all columns"
              .formatted(entry.schema() + "." + entry.table(), entry.keptIn()));
    }
    List<String> same = new ArrayList<>();
    for (String key : entry.keys()) {
      var _ = present(entry, now, key);
      same.add("t.%s::text = k.%s::text".formatted(Quoting.name(key), Quoting.name(key)));
    }
    String quoted = Quoting.name(name);
    String unset =
        anew
            ? "true"
            : LiveSql.isUnset("t." + quoted, column.type(), column.missing(), column.fallback());
    return new RowUpdates(session, tables)
        .run(
            entry.id(),
            table(entry) + " t",
            "%s = k.%s::text::%s".formatted(quoted, quoted, column.type()),
            kept(entry) + " k",
            String.join(" AND ", same) + " AND " + unset);
  }

  private static SalvageEntry entry(Row row) {
    return new SalvageEntry(
        row.getLong("id"),
        row.getOffsetDateTime("taken_at").toInstant(),
        Optional.ofNullable(row.getString("release")),
        row.getString("migration"),
        SalvageEntry.Cause.valueOf(row.getString("cause").toUpperCase(Locale.ROOT)),
        instant(row, "keep_until"),
        SalvageEntry.Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
        row.getString("table_schema"),
        row.getString("table_name"),
        Optional.ofNullable(row.getString("column_name")),
        List.of(row.getArrayOfStrings("key_columns")),
        row.getString("kept_as"),
        row.getLong("rows"),
        instant(row, "restored_at"),
        instant(row, "purged_at"));
  }

  static Optional<Instant> instant(Row row, String column) {
    return Optional.ofNullable(row.getOffsetDateTime(column)).map(OffsetDateTime::toInstant);
  }
}
