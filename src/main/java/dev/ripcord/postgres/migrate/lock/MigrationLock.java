package dev.ripcord.postgres.migrate.lock;

import dev.ripcord.port.SchemaException;
import dev.ripcord.postgres.Backoff;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.RunProgress;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The lock that lets one run of migrations at a time change a database: a session advisory lock.
 *
 * <p>It is polled, never waited for inside the server: a session that waits there, or holds a lock
 * in an open transaction, stops {@code CREATE INDEX CONCURRENTLY} for good. It ends with its
 * session, so a killed run leaves nothing behind.
 */
public final class MigrationLock {
  private static final long FAMILY = 0x5269_7063_6f72_6400L;
  private static final long SAY_EVERY_NANOS = Duration.ofSeconds(5).toNanos();
  private static final long END_EVERY_NANOS = Duration.ofSeconds(1).toNanos();
  private static final int POLL_MILLIS = 100;

  /** Where it is taken, the name of the session says since when. */
  private static final String TRY =
      """
      SELECT taken, CASE WHEN taken THEN set_config('application_name',
        'ripcord migrations, lock held since '
        || to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') || ' UTC', false)
        END FROM (SELECT pg_try_advisory_lock($1) AS taken OFFSET 0) AS tried
      """;

  /** Answers a row while the asking session holds the lock. */
  static final String SEEN =
      """
      SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid = pg_backend_pid()
        AND objsubid = 1 AND classid::bigint = ($1::bigint >> 32) & 4294967295
        AND objid::bigint = $1::bigint & 4294967295
      """;

  private static final String HOLDER =
      """
      SELECT a.pid, coalesce(a.application_name LIKE 'ripcord%'
          AND (a.state_change > clock_timestamp() - interval '10 s'
            OR (a.state = 'active' AND a.wait_event_type IS DISTINCT FROM 'Lock')), false) AS moves,
        coalesce(nullif(a.application_name, ''), 'a program without a name') AS program,
        coalesce(a.usename, '?') || coalesce(' from ' || host(a.client_addr), '') AS who,
        coalesce(to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS TZ'), 'an unknown time') AS since
      FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
      WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND l.classid::bigint = ($1::bigint >> 32) & 4294967295
        AND l.objid::bigint = $1::bigint & 4294967295
      """;

  private final Backoff pause;
  private final LongSupplier nanos;
  private final Duration budget;
  private final Consumer<RunProgress> meanwhile;
  private final RunnerFence fence;

  /**
   * Takes nothing yet.
   *
   * @param budget how long to wait for another run; one that reverts a release waits longer, as
   *     long as the other one is Ripcord's and moves
   * @param fence ends what an older holder of the same lease left
   */
  public MigrationLock(
      Backoff pause,
      LongSupplier nanos,
      Duration budget,
      Consumer<RunProgress> meanwhile,
      RunnerFence fence) {
    this.fence = fence;
    this.pause = pause;
    this.nanos = nanos;
    this.budget = budget;
    this.meanwhile = meanwhile;
  }

  /** The lock of the session that keeps others out. */
  public static long lockKey(String schema) {
    return FAMILY ^ ((long) schema.hashCode() << 1);
  }

  /**
   * The lock of the session that runs the statements. A killed run lets go of the lockSession at
   * once while its last statement may still be running in the server; this one is held until that
   * has ended.
   */
  public static long workKey(String schema) {
    return lockKey(schema) ^ 1;
  }

  /** Takes a lock, or throws a {@link SchemaException} that says who holds it. */
  public void take(MigrationSession session, long key) {
    long start = nanos.getAsLong();
    long reported = start - SAY_EVERY_NANOS;
    long ended = start - END_EVERY_NANOS;
    while (!session.ask(TRY, key).getFirst().getBoolean(0)) {
      List<Row> holders = session.ask(HOLDER, key);
      String holder = holder(holders);
      long now = nanos.getAsLong();
      if (now - ended >= END_EVERY_NANOS) {
        fence.endOlder(session);
        ended = now;
      }
      boolean goesOn = fence.isHeld() && holders.stream().allMatch(row -> row.getBoolean("moves"));
      if (now - start > budget.toNanos() && !goesOn) {
        throw SchemaException.unanswered(
            "another run of migrations did not end within "
                + budget.toSeconds()
                + " s: "
                + holder
                + ". Try again when it has ended");
      }
      if (now - reported >= SAY_EVERY_NANOS) {
        meanwhile.accept(new RunProgress("waiting for another run of migrations to end", holder));
        reported = now;
      }
      pause.about(POLL_MILLIS);
    }
  }

  private static String holder(List<Row> rows) {
    if (rows.isEmpty()) {
      return "it ends just now";
    }
    Row row = rows.getFirst();
    return "pid "
        + row.getInteger("pid")
        + " ("
        + row.getString("program")
        + "), "
        + row.getString("who")
        + ", connected since "
        + row.getString("since");
  }
}
