package dev.ripcord.postgres.catalog;

import dev.ripcord.migration.proof.CatalogObject;
import dev.ripcord.migration.proof.LockTaken;
import dev.ripcord.postgres.MigrationSession;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a script locks and writes anew, as the server shows it at the end of the script's
 * transaction. Made before the script runs.
 */
public final class LockReader {
  private static final String TABLES =
      """
      SELECT c.oid::int8 AS oid, c.oid::regclass::text AS name, c.relfilenode::int8 AS file,
        pg_stat_get_xact_tuples_inserted(c.oid) AS added,
        pg_stat_get_xact_tuples_updated(c.oid) + pg_stat_get_xact_tuples_deleted(c.oid) AS changed
      FROM pg_class c WHERE c.relkind IN ('r', 'p', 'm') AND c.relnamespace
      """
          + TableCatalogSql.USER;
  private static final String HELD =
      """
      SELECT relation::int8 AS oid, mode FROM pg_locks
      WHERE pid = pg_backend_pid() AND locktype = 'relation' AND granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      """;

  /** Whoever inserts, updates or deletes holds this lock, even where no row was found. */
  private static final String WRITTEN =
      """
      SELECT DISTINCT relation::int8 AS oid FROM pg_locks
      WHERE pid = pg_backend_pid() AND locktype = 'relation' AND mode = 'RowExclusiveLock'
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      """;

  /** From the weakest to the strongest that matters; weaker ones hinder nobody. */
  private static final List<String> MODES =
      List.of(
          "ShareUpdateExclusiveLock",
          "ShareLock",
          "ShareRowExclusiveLock",
          "ExclusiveLock",
          "AccessExclusiveLock");

  private static final List<String> WORDS =
      List.of(
          "SHARE UPDATE EXCLUSIVE",
          "SHARE",
          "SHARE ROW EXCLUSIVE",
          "EXCLUSIVE",
          "ACCESS EXCLUSIVE");

  /**
   * A table.
   *
   * @param name its name
   * @param file its file, another one when it is written anew
   * @param added rows that the session has added so far
   * @param changed rows that it has changed or deleted
   */
  private record Table(String name, long file, long added, long changed) {
    /** Rows that were only added took nothing away. */
    boolean hasOnlyGrown(Table since) {
      return since.added > added && since.changed == changed;
    }
  }

  private static final Table NONE = new Table("", 0, 0, 0);

  private final MigrationSession session;
  private final Map<Long, Table> before;

  public LockReader(MigrationSession session) {
    this.session = session;
    this.before = tables();
  }

  private Map<Long, Table> tables() {
    new FingerprintReader(session).resetSession();
    Map<Long, Table> tables = new HashMap<>();
    for (Row row : session.ask(TABLES)) {
      tables.put(
          row.getLong("oid"),
          new Table(
              row.getString("name"),
              row.getLong("file"),
              row.getLong("added"),
              row.getLong("changed")));
    }
    return tables;
  }

  /** The tables of before that rows were changed in, or would have been, by name. */
  public List<String> written() {
    List<Long> written =
        session.ask(WRITTEN).stream()
            .map(row -> row.getLong("oid"))
            .filter(before::containsKey)
            .toList();
    if (written.isEmpty()) {
      return List.of();
    }
    Map<Long, Table> now = tables();
    return written.stream()
        .filter(oid -> !table(before, oid).hasOnlyGrown(table(now, oid)))
        .map(oid -> CatalogObject.shown(table(before, oid).name()))
        .sorted()
        .toList();
  }

  private static Table table(Map<Long, Table> tables, long oid) {
    return tables.getOrDefault(oid, NONE);
  }

  /** The strongest lock on each table that was there before. */
  public List<LockTaken> taken(String direction) {
    Map<Long, Integer> strongest = new TreeMap<>();
    for (Row row : session.ask(HELD)) {
      int mode = MODES.indexOf(row.getString("mode"));
      if (mode >= 0 && before.containsKey(row.getLong("oid"))) {
        strongest.merge(row.getLong("oid"), mode, Math::max);
      }
    }
    Map<Long, Table> after = tables();
    List<LockTaken> taken = new ArrayList<>();
    strongest.forEach(
        (oid, mode) -> {
          Table table = before.getOrDefault(oid, NONE);
          boolean rewritten = after.getOrDefault(oid, table).file() != table.file();
          taken.add(
              new LockTaken(
                  direction, CatalogObject.shown(table.name()), WORDS.get(mode), rewritten));
        });
    return taken;
  }
}
