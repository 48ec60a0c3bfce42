package dev.ripcord.postgres.migrate;

import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.history.MigrationHistory;
import dev.ripcord.postgres.history.MigrationStatus;
import dev.ripcord.postgres.history.MigrationTables;
import dev.ripcord.postgres.history.OpenAttempts;
import dev.ripcord.postgres.migrate.lock.MigrationLock;
import dev.ripcord.postgres.tool.ManagedToolFiles;
import dev.ripcord.postgres.tool.ToolReconciler;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Looks at a database while others migrate it, over one connection of its own. It takes no lock and
 * makes nothing. Its methods wait for the server; call them from one thread that may wait, never
 * from an event loop.
 */
public final class ActivityMonitor implements AutoCloseable {
  private static final String ACTIVITY =
      """
      WITH session AS (
        SELECT a.pid, coalesce(nullif(a.application_name, ''), 'a program without a name') AS program,
          coalesce(a.state, 'state unknown') AS state,
          extract(epoch FROM clock_timestamp()
            - CASE WHEN a.state = 'active' THEN a.query_start ELSE a.state_change END) AS seconds,
          left(regexp_replace(a.query, '\\s+', ' ', 'g'), 120) AS query,
          pg_blocking_pids(a.pid) AS blockers,
          EXISTS (SELECT FROM pg_locks l WHERE l.pid = a.pid AND l.locktype = 'advisory'
            AND l.granted AND l.objsubid = 1
            AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND l.classid::bigint = ($1::bigint >> 32) & 4294967295
            AND l.objid::bigint = $1::bigint & 4294967295) AS migrates
        FROM pg_stat_activity a
        WHERE a.datname = current_database() AND a.pid <> pg_backend_pid()
          AND a.backend_type = 'client backend')
      SELECT s.*, (SELECT format('%s, block %s of %s', p.phase, p.blocks_done, p.blocks_total)
        FROM pg_stat_progress_create_index p WHERE p.pid = s.pid) AS progress
      FROM session s
      WHERE s.migrates OR cardinality(s.blockers) > 0
        OR s.pid IN (SELECT unnest(blockers) FROM session)
      ORDER BY s.migrates DESC, s.pid
      """;

  private final Vertx vertx;
  private final MigrationSession session;
  private final MigrationTables tables;
  private final MigrationHistory history;
  private final long workKey;
  private final Optional<ToolReconciler> tool;

  private ActivityMonitor(
      Vertx vertx, MigrationSession session, String schema, Optional<ManagedToolFiles> kept) {
    this.vertx = vertx;
    this.session = session;
    this.tables = new MigrationTables(schema);
    this.history = new MigrationHistory(tables);
    this.tool = kept.map(files -> new ToolReconciler(tables, files));
    this.workKey = MigrationLock.workKey(schema);
  }

  /**
   * Connects, or throws a {@link dev.ripcord.port.SchemaException} that names the database.
   *
   * @param kept what Ripcord runs there for another tool
   */
  public static ActivityMonitor open(
      Vertx vertx, Database database, String schema, Optional<ManagedToolFiles> kept) {
    return new ActivityMonitor(vertx, MigrationSession.open(vertx, database), schema, kept);
  }

  /** What the database remembers now. */
  public MigrationStatus status() {
    MigrationStatus status =
        new MigrationStatus(
            history.records(session.client()).await(),
            history.history(session.client()).await(),
            history.interrupted(session.client()).await(),
            history.unfinished(session.client()).await(),
            List.of(),
            OpenAttempts.read(session, tables));
    return tool.map(each -> each.seen(session, status)).orElse(status);
  }

  /** Who migrates, who waits, and who is waited for, now; the one that migrates comes first. */
  public List<MigrationActivity> activity() {
    return session.ask(ACTIVITY, workKey).stream().map(ActivityMonitor::activity).toList();
  }

  private static MigrationActivity activity(Row row) {
    BigDecimal seconds = Optional.ofNullable(row.getBigDecimal("seconds")).orElse(BigDecimal.ZERO);
    Integer[] blockers = row.getArrayOfIntegers("blockers");
    return new MigrationActivity(
        row.getInteger("pid"),
        row.getString("program"),
        row.getString("state"),
        Duration.ofMillis(Math.max(0, seconds.movePointRight(3).longValue())),
        Optional.ofNullable(row.getString("query")).orElse(""),
        row.getBoolean("migrates"),
        Arrays.stream(blockers).distinct().toList(),
        Optional.ofNullable(row.getString("progress")));
  }

  /** Waits until the next look. */
  public void pause(Duration time) {
    Future<?> timer = vertx.timer(time.toMillis(), TimeUnit.MILLISECONDS);
    var _ = timer.await();
  }

  @Override
  public void close() {
    session.close();
  }
}
