package dev.ripcord.postgres;

import dev.ripcord.port.JournalException;
import dev.ripcord.port.Lease;
import dev.ripcord.release.ServiceName;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leases of this process: one session of the database holds an advisory lock for each.
 *
 * <p>The lock goes with the session, so a process that is killed frees its leases at once, and one
 * whose host vanished within some {@link #DEAD_PEER_SECONDS} seconds, when the server's keepalives
 * find nobody. A process that stood still and wakes up again may believe that it still holds one:
 * against that, each holder's token is larger than the one before, and whatever acts checks it.
 *
 * <p>The session must be a real one: a pooler that shares sessions between transactions breaks it.
 * Thread-safe.
 */
final class Leases {
  /** After so long without an answer the server takes the other side for dead. */
  static final int DEAD_PEER_SECONDS = 20;

  private static final Logger LOG = LoggerFactory.getLogger(Leases.class);
  private static final long BEAT_MILLIS = 2_000;
  private static final long BEAT_DEADLINE_SECONDS = 5;
  private static final String KEY = "hashtextextended('ripcord lease ' || $1, 0)";
  private static final String TRY = "SELECT pg_try_advisory_lock(" + KEY + ") AS taken";
  private static final String UNLOCK = "SELECT pg_advisory_unlock(" + KEY + ")";
  private static final String TOKEN =
      """
      INSERT INTO ripcord_journal.lease AS l (service, token, holder, taken_at)
      VALUES ($1, 1, $2, now())
      ON CONFLICT (service) DO UPDATE SET token = l.token + 1, holder = $2, taken_at = now()
      RETURNING token
      """;
  private static final String HOLDER =
      """
      SELECT coalesce(l.holder, 'another program') AS holder, k.pid,
        coalesce(l.taken_at, a.backend_start) AS since, host(a.client_addr) AS client
      FROM pg_locks k
        LEFT JOIN pg_stat_activity a ON a.pid = k.pid
        LEFT JOIN ripcord_journal.lease l ON l.service = $1
      WHERE k.locktype = 'advisory' AND k.granted AND k.objsubid = 1
        AND k.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND ((k.classid::bigint << 32) | k.objid::bigint) =
      """
          + KEY;

  private final Vertx vertx;
  private final PgConnectOptions options;
  private final String where;
  private final Map<ServiceName, Held> held = new HashMap<>();
  private @Nullable Future<PgConnection> session;

  /**
   * Opens no connection yet.
   *
   * @param options where, and as whom
   */
  Leases(Vertx vertx, PgConnectOptions options) {
    this.vertx = vertx;
    this.where = JournalPool.where(options);
    this.options =
        JournalPool.withSettings(
            options,
            Map.of(
                "application_name", "ripcord leases",
                "tcp_keepalives_idle", "5",
                "tcp_keepalives_interval", "5",
                "tcp_keepalives_count", "3",
                "tcp_user_timeout", DEAD_PEER_SECONDS + "s"));
  }

  /** A lease of this process; the token is 0 until it is granted. */
  private record Held(long token, Promise<Void> lost) {}

  /** Takes the lease of a service. */
  Future<Lease> take(ServiceName service, String holder) {
    Promise<Void> lost = Promise.promise();
    synchronized (this) {
      if (held.putIfAbsent(service, new Held(0, lost)) != null) {
        return Future.failedFuture(
            new JournalException("\"" + service + "\" is watched by this process already", true));
      }
    }
    Future<Lease> taken =
        session()
            .compose(
                connection ->
                    connection
                        .preparedQuery(TRY)
                        .execute(Tuple.of(service.text()))
                        .compose(
                            rows ->
                                rows.iterator().next().getBoolean("taken")
                                    ? granted(connection, service, holder, lost)
                                    : refused(connection, service)))
            .timeout(JournalPool.DEADLINE_SECONDS, TimeUnit.SECONDS)
            .recover(
                e -> {
                  forget(service, lost, e);
                  return Future.failedFuture(
                      JournalPool.failure("take the lease for " + service, where, e));
                });
    return JournalPool.onCaller(taken);
  }

  private Future<Lease> granted(
      PgConnection connection, ServiceName service, String holder, Promise<Void> lost) {
    return connection
        .preparedQuery(TOKEN)
        .execute(Tuple.of(service.text(), JournalJson.storable(holder)))
        .map(rows -> rows.iterator().next().getLong("token"))
        .compose(
            token -> {
              synchronized (this) {
                if (held.replace(service, new Held(token, lost)) == null) {
                  return Future.failedFuture(new JournalException(lostText(service)));
                }
              }
              LOG.info("{} is ours: lease {} for {}", service, token, holder);
              return Future.succeededFuture(
                  new Lease(service, token, JournalPool.onCaller(lost.future())));
            });
  }

  private Future<Lease> refused(PgConnection connection, ServiceName service) {
    return connection
        .preparedQuery(HOLDER)
        .execute(Tuple.of(service.text()))
        .compose(
            rows -> {
              String who = who(rows);
              return Future.failedFuture(
                  new JournalException(
                      "\"" + service + "\" is watched by " + who + "; stop that one first", true));
            });
  }

  private static String who(RowSet<Row> rows) {
    for (Row row : rows) {
      String client = Optional.ofNullable(row.getString("client")).orElse("this host");
      return "%s since %s (database session %d from %s)"
          .formatted(
              row.getString("holder"),
              row.getOffsetDateTime("since").toInstant(),
              row.getInteger("pid"),
              client);
    }
    return "another process that is just ending";
  }

  /** Gives a lease back; done already when it is lost. */
  Future<Void> release(Lease lease) {
    Future<PgConnection> connection;
    synchronized (this) {
      Held ours = held.get(lease.service());
      if (ours == null || ours.token() != lease.token() || session == null) {
        return Future.succeededFuture();
      }
      held.remove(lease.service());
      connection = session;
    }
    return JournalPool.onCaller(
        connection
            .compose(c -> c.preparedQuery(UNLOCK).execute(Tuple.of(lease.service().text())))
            .timeout(JournalPool.DEADLINE_SECONDS, TimeUnit.SECONDS)
            .<Void>mapEmpty()
            .recover(
                e ->
                    Future.failedFuture(
                        JournalPool.failure(
                            "give back the lease for " + lease.service(), where, e))));
  }

  /** Ends the session, and with it all leases. */
  Future<Void> close() {
    Future<PgConnection> ended;
    synchronized (this) {
      ended = session;
      session = null;
      held.clear();
    }
    return ended == null
        ? Future.succeededFuture()
        : ended.transform(
            (connection, failure) ->
                failure == null ? connection.close() : Future.succeededFuture());
  }

  private synchronized Future<PgConnection> session() {
    if (session == null) {
      Future<PgConnection> connecting = PgConnection.connect(vertx, options);
      session = connecting;
      connecting.onComplete(this::connected, this::failed);
      return connecting;
    }
    return session;
  }

  private void connected(PgConnection connection) {
    connection.closeHandler(closed -> lose(connection, "its session ended"));
    beat(connection);
  }

  private synchronized void failed(Throwable failure) {
    session = null;
  }

  /** Asks the server again and again whether the session still lives. */
  private void beat(PgConnection connection) {
    vertx.setTimer(
        BEAT_MILLIS,
        fired -> {
          if (!isCurrent(connection)) {
            return;
          }
          connection
              .query("SELECT 1")
              .execute()
              .timeout(BEAT_DEADLINE_SECONDS, TimeUnit.SECONDS)
              .onSuccess(alive -> beat(connection))
              .onFailure(
                  e -> {
                    lose(connection, "the server did not answer in its session: " + e.getMessage());
                    connection.close();
                  });
        });
  }

  private synchronized boolean isCurrent(PgConnection connection) {
    return session != null && session.succeeded() && session.result() == connection;
  }

  private void lose(PgConnection connection, String why) {
    Map<ServiceName, Held> gone;
    synchronized (this) {
      if (!isCurrent(connection)) {
        return;
      }
      session = null;
      gone = Map.copyOf(held);
      held.clear();
    }
    if (!gone.isEmpty()) {
      LOG.warn("leases lost for {}: {}", List.copyOf(gone.keySet()), why);
    }
    gone.values().forEach(ours -> ours.lost().tryComplete());
  }

  /**
   * Nothing came of taking a lease. The lock may have been granted all the same, or be granted yet,
   * as after a deadline: what is asked of one session is done in its order, so this frees it.
   */
  private synchronized void forget(ServiceName service, Promise<Void> lost, Throwable why) {
    Held ours = held.get(service);
    if (ours == null || ours.lost() != lost) {
      return;
    }
    held.remove(service);
    boolean refused = why instanceof JournalException said && said.isLeaseHeld();
    if (!refused && session != null) {
      session
          .compose(c -> c.preparedQuery(UNLOCK).execute(Tuple.of(service.text())))
          .onFailure(e -> LOG.debug("{} was not unlocked", service, e));
    }
  }

  private static String lostText(ServiceName service) {
    return "the lease for " + service + " was lost while it was taken; try again";
  }
}
