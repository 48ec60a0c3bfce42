package dev.ripcord.postgres.migrate.salvage;

import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.migrate.salvage.DataSnapshot.Column;
import dev.ripcord.postgres.migrate.salvage.DataSnapshot.Table;
import dev.ripcord.postgres.migrate.salvage.DataSnapshot.Target;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads what holds data, within a transaction. */
final class SnapshotReader {
  /** The number of what a name in quotes stands for; nothing where that is nothing. */
  static final String OID = "SELECT to_regclass($1)::oid::bigint AS oid";

  /** Temporary tables, the catalog, and what belongs to Ripcord hold nobody's rows. */
  private static final String OWN =
      " n.nspname <> ALL (ARRAY['pg_catalog', 'information_schema', 'pg_toast', $1, $2])"
          + " AND NOT pg_is_other_temp_schema(n.oid) AND n.oid <> pg_my_temp_schema()";

  private static final String TABLES =
      """
      SELECT c.oid::bigint AS oid, n.nspname::text AS schema, c.relname::text AS name,
        c.relfilenode::bigint AS file
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') AND
      """
          + OWN;

  /** A computed column has no values of its own; what a composite type has, columns of it have. */
  private static final String COLUMNS =
      """
      SELECT a.attrelid::bigint AS oid, a.attnum::int AS number, a.attname::text AS name
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
        AND c.relkind IN ('r', 'p', 'c') AND
      """
          + OWN;

  /** The tables with a column of a type, of an array or a domain of it, or of one that has it. */
  private static final String USERS =
      """
      WITH RECURSIVE uses (oid) AS (
        SELECT t.oid FROM pg_type t WHERE t.typrelid = $1::bigint::oid
        UNION SELECT t.oid FROM uses u JOIN pg_type t ON t.typelem = u.oid OR t.typbasetype = u.oid
          OR t.typrelid IN (SELECT a.attrelid FROM pg_attribute a JOIN pg_class k
            ON k.oid = a.attrelid AND k.relkind = 'c' WHERE a.atttypid = u.oid))
      SELECT DISTINCT a.attrelid::bigint AS oid FROM uses JOIN pg_attribute a
        ON a.atttypid = uses.oid AND NOT a.attisdropped
      """;

  private static final String CHANGES =
      """
      SELECT relid::bigint AS oid, n_tup_upd + n_tup_del AS changes FROM pg_stat_xact_all_tables
      WHERE n_tup_upd + n_tup_del > 0
      """;

  private final MigrationSession session;
  private final String history;

  /**
   * For a session.
   *
   * @param history the schema that holds the history
   */
  SnapshotReader(MigrationSession session, String history) {
    this.session = session;
    this.history = history;
  }

  /** One table; empty where it is gone or holds nobody's rows. */
  Optional<Table> table(long oid) {
    return session
        .ask(TABLES + " AND c.oid = $3::bigint::oid", history, SalvageManifest.SCHEMA, oid)
        .stream()
        .findFirst()
        .map(SnapshotReader::table);
  }

  private static Table table(Row row) {
    return new Table(row.getString("schema"), row.getString("name"), row.getLong("file"));
  }

  /** The rows that have lost a part of a value with the column of a type. */
  Set<Target> usersOf(Set<Target> missing) {
    Set<Target> users = new LinkedHashSet<>();
    for (Target each : missing) {
      if (each instanceof Target.Values) {
        for (Row row : session.ask(USERS, each.table())) {
          users.add(new Target.Rows(row.getLong("oid")));
        }
      }
    }
    return users;
  }

  /** What was asked, on its way. */
  record Asked(
      Future<RowSet<Row>> tables, Future<RowSet<Row>> columns, Future<RowSet<Row>> changes) {}

  /** Asks all at once without waiting. */
  Asked ask() {
    return new Asked(
        session.later(TABLES, history, SalvageManifest.SCHEMA),
        session.later(COLUMNS, history, SalvageManifest.SCHEMA),
        session.later(CHANGES));
  }

  /** Waits for the answers. */
  DataSnapshot read(Asked asked) {
    Map<Long, Table> tables = new HashMap<>();
    for (Row row : session.await(asked.tables())) {
      tables.put(row.getLong("oid"), table(row));
    }
    Map<Column, String> columns = new HashMap<>();
    for (Row row : session.await(asked.columns())) {
      columns.put(new Column(row.getLong("oid"), row.getInteger("number")), row.getString("name"));
    }
    Map<Long, Long> changes = new HashMap<>();
    for (Row row : session.await(asked.changes())) {
      changes.put(row.getLong("oid"), row.getLong("changes"));
    }
    return new DataSnapshot(tables, columns, changes);
  }
}
