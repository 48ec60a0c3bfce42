package dev.ripcord.postgres.migrate.salvage;

import static java.util.Objects.requireNonNull;

import dev.ripcord.migration.sql.Quoting;
import dev.ripcord.migration.statement.Name;
import dev.ripcord.migration.statement.SqlOperation;
import dev.ripcord.migration.undo.LiveSql;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.migrate.salvage.DataSnapshot.Table;
import io.vertx.core.json.JsonArray;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Does what a {@code DROP TABLE} asks for by moving the tables into the salvage instead: instantly,
 * whatever their size. What the statement would take along is learned by running it and undoing it;
 * where that is more than foreign keys and views, nothing is moved.
 */
final class TableMove {
  /** Above so many rows their number is the server's estimate: a count would hold the lock. */
  private static final int COUNTED = 100_000;

  private static final String TREE =
      """
      SELECT t.relid::oid::bigint AS oid FROM pg_partition_tree($1::bigint::oid::regclass) t
      ORDER BY t.level DESC
      """;

  /** What a drop may take along, beside what belongs to a table itself. */
  private static final String OTHERS =
      """
      SELECT 'constraint' AS kind, c.oid::bigint AS oid, c.conrelid::bigint AS of,
        format('ALTER TABLE %s DROP CONSTRAINT %I', c.conrelid::regclass, c.conname) AS remove,
        c.conparentid <> 0 AS inherited
      FROM pg_constraint c WHERE c.contype = 'f' AND c.conrelid <> 0
      UNION ALL
      SELECT CASE WHEN c.relkind IN ('v', 'm') THEN 'view' ELSE 'table' END, c.oid::bigint,
        c.oid::bigint,
        format('DROP %sVIEW IF EXISTS %s CASCADE', CASE WHEN c.relkind = 'm' THEN 'MATERIALIZED ' ELSE '' END,
          c.oid::regclass), false
      FROM pg_class c WHERE c.relkind IN ('v', 'm', 'r', 'p', 'f')
      UNION ALL
      SELECT 'function', p.oid::bigint, 0, '', false FROM pg_proc p
      WHERE p.pronamespace <> 'pg_catalog'::regnamespace
      UNION ALL
      SELECT 'policy', p.oid::bigint, p.polrelid::bigint, '', false FROM pg_policy p
      UNION ALL
      SELECT 'type', t.oid::bigint, 0, '', false FROM pg_type t
      WHERE t.typrelid = 0 AND t.typelem = 0 AND t.typnamespace <> 'pg_catalog'::regnamespace
      UNION ALL
      SELECT 'default', d.oid::bigint, d.adrelid::bigint, '', false FROM pg_attrdef d
      """;

  /**
   * On its own a partition can be kept, and purged, without the others; and rows of a table that
   * inherits are read, changed and deleted by whoever uses the other one.
   */
  private static final String DETACH =
      """
      SELECT format(CASE WHEN c.relispartition THEN 'ALTER TABLE %1$s DETACH PARTITION %2$s'
        ELSE 'ALTER TABLE %2$s NO INHERIT %1$s' END, i.inhparent::regclass,
        i.inhrelid::regclass) AS sql
      FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
      WHERE i.inhrelid = $1::bigint::oid
      """;

