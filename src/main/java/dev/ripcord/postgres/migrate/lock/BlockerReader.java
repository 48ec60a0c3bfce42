package dev.ripcord.postgres.migrate.lock;

import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.migrate.lock.Blocker.Identity;
import dev.ripcord.postgres.migrate.lock.Blocker.Kind;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asks who keeps a session from its lock, and who keeps those. */
public final class BlockerReader {
  /** A statement stands there without its values and comments. */
  private static final String CHAIN =
      """
      WITH RECURSIVE chain (pid, blocked, depth) AS (
        SELECT b, $1::int, 1 FROM unnest(pg_blocking_pids($1::int)) b
        UNION
        SELECT b, c.pid, c.depth + 1
        FROM chain c CROSS JOIN LATERAL unnest(pg_blocking_pids(c.pid)) b
        WHERE c.depth < 5 AND c.pid <> 0 AND b <> $1::int)
      SELECT c.pid, c.blocked, c.depth,
        coalesce(nullif(a.application_name, ''), 'a program without a name') AS program,
        coalesce(a.usename, '?') || coalesce(' from ' || host(a.client_addr), '') AS from,
        coalesce(a.state, 'state unknown') AS state, a.backend_start, a.xact_start,
        (extract(epoch FROM clock_timestamp() - a.xact_start) * 1000)::bigint AS open,
        a.query = '<insufficient privilege>' AS hidden,
        left(regexp_replace(regexp_replace(a.query, '\\s+', ' ', 'g'),
          '\\m[eE]''.*|''(?=[^'']*\\\\).*|\\$[A-Za-z_]*\\$.*|--.*|/\\*.*|''[^'']*(?:''|$)|\\m[0-9][0-9.]*',
          '…', 'g'), 80) AS query,
        (SELECT string_agg(DISTINCT l.relation::regclass::text, ', ') FROM pg_locks l
          WHERE l.pid = c.blocked AND (NOT l.granted OR l.locktype = 'tuple')
            AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()))
          AS relation,
        CASE WHEN c.pid = 0 THEN 'PREPARED' WHEN a.application_name LIKE 'ripcord%' THEN 'OWN'
          WHEN a.backend_type IS DISTINCT FROM 'client backend' THEN 'SERVER'
          WHEN r.rolsuper THEN 'SUPERUSER' ELSE 'CLIENT' END AS kind
      FROM (SELECT DISTINCT ON (pid) pid, blocked, depth FROM chain ORDER BY pid, depth) c
        LEFT JOIN pg_stat_activity a ON a.pid = c.pid
        LEFT JOIN pg_roles r ON r.oid = a.usesysid
      ORDER BY c.depth, c.pid LIMIT 12
      """;

  private BlockerReader() {}

  /** Asks without waiting; empty when nobody is in the way. */
  public static Future<List<Blocker>> read(MigrationSession asking, int waitingPid) {
    return asking
        .later(CHAIN, waitingPid)
        .map(rows -> rows.stream().map(BlockerReader::blocker).toList());
  }

  private static Blocker blocker(Row row) {
    @Nullable OffsetDateTime began = row.getOffsetDateTime("backend_start");
    @Nullable OffsetDateTime transaction = row.getOffsetDateTime("xact_start");
    @Nullable Long open = row.getLong("open");
    return new Blocker(
        row.getInteger("pid"),
        row.getInteger("blocked"),
        row.getInteger("depth"),
        row.getString("program"),
        row.getString("from"),
        row.getString("state"),
        Optional.ofNullable(open).map(millis -> Duration.ofMillis(Math.max(0, millis))),
        Boolean.TRUE.equals(row.getBoolean("hidden"))
            ? Optional.empty()
            : Optional.ofNullable(row.getString("query")),
        Optional.ofNullable(row.getString("relation")),
        began == null || transaction == null
            ? Optional.empty()
            : Optional.of(new Identity(began, transaction)),
        Kind.valueOf(row.getString("kind")));
  }
}
