package dev.ripcord.postgres.journal;

import dev.ripcord.port.JournalException;
import dev.ripcord.port.Lease;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The session of the journal's database that holds the leases of this process, and the row by which
 * others see that it lives: it is renewed every {@link #RENEW_MILLIS}, by the database's clock.
 *
 * <p>Who waits for a lease may end a session that was not renewed for {@link #EXPIRY}. So it counts
 * as lost here when nothing sent within that time was answered, by this process's own monotonic
 * clock, and when that clock shows that the process stood still for as long. The clock of a machine
 * that is suspended stands still too; therefore nothing is done on the strength of a clock alone:
 * each effect asks the database by {@link #confirm}. Thread-safe.
 */
final class LeaseSession {
  private static final Logger LOG = LoggerFactory.getLogger(LeaseSession.class);

  /** Without a renewal for so long, who waits may take over. */
  static final Duration EXPIRY = Duration.ofSeconds(8);

  private static final long RENEW_MILLIS = 2_000;
  private static final long LOOK_MILLIS = 500;

  /** An answer proves something for so long after the question was sent. */
  private static final Duration PROOF = Duration.ofSeconds(4);

  /**
   * Not waiting for the disk: a renewal that a crash of the server loses is of a session it ended.
   */
  private static final String QUICKLY = "set_config('synchronous_commit', 'off', true)";

  private static final String REGISTER =
      """
      WITH gone AS (
        DELETE FROM ripcord_journal.lease_session s
        WHERE renewed_at < clock_timestamp() - interval '1 day'
          AND NOT EXISTS (SELECT FROM ripcord_journal.lease l WHERE l.session = s.id))
      INSERT INTO ripcord_journal.lease_session (pid, backend_start)
      SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid() RETURNING id
      """;
  private static final String RENEW =
      "UPDATE ripcord_journal.lease_session SET renewed_at = clock_timestamp() FROM "
          + QUICKLY
          + " WHERE id = $1 AND pid = pg_backend_pid() AND expired_at IS NULL";
  private static final String CONFIRM =
      "UPDATE ripcord_journal.lease_session s SET renewed_at = clock_timestamp()"
          + " FROM ripcord_journal.lease l, "
          + QUICKLY
          + " WHERE s.id = $1 AND s.pid = pg_backend_pid() AND s.expired_at IS NULL"
          + " AND l.service = $2 AND l.token = $3 AND l.session = s.id";

  private final Vertx vertx;
  private final PgConnection connection;
  private final long id;
  private final LongSupplier nanos;
  private final JournalHealth health;
  private final Promise<String> lost = Promise.promise();

  /** When the youngest renewal that was answered had been sent. */
  private volatile long renewed;

  private volatile long looked;

  private LeaseSession(
      Vertx vertx, PgConnection connection, long id, LongSupplier nanos, JournalHealth health) {
    this.vertx = vertx;
    this.connection = connection;
    this.id = id;
    this.nanos = nanos;
    this.health = health;
    this.renewed = nanos.getAsLong();
    this.looked = renewed;
  }

  /** Connects and begins to renew. */
  static Future<LeaseSession> open(
      Vertx vertx, PgConnectOptions options, LongSupplier nanos, JournalHealth health) {
    return PgConnection.connect(vertx, options)
        .compose(
            connection ->
                connection
                    .query(REGISTER)
                    .execute()
                    .timeout(EXPIRY.toMillis(), TimeUnit.MILLISECONDS)
                    .map(rows -> rows.iterator().next().getLong("id"))
                    .map(id -> new LeaseSession(vertx, connection, id, nanos, health).begin())
                    .onFailure(failure -> connection.close()));
  }

  private LeaseSession begin() {
    health.renewed();
    connection.exceptionHandler(
        failure -> LOG.debug("the session of the leases broke: {}", failure.getMessage()));
    connection.closeHandler(closed -> lose("its session was ended"));
    renewLater();
    lookLater();
    return this;
  }

  /** The session itself, for what is asked in it. */
  PgConnection connection() {
    return connection;
  }

  /** The number of its row. */
  long id() {
    return id;
  }

  /** Completes with the reason when the leases of this session are lost. */
  Future<String> lost() {
    return lost.future();
  }

  private void renewLater() {
    vertx.setTimer(
        RENEW_MILLIS,
        fired -> {
          if (!lost.future().isComplete()) {
            renew();
            renewLater();
          }
        });
  }

  /** Sent although the one before may not be answered: a slow server is no dead one. */
  private void renew() {
    long sent = nanos.getAsLong();
    connection
        .preparedQuery(RENEW)
        .execute(Tuple.of(id))
        .onSuccess(
            rows -> {
              if (rows.rowCount() == 0) {
                lose("another process found it not renewed and has taken over");
              } else {
                proved(sent);
              }
            })
        .onFailure(
            failure -> health.notRenewed("the leases cannot be renewed: " + message(failure)));
  }

  private synchronized void proved(long sent) {
    if (sent - renewed > 0) {
      renewed = sent;
    }
    if (!lost.future().isComplete()) {
      health.renewed();
    }
  }

  private void lookLater() {
    vertx.setTimer(
        LOOK_MILLIS,
        fired -> {
          if (!isOver()) {
            lookLater();
          }
        });
  }

  /** Looks at the clock, before anything else is believed after a pause of this process. */
  private boolean isOver() {
    long now = nanos.getAsLong();
    long paused = now - looked;
    looked = now;
    if (paused > EXPIRY.toNanos()) {
      lose("this process stood still for " + Duration.ofNanos(paused).toSeconds() + " s");
    } else if (now - renewed > EXPIRY.toNanos()) {
      lose("the server did not answer in it for " + EXPIRY.toSeconds() + " s");
    }
    return lost.future().isComplete();
  }

  /**
   * Asks the database whether a lease is still this session's, and renews it by that. Fails when it
   * is not, and when the answer comes too late to prove anything.
   */
  Future<Void> confirm(Lease lease) {
    if (isOver()) {
      return Future.failedFuture(isLost(lease));
    }
    long sent = nanos.getAsLong();
    return connection
        .preparedQuery(CONFIRM)
        .execute(Tuple.of(id, lease.service().text(), lease.token()))
        .timeout(PROOF.toMillis(), TimeUnit.MILLISECONDS)
        .compose(
            rows -> {
              if (rows.rowCount() == 0) {
                lose("the lease for " + lease.service() + " has passed on");
              } else {
                proved(sent);
              }
              if (isOver()) {
                return Future.failedFuture(isLost(lease));
              }
              return nanos.getAsLong() - sent > PROOF.toNanos()
                  ? Future.failedFuture(
                      new JournalException(
                          "the proof of the lease for "
                              + lease.service()
                              + " came after more than "
                              + PROOF.toSeconds()
                              + " s, which proves nothing any more"))
                  : Future.succeededFuture();
            });
  }

  private static JournalException isLost(Lease lease) {
    return new JournalException(
        "the lease for " + lease.service() + " is lost: nothing may be done for it here any more");
  }

  private void lose(String why) {
    if (lost.tryComplete(why)) {
      var _ = close();
    }
  }

  /** Ends the session, and with it what it holds. */
  Future<Void> close() {
    return connection.close();
  }

  private static String message(Throwable failure) {
    return JournalPool.message(failure);
  }
}
