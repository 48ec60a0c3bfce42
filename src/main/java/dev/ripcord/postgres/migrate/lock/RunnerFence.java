package dev.ripcord.postgres.migrate.lock;

import dev.ripcord.port.Fence;
import dev.ripcord.port.Permit;
import dev.ripcord.port.SchemaException;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.PreconditionFailure;
import dev.ripcord.postgres.history.MigrationTables;
import dev.ripcord.release.ServiceName;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a run that lost its right to act from changing a database: its token is compared, in the
 * transaction, with the last one of the same journal and service, and its right proved once more
 * before each commit. The sessions of a run stand beside its token, so that the next holder ends
 * what an older one left before it waits for the lock.
 *
 * <p>A run without a permit, or with a fence that no journal gave, is compared with nothing.
 */
public final class RunnerFence {
  private static final Logger LOG = LoggerFactory.getLogger(RunnerFence.class);

  /** A statement that was cancelled ends within so long, or its session is ended. */
  private static final long CANCEL_MILLIS = 5_000;

  private static final String READY =
      """
      SELECT FROM information_schema.columns
      WHERE table_schema = $1 AND table_name = 'fence' AND column_name = 'journal'
      """;
  private static final String ENTER =
      """
      INSERT INTO $schema.fence AS f
        (journal, service, token, door_pid, door_start, work_pid, work_start)
      SELECT $1, $2, $3, $4, (SELECT backend_start FROM pg_stat_activity WHERE pid = $4),
        $5, (SELECT backend_start FROM pg_stat_activity WHERE pid = $5)
      ON CONFLICT (journal, service) DO UPDATE SET token = excluded.token,
        seen_at = clock_timestamp(), door_pid = excluded.door_pid,
        door_start = excluded.door_start, work_pid = excluded.work_pid,
        work_start = excluded.work_start
      WHERE f.token <= excluded.token
      """;
  private static final String LOOK =
      """
      UPDATE $schema.fence SET seen_at = clock_timestamp()
      WHERE journal = $1 AND service = $2 AND token <= $3
      """;
  private static final String END_OLDER =
      """
      SELECT a.pid, pg_terminate_backend(a.pid)
      FROM $schema.fence f
        JOIN pg_stat_activity a ON (a.pid = f.door_pid AND a.backend_start = f.door_start)
          OR (a.pid = f.work_pid AND a.backend_start = f.work_start)
      WHERE f.journal = $1 AND f.service = $2 AND f.token <= $3 AND a.pid <> pg_backend_pid()
      """;

  private static final String OTHER_JOURNAL =
      """
      SELECT journal, to_char(seen_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') AS seen
      FROM $schema.fence WHERE journal <> $1 AND service = $2
        AND seen_at > clock_timestamp() - interval '30 days'
      ORDER BY seen_at DESC LIMIT 1
      """;

  private final MigrationTables tables;
  private final Optional<Permit> permit;
  private final Optional<Fence> fence;

  public RunnerFence(MigrationTables tables, Optional<Permit> permit) {
    this.tables = tables;
    this.permit = permit;
    this.fence = permit.map(Permit::fence).filter(each -> !each.journal().isEmpty());
  }

  /** Whether there is a right to act, which may end while the run waits. */
  boolean isHeld() {
    return permit.isPresent();
  }

  /** Whether the right to act is known to be lost. */
  public boolean isRevoked() {
    return permit.filter(each -> each.revoked().isComplete()).isPresent();
  }

  /**
   * Ends the sessions of older holders of the same lease, which stand still or are being cancelled,
   * and what an earlier run of this holder left when its connection was lost: what they have not
   * committed is undone. Does nothing unless this run may act itself.
   *
   * @throws SchemaException when this run has lost its right to act
   */
  void endOlder(MigrationSession session) {
    if (isRevoked()) {
      throw new SchemaException(over());
    }
    if (fence.isEmpty() || session.ask(READY, tables.schema()).isEmpty()) {
      return;
    }
    var _ = permit.orElseThrow().confirm().await();
    Fence own = fence.get();
    try {
      List<Row> ended =
          session.ask(tables.sql(END_OLDER), own.journal(), own.service().text(), own.token());
      for (Row row : ended) {
        LOG.warn(
            "{}: session {} of an older holder of the lease was still there and is ended",
            own.service(),
            row.getInteger("pid"));
      }
    } catch (PgException refused) {
      LOG.warn(
          "{}: what an older holder of the lease left cannot be ended, and is waited for: {}",
          own.service(),
          refused.getErrorMessage());
    }
  }

