package dev.ripcord.postgres.migrate.execution;

import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.RunProgress;
import dev.ripcord.postgres.migrate.lock.Blocker;
import dev.ripcord.postgres.migrate.lock.BlockerReader;
import dev.ripcord.postgres.migrate.lock.LockWaits;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import java.util.List;
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

  private static final String MARK =
      "SELECT (SELECT application_name FROM pg_stat_activity WHERE pid = $1) AS mark, ";

  private static final String MARK_ONLY = MARK + "NULL::text AS progress";

  /** PostgreSQL 14 and later have all of these views. */
  private static final String ALL =
      MARK
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
  private final LockWaits waits;
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
   * @param waits is told who is in the way
   */
  LockWaitMonitor(
      Vertx vertx,
      MigrationSession asking,
      int watchedPid,
      LockWaits waits,
      Consumer<RunProgress> meanwhile) {
    this.waits = waits;
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
      Future<List<Blocker>> chain = BlockerReader.read(asking, watchedPid);
      var _ =
          asking
              .later(sql, watchedPid)
              .onSuccess(rows -> note(chain, rows.iterator().next()))
              .onFailure(this::simpler);
    }
  }

  private synchronized void simpler(Throwable failure) {
    if (failure instanceof PgException && !sql.equals(MARK_ONLY)) {
      sql = MARK_ONLY;
      look();
    }
  }

  /** Of one session the first question is answered first. */
  private synchronized void note(Future<List<Blocker>> chain, Row row) {
    if (chain.failed()) {
      simpler(chain.cause());
      return;
    }
    List<Blocker> blockers = chain.result();
    @Nullable String progress = row.getString("progress");
    if (!blockers.isEmpty()) {
      seen = Blocker.shown(blockers);
      waits.see(blockers);
    }
    if (closed) {
      return;
    }
    looks++;
    String now = what.apply(Optional.ofNullable(row.getString("mark")).orElse(""));
    if (!blockers.isEmpty()) {
      meanwhile.accept(new RunProgress(now, "waits for " + Blocker.shown(blockers)));
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
