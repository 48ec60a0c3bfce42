package dev.ripcord.postgres.migrate.execution;

import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.RunProgress;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Watches one statement from another session while it runs: who keeps it from its lock, and how far
 * PostgreSQL says that it is.
 */
final class LockWaitMonitor implements AutoCloseable {
  private static final int EVERY_MILLIS = 1000;

  /** The statement that is in the way stands there without its values and comments. */
  private static final String BLOCKERS =
      """
      SELECT (SELECT string_agg(format('pid %s (%s, %s): %s', pid,
        coalesce(nullif(application_name, ''), 'a program without a name'),
        coalesce(state, 'state unknown'),
        left(regexp_replace(regexp_replace(query, '\\s+', ' ', 'g'),
          '\\m[eE]''.*|''(?=[^'']*\\\\).*|\\$[A-Za-z_]*\\$.*|--.*|/\\*.*|''[^'']*(?:''|$)|\\m[0-9][0-9.]*',
          '…', 'g'), 80)), '; ')
      FROM pg_stat_activity WHERE pid = ANY (pg_blocking_pids($1))) AS blockers,
      (SELECT application_name FROM pg_stat_activity WHERE pid = $1) AS mark,
      """;

  private static final String BLOCKERS_ONLY = BLOCKERS + "NULL::text AS progress";

  /** PostgreSQL 14 and later have all of these views. */
  private static final String ALL =
      BLOCKERS
          + """
          (SELECT format('%s%s', what, CASE WHEN total > 0
            THEN format(', %s%% of %s %s', least(100, 100 * done / total), total, unit) END)
          FROM (
            SELECT lower(command) || ', ' || phase AS what,
              CASE WHEN blocks_total > 0 THEN blocks_done ELSE tuples_done END AS done,
              CASE WHEN blocks_total > 0 THEN blocks_total ELSE tuples_total END AS total,
              CASE WHEN blocks_total > 0 THEN 'blocks' ELSE 'rows' END AS unit
            FROM pg_stat_progress_create_index WHERE pid = $1
            UNION ALL SELECT lower(command) || ', ' || phase, heap_blks_scanned, heap_blks_total,
              'blocks' FROM pg_stat_progress_cluster WHERE pid = $1
            UNION ALL SELECT 'vacuum, ' || phase, heap_blks_scanned, heap_blks_total, 'blocks'
              FROM pg_stat_progress_vacuum WHERE pid = $1
            UNION ALL SELECT 'analyze, ' || phase, sample_blks_scanned, sample_blks_total, 'blocks'
              FROM pg_stat_progress_analyze WHERE pid = $1
            UNION ALL SELECT 'copy', bytes_processed, bytes_total, 'bytes'
              FROM pg_stat_progress_copy WHERE pid = $1) AS views LIMIT 1) AS progress
          """;

  private final Vertx vertx;
  private final MigrationSession asking;
  private final int watchedPid;
  private UnaryOperator<String> what = mark -> mark;
  private final Consumer<RunProgress> meanwhile;

  private String sql = ALL;
  private String seen = "";
  private int looks;
  private boolean closed;
  private long timer;

  /**
   * Not begun yet.
   *
   * @param asking the session that is free to ask
   * @param watchedPid the server's number of the session that works
   */
  LockWaitMonitor(
      Vertx vertx, MigrationSession asking, int watchedPid, Consumer<RunProgress> meanwhile) {
    this.vertx = vertx;
    this.asking = asking;
    this.watchedPid = watchedPid;
    this.meanwhile = meanwhile;
  }

  /** What runs now, for people. */
  synchronized void now(String statement) {
    now(mark -> statement);
  }

  /** What runs now, by the name that its session bears just then. */
  synchronized void now(UnaryOperator<String> marked) {
    what = marked;
  }

  /** Begins to look after a while, so that what is quick costs nothing. */
  synchronized LockWaitMonitor after(long millis) {
    timer = vertx.setTimer(Math.clamp(millis, 1, EVERY_MILLIS), fired -> look());
    return this;
  }

  private synchronized void look() {
    if (!closed) {
      var _ = asking.later(sql, watchedPid).onSuccess(this::note).onFailure(this::simpler);
    }
  }

  private synchronized void simpler(Throwable failure) {
    if (failure instanceof PgException && !sql.equals(BLOCKERS_ONLY)) {
      sql = BLOCKERS_ONLY;
      look();
    }
  }

  private synchronized void note(RowSet<Row> rows) {
    Row row = rows.iterator().next();
    @Nullable String blockers = row.getString("blockers");
    @Nullable String progress = row.getString("progress");
    seen = Optional.ofNullable(blockers).orElse(seen);
    if (closed) {
      return;
    }
    looks++;
    String now = what.apply(Optional.ofNullable(row.getString("mark")).orElse(""));
    if (blockers != null) {
      meanwhile.accept(new RunProgress(now, "waits for " + blockers));
    } else if (progress != null) {
      meanwhile.accept(new RunProgress(now, progress));
    } else if (looks > 1) {
      meanwhile.accept(new RunProgress(now, "still runs"));
    }
    timer = vertx.setTimer(EVERY_MILLIS, fired -> look());
  }

  /** Who was in the way when it was asked last; empty when nobody was. */
  synchronized String seen() {
    return seen;
  }

  @Override
  public synchronized void close() {
    closed = true;
    vertx.cancelTimer(timer);
  }
}