  private static final String OWN_LINKS =
      """
      SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS sql
      FROM pg_constraint WHERE conrelid = $1::bigint::oid AND contype = 'f' AND conparentid = 0
      UNION ALL
      SELECT format('DROP TRIGGER %I ON %s', tgname, tgrelid::regclass)
      FROM pg_trigger WHERE tgrelid = $1::bigint::oid AND NOT tgisinternal AND tgparentid = 0
      UNION ALL
      SELECT format('DROP STATISTICS %I.%I', n.nspname, s.stxname)
      FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace
      WHERE s.stxrelid = $1::bigint::oid
      UNION ALL
      -- Whoever subscribes would be asked for it under its new name.
      SELECT format('ALTER PUBLICATION %I DROP TABLE %s', p.pubname, r.prrelid::regclass)
      FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid
      WHERE r.prrelid = $1::bigint::oid AND pg_has_role(p.pubowner, 'USAGE')
      UNION ALL
      -- A partition's default is of the whole's sequence, which could not be purged before it.
      SELECT format('ALTER TABLE ONLY %s ALTER COLUMN %I DROP DEFAULT', d.adrelid::regclass, a.attname)
      FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
      WHERE d.adrelid = $1::bigint::oid AND EXISTS (SELECT FROM pg_depend p
        JOIN pg_class s ON s.oid = p.refobjid AND s.relkind = 'S'
        WHERE p.classid = 'pg_attrdef'::regclass AND p.objid = d.oid
          AND p.refclassid = 'pg_class'::regclass
          AND NOT EXISTS (SELECT FROM pg_depend o WHERE o.classid = 'pg_class'::regclass
            AND o.objid = s.oid AND o.refobjid = d.adrelid AND o.deptype IN ('a', 'i')))
      """;
  private static final String PARTS =
      """
      SELECT 'INDEX' AS kind, i.indexrelid::regclass::text AS name FROM pg_index i
      WHERE i.indrelid = $1::bigint::oid
      UNION ALL
      SELECT 'SEQUENCE', d.objid::regclass::text FROM pg_depend d JOIN pg_class c ON c.oid = d.objid
      WHERE d.refobjid = $1::bigint::oid AND d.classid = 'pg_class'::regclass AND c.relkind = 'S'
        AND d.deptype IN ('a', 'i')
      """;
  private static final String STATE =
      """
      SELECT c.relfilenode::bigint AS file,
        coalesce((SELECT n_tup_upd + n_tup_del FROM pg_stat_xact_all_tables s
          WHERE s.relid = c.oid), 0)::bigint AS changes,
        ARRAY(SELECT a.attnum FROM pg_attribute a
          WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns
      FROM pg_class c WHERE c.oid = $1::bigint::oid
      """;
  private static final String NOW =
      """
      SELECT n.nspname::text AS schema, c.relname::text AS name
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = $1::bigint::oid
      """;
  private static final String ROLE = "SELECT current_user::text";
  private static final String SECURITY = "SELECT current_setting('row_security')";
  private static final String ESTIMATE =
      "SELECT greatest(reltuples, 0)::bigint AS rows FROM pg_class WHERE oid = $1::bigint::oid";

  private final MigrationSession session;
  private final SalvageStore store;
  private final SalvageManifest manifest;
  private final DataSnapshot before;
  private final SalvageManifest.Origin origin;
  private final String role;
  private final SalvagedMigration.Work work;

  /**
   * For a migration.
   *
   * @param role that keeps; one that the file has taken on may not write what is kept down
   */
  TableMove(
      MigrationSession session,
      SalvageStore store,
      SalvageManifest manifest,
      DataSnapshot before,
      SalvageManifest.Origin origin,
      String role,
      SalvagedMigration.Work work) {
    this.work = work;
    this.role = role;
    this.session = session;
    this.store = store;
    this.manifest = manifest;
    this.before = before;
    this.origin = origin;
  }

  /**
   * What was moved.
   *
   * @param tables by object number, of which nothing is lost: those that were dropped without a row
   *     too
   * @param entries what was written down
   */
  record Moved(Set<Long> tables, List<SalvageEntry> entries) {}

  /**
   * Moves what a statement would drop.
   *
   * @param run runs the statement itself
   * @return empty where it must be run as it is; then nothing was done
   */
  Optional<Moved> instead(SqlOperation.Drop drop, Runnable run) {
    if (!session.ask(ROLE).getFirst().getString(0).equals(role)) {
      return Optional.empty();
    }
    Set<Long> dropped = new LinkedHashSet<>();
    for (Name name : drop.names()) {
      Optional<Long> found = resolve(name);
      if (found.isEmpty() ? !drop.ifExists() : !before.tables().containsKey(found.get())) {
        return Optional.empty();
      }
      found.ifPresent(oid -> dropped.addAll(tree(oid)));
    }
    if (dropped.isEmpty()) {
      return Optional.empty();
    }
    // As the statement itself would; from here on nobody puts a row in.
    dropped.forEach(this::lock);
    if (!dropped.stream().allMatch(this::isUntouched)) {
      return Optional.empty(); // Rows of it may be gone already, which a copy from before has.
    }
    // Of a stage 2 the privileges are kept too.
    if (origin.grace().isEmpty() && dropped.stream().allMatch(this::isEmpty)) {
      run.run();
      return Optional.of(new Moved(dropped, List.of()));
    }
    Optional<List<String>> along = along(dropped, run);
    if (along.isEmpty()) {
      return Optional.empty();
    }
    along.get().forEach(session::run);
    for (long table : dropped) {
      session.ask(DETACH, table).forEach(row -> session.run(row.getString("sql")));
    }
    List<SalvageEntry> entries = new ArrayList<>();
    for (long table : dropped) {
      entries.add(move(table));
    }
    return Optional.of(new Moved(dropped, entries));
  }

  private void lock(long table) {
    String name = sql(table);
    work.waiting(
        "the lock to move " + name,
        () -> session.run("LOCK TABLE ONLY " + name + " IN ACCESS EXCLUSIVE MODE"));
  }

  private Optional<Long> resolve(Name name) {
    return Optional.ofNullable(
        session.ask(SnapshotReader.OID, LiveSql.name(name)).getFirst().getLong("oid"));
  }

