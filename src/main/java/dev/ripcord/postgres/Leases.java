package dev.ripcord.postgres;

import dev.ripcord.port.JournalException;
import dev.ripcord.port.Lease;
import dev.ripcord.release.ServiceName;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

  /** So many are taken by one statement at most. */
  private static final int BATCH_MAX = 1_000;

  private final Vertx vertx;
  private final String journal;
  private final PgConnectOptions options;
  private final String where;
  private final Map<ServiceName, Held> held = new HashMap<>();
  private final Deque<Wanted> wanted = new ArrayDeque<>();
  private boolean taking;
  private @Nullable Future<PgConnection> session;

  /**
   * Opens no connection yet.
   *
   * @param options where, and as whom
   * @param journal the id of the journal
   */
  Leases(Vertx vertx, PgConnectOptions options, String journal) {
    this.vertx = vertx;
    this.journal = journal;
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

  /** A lease that is asked for and not yet answered. */
  private record Wanted(LeaseRows.Wish wish, Promise<Void> lost, Promise<Lease> answer) {}

  /**
   * Takes the lease of a service. What is asked for while an answer is awaited is asked of the
   * server at once, so that ten thousand leases are a few statements and a few flushes of its disk.
   */
  Future<Lease> take(ServiceName service, String holder) {
    Promise<Void> lost = Promise.promise();
    Promise<Lease> answer = Promise.promise();
    boolean begin;
    synchronized (this) {
      if (held.putIfAbsent(service, new Held(0, lost)) != null) {
        return Future.failedFuture(
            new JournalException("\"" + service + "\" is watched by this process already", true));
      }
      wanted.add(new Wanted(new LeaseRows.Wish(service, holder), lost, answer));
      begin = !taking;
      taking = true;
    }
    if (begin) {
      takeAll();
    }
    Future<Lease> taken =
        answer
            .future()
            .timeout(JournalPool.DEADLINE_SECONDS, TimeUnit.SECONDS)
            .recover(
                e -> {
                  forget(service, lost, e);
                  return Future.failedFuture(
                      JournalPool.failure("take the lease for " + service, where, e));
                });
    return JournalPool.onCaller(taken);
  }

  /** Asks for what is wanted, batch by batch. */
  private void takeAll() {
    session()
        .timeout(JournalPool.DEADLINE_SECONDS, TimeUnit.SECONDS)
        .onComplete(
            (connection, failure) -> {
              List<Wanted> batch = nextBatch();
              if (batch.isEmpty()) {
                return;
              }
              Future<Map<ServiceName, Long>> tokens =
                  failure == null
                      ? LeaseRows.take(connection, batch.stream().map(Wanted::wish).toList())
                      : Future.failedFuture(failure);
              tokens
                  .timeout(JournalPool.DEADLINE_SECONDS, TimeUnit.SECONDS)
                  .onSuccess(granted -> answer(connection, batch, granted))
                  .onFailure(e -> batch.forEach(w -> w.answer().tryFail(e)))
                  .onComplete(x -> takeAll());
            });
  }

  /** What is still wanted; without any, the next to want something begins anew. */
  private synchronized List<Wanted> nextBatch() {
    List<Wanted> batch = new ArrayList<>();
    while (!wanted.isEmpty() && batch.size() < BATCH_MAX) {
      Wanted next = wanted.remove();
      Held ours = held.get(next.wish().service());
      if (ours != null && ours.lost() == next.lost()) {
        batch.add(next);
      } else {
        next.answer().tryFail(new JournalException(lostText(next.wish().service())));
      }
    }
    taking = !batch.isEmpty();
    return batch;
  }

  private void answer(PgConnection connection, List<Wanted> batch, Map<ServiceName, Long> granted) {
    for (Wanted one : batch) {
      ServiceName service = one.wish().service();
      Long token = granted.get(service);
      if (token == null) {
        LeaseRows.refusal(connection, service).onFailure(one.answer()::tryFail);
      } else if (grant(service, token, one.lost())) {
        LOG.debug("{} is ours: lease {} for {}", service, token, one.wish().holder());
        one.answer()
            .tryComplete(
                new Lease(journal, service, token, JournalPool.onCaller(one.lost().future())));
      } else {
        one.answer().tryFail(new JournalException(lostText(service)));
      }
    }
    LOG.info(
        "{} of {} leases taken, such as {} for {}",
        granted.size(),
        batch.size(),
        batch.getFirst().wish().service(),
        batch.getFirst().wish().holder());
  }

  private synchronized boolean grant(ServiceName service, long token, Promise<Void> lost) {
    Held ours = held.get(service);
    if (ours == null || ours.lost() != lost) {
      return false;
    }
    held.put(service, new Held(token, lost));
    return true;
  }

  /** Asks the server in the session of the lease, so that an answer proves that it still holds. */
  Future<Void> confirm(Lease lease) {
    Future<PgConnection> connection;
    synchronized (this) {
      Held ours = held.get(lease.service());
      if (ours == null || ours.token() != lease.token() || session == null) {
        return Future.failedFuture(
            new JournalException("the lease for " + lease.service() + " is lost"));
      }
      connection = session;
    }
    return JournalPool.onCaller(
        connection
            .compose(c -> c.query("SELECT 1").execute())
            .timeout(BEAT_DEADLINE_SECONDS, TimeUnit.SECONDS)
            .<Void>mapEmpty()
            .recover(
                e ->
                    Future.failedFuture(
                        JournalPool.failure("prove the lease for " + lease.service(), where, e))));
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
            .compose(c -> LeaseRows.unlock(c, lease.service()))
            .timeout(JournalPool.DEADLINE_SECONDS, TimeUnit.SECONDS)
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
          .compose(c -> LeaseRows.unlock(c, service))
          .onFailure(e -> LOG.debug("{} was not unlocked", service, e));
    }
  }

  private static String lostText(ServiceName service) {
    return "the lease for " + service + " was lost while it was taken; try again";
  }
}