  /**
   * Writes the token down, with the sessions that act under it; the lock against other runs is
   * held.
   *
   * @throws PreconditionFailure when a newer holder was here
   */
  public void enter(MigrationSession lockSession, MigrationSession work) {
    if (fence.isEmpty()) {
      return;
    }
    Fence own = fence.get();
    int entered =
        lockSession.change(
            tables.sql(ENTER),
            own.journal(),
            own.service().text(),
            own.token(),
            lockSession.pid(),
            work.pid());
    if (entered == 0) {
      throw new PreconditionFailure(behind(own));
    }
  }

  /**
   * Locks the row of the fence until the transaction ends; fails with a {@link PreconditionFailure}
   * when a newer holder was here. Where no transaction is open it only says what was seen last.
   */
  public Future<?> look(MigrationSession session) {
    if (fence.isEmpty()) {
      return Future.succeededFuture();
    }
    Fence own = fence.get();
    return session
        .later(tables.sql(LOOK), own.journal(), own.service().text(), own.token())
        .compose(
            rows ->
                rows.rowCount() == 0
                    ? Future.failedFuture(new PreconditionFailure(behind(own)))
                    : Future.succeededFuture());
  }

  /**
   * Proves the right to act, and looks at the fence again: asked right before a commit, so that a
   * process that stood still in between does not commit.
   */
  public Future<?> beforeCommit(MigrationSession session) {
    return permit.isEmpty()
        ? Future.succeededFuture()
        : permit
            .get()
            .confirm()
            .recover(
                lost ->
                    Future.failedFuture(
                        new SchemaException(
                            lost.getMessage() + "; what was not committed is undone", lost)))
            .compose(proved -> look(session));
  }

  /** What is known of another journal's holder of a service's lease, for people. */
  public static Future<Optional<String>> otherJournal(
      SqlClient client, MigrationTables tables, String journal, ServiceName service) {
    return client
        .preparedQuery(READY)
        .execute(Tuple.of(tables.schema()))
        .compose(
            there ->
                there.size() == 0
                    ? Future.succeededFuture(Optional.empty())
                    : client
                        .preparedQuery(tables.sql(OTHER_JOURNAL))
                        .execute(Tuple.of(journal, service.text()))
                        .map(rows -> otherJournal(rows, service)));
  }

  private static Optional<String> otherJournal(RowSet<Row> rows, ServiceName service) {
    return rows.stream()
        .findFirst()
        .map(
            row ->
                "Another journal ("
                    + row.getString("journal")
                    + ") acted on "
                    + service
                    + " in this database, last at "
                    + row.getString("seen")
                    + " UTC. Where a ripcord still uses that journal, stop it: two journals do not"
                    + " keep each other from acting at once.");
  }

  private static String behind(Fence own) {
    return "fence "
        + own.token()
        + " is behind what the database has seen: a newer run has taken over, and this one may not"
        + " change anything any more";
  }

  private String over() {
    return "the right to act for "
        + permit.map(each -> each.fence().service().text()).orElse("this database")
        + " has ended; what was not committed is undone";
  }

  /**
   * Breaks a run off when the right to act is lost: cancels the statement under way, and ends its
   * session where that does not help.
   */
  public void breaksOff(Vertx vertx, RunnerSessions sessions, LockHeartbeat pulse) {
    permit.ifPresent(
        each ->
            each.revoked()
                .onComplete(
                    gone -> {
                      pulse.end(over());
                      sessions.workSession().cancel();
                      vertx.setTimer(CANCEL_MILLIS, fired -> end(sessions));
                    }));
  }

  private static void end(RunnerSessions sessions) {
    if (sessions.workSession().isOpen()) {
      var _ =
          sessions
              .lockSession()
              .later("SELECT pg_terminate_backend($1)", sessions.workSession().pid())
              .onFailure(failure -> LOG.debug("not ended: {}", failure.getMessage()));
    }
  }
}