  /** A table and its partitions, leaves first. */
  private List<Long> tree(long table) {
    List<Long> all = session.ask(TREE, table).stream().map(row -> row.getLong("oid")).toList();
    return all.isEmpty() ? List.of(table) : all;
  }

  /** Whether no earlier statement has taken a column or rows of it, or written it anew. */
  private boolean isUntouched(long table) {
    Row now = session.ask(STATE, table).getFirst();
    List<Short> left = List.of(now.getArrayOfShorts("columns"));
    return before.columns().keySet().stream()
            .filter(column -> column.table() == table)
            .allMatch(column -> left.contains((short) column.number()))
        && now.getLong("file") == requireNonNull(before.tables().get(table)).file()
        && now.getLong("changes") == before.changed(table);
  }

  private boolean isEmpty(long table) {
    return unfiltered(
        table, () -> session.ask("SELECT FROM ONLY " + sql(table) + " LIMIT 1").isEmpty());
  }

  /** Asks of all rows: a policy would hide some of them without a word. */
  private <T> T unfiltered(long table, Supplier<T> asked) {
    String usual = session.ask(SECURITY).getFirst().getString(0);
    session.run("SET LOCAL row_security = off");
    T answer = new RowSecurity(session).whole(table, asked);
    session.run("SET LOCAL row_security = " + usual);
    return answer;
  }

  /** Its name now: an earlier statement may have changed it. */
  private String sql(long oid) {
    Row now = session.ask(NOW, oid).getFirst();
    return SalvageManifest.relation(now.getString("schema"), now.getString("name"));
  }

  /**
   * The statements that remove what the drop would take along; empty where it would take something
   * that cannot be removed by itself.
   */
  private Optional<List<String>> along(Set<Long> dropped, Runnable run) {
    Map<String, Row> there = others();
    session.run("SAVEPOINT ripcord_drop");
    run.run();
    Set<String> left = others().keySet();
    session.run("ROLLBACK TO SAVEPOINT ripcord_drop; RELEASE SAVEPOINT ripcord_drop");
    List<String> removals = new ArrayList<>();
    for (Map.Entry<String, Row> each : there.entrySet()) {
      Row row = each.getValue();
      if (left.contains(each.getKey()) || dropped.contains(row.getLong("of"))) {
        continue;
      }
      if (row.getString("remove").isEmpty() || row.getString("kind").equals("table")) {
        return Optional.empty();
      }
      if (!row.getBoolean("inherited")) {
        removals.add(row.getString("remove"));
      }
    }
    return Optional.of(removals);
  }

  private Map<String, Row> others() {
    Map<String, Row> all = new LinkedHashMap<>();
    for (Row row : session.ask(OTHERS)) {
      all.put(row.getString("kind") + row.getLong("oid"), row);
    }
    return all;
  }

  private SalvageEntry move(long oid) {
    Table table = requireNonNull(before.tables().get(oid));
    long id = manifest.nextId();
    long rows = rows(oid);
    List<SalvageStore.Column> columns = store.columns(oid);
    JsonArray facts = new TableFacts(session).ofTable(oid);
    String name = SalvageManifest.keptName(id, table.name());
    session.ask(OWN_LINKS, oid).forEach(row -> session.run(row.getString("sql")));
    int part = 0;
    for (Row each : session.ask(PARTS, oid)) {
      session.run(
          "ALTER %s %s RENAME TO %s"
              .formatted(
                  each.getString("kind"),
                  each.getString("name"),
                  Quoting.name("s" + id + "p" + ++part)));
    }
    session.run("ALTER TABLE %s RENAME TO %s".formatted(sql(oid), Quoting.name(name)));
    session.run("ALTER TABLE %s SET SCHEMA %s".formatted(sql(oid), SalvageManifest.SCHEMA));
    // Else its owner could not bring all rows back; the facts have it.
    session.run("ALTER TABLE ONLY %s NO FORCE ROW LEVEL SECURITY".formatted(sql(oid)));
    return manifest.enter(
        id,
        origin,
        SalvageEntry.Kind.TABLE,
        table,
        new SalvageManifest.Kept(Optional.empty(), List.of(), columns, name, rows, facts));
  }

  private long rows(long oid) {
    long counted =
        unfiltered(
            oid,
            () ->
                session
                    .ask(
                        "SELECT count(*) FROM (SELECT FROM ONLY %s LIMIT %d) found"
                            .formatted(sql(oid), COUNTED))
                    .getFirst()
                    .getLong(0));
    return counted < COUNTED
        ? counted
        : Math.max(counted, session.ask(ESTIMATE, oid).getFirst().getLong("rows"));
  }
}
