package dev.ripcord.postgres.journal;

import dev.ripcord.port.JournalException;
import dev.ripcord.port.Lease;
import dev.ripcord.release.ServiceName;
import dev.ripcord.sharing.SharingView;
import dev.ripcord.vertx.Contexts;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leases of this process: one session of the database holds an advisory lock for each, and is
 * renewed while the process lives.
 *
 * <p>The lock goes with the session, so a process that is killed frees its leases at once. Where
 * the session lives on without its process (it is stopped, its host vanished) it is not renewed:
 * who asks for a lease of it after {@link LeaseSession#EXPIRY} ends it and takes a larger token. A
 * process that stood still and wakes up again may believe that it still holds one: against that,
 * {@link #confirm} asks the database before each effect, and whatever acts compares tokens.
 *
 * <p>The session must be a real one: a pooler that shares sessions between transactions breaks it.
 * Thread-safe.
 */
final class Leases {
  private static final Logger LOG = LoggerFactory.getLogger(Leases.class);

  /** A session that is being ended needs about so long. */
  private static final long ENDING_MILLIS = 300;

  /** So many services are named in one line of the log at most. */
  private static final int NAMED_MAX = 5;

  /** So many are taken by one statement at most. */
  private static final int BATCH_MAX = 1_000;

  /** The lock was free again when it was asked who has it. */
  private static final LeaseRows.Holder ENDING =
      new LeaseRows.Holder("another process that is just ending", Optional.empty());

  private final Vertx vertx;
  private final String journal;
  private final PgConnectOptions options;
  private final String where;
  private final LongSupplier nanos;
  private final JournalHealth health;
  private final Map<ServiceName, Held> held = new HashMap<>();
  private final Deque<Wanted> wanted = new ArrayDeque<>();
  private final SharingReader sharing = new SharingReader();
  private final LeaseReturns returns = new LeaseReturns(sharing::forget);
  private boolean taking;
  private boolean closed;
  private @Nullable Future<LeaseSession> session;

  /**
   * Opens no connection yet.
   *
   * @param options where, and as whom
   * @param journal the id of the journal
   * @param nanos a clock for durations, as {@code System::nanoTime}
   */
  Leases(Vertx vertx, PgConnectOptions options, String journal, LongSupplier nanos) {
    this.vertx = vertx;
    this.journal = journal;
    this.nanos = nanos;
    this.health = new JournalHealth(nanos);
    this.where = JournalPool.where(options);
    this.options =
        JournalPool.withSettings(
            options,
            Map.of(
                "application_name", "ripcord leases",
                "tcp_keepalives_idle", "5",
                "tcp_keepalives_interval", "5",
                "tcp_keepalives_count", "3",
                "tcp_user_timeout", "20s"));
  }

  /** The id of the journal. */
  String journal() {
    return journal;
  }

  /** Whether the journal can be written; the renewal of the leases is what tells it. */
  JournalHealth health() {
    return health;
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
      if (closed) {
        return Future.failedFuture(new JournalException("the journal is closed"));
      }
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
    return Contexts.deliverHere(taken);
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
              Future<Void> answered =
                  failure == null ? take(connection, batch, true) : Future.failedFuture(failure);
              answered
                  .timeout(JournalPool.DEADLINE_SECONDS, TimeUnit.SECONDS)
                  .onFailure(e -> batch.forEach(w -> w.answer().tryFail(e)))
                  .onComplete(x -> takeAll());
            });
  }

  /**
   * Takes what is free, and asks who has the rest; a session that stands still is ended, and what
   * it held is tried once more.
   */
  private Future<Void> take(LeaseSession in, List<Wanted> batch, boolean first) {
    return LeaseRows.take(in.connection(), in.id(), batch.stream().map(Wanted::wish).toList())
        .compose(
            granted -> {
              sharing.forget();
              grant(batch, granted);
              List<Wanted> rest =
                  batch.stream().filter(w -> !granted.containsKey(w.wish().service())).toList();
              return LeaseRows.holders(
                      in.connection(), rest.stream().map(w -> w.wish().service()).toList())
                  .compose(holders -> refuse(in, rest, holders, first));
            });
  }

  private Future<Void> refuse(
      LeaseSession in,
      List<Wanted> rest,
      Map<ServiceName, LeaseRows.Holder> holders,
      boolean first) {
    List<Wanted> again = new ArrayList<>();
    Set<Long> still = new HashSet<>();
    for (Wanted one : rest) {
      ServiceName service = one.wish().service();
      LeaseRows.Holder holder = holders.getOrDefault(service, ENDING);
      if (first && (holder.still().isPresent() || holder.equals(ENDING))) {
        again.add(one);
        holder.still().ifPresent(still::add);
      } else {
        one.answer().tryFail(holder.refusal(service));
      }
    }
    if (again.isEmpty()) {
      return Future.succeededFuture();
    }
    if (!still.isEmpty()) {
      LOG.warn(
          "{} sessions that hold the leases of {} were not renewed for {} s and are ended",
          still.size(),
          named(again.stream().map(w -> w.wish().service()).toList()),
          LeaseSession.EXPIRY.toSeconds());
    }
    return LeaseRows.end(in.connection(), still)
        .onFailure(e -> LOG.warn("they cannot be ended: {}", JournalPool.message(e)))
        .otherwise(0)
        .compose(ended -> vertx.timer(ENDING_MILLIS, TimeUnit.MILLISECONDS))
        .compose(waited -> take(in, again, false));
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

  private void grant(List<Wanted> batch, Map<ServiceName, Long> granted) {
    for (Wanted one : batch) {
      ServiceName service = one.wish().service();
      Long token = granted.get(service);
      if (token == null) {
        continue;
      }
      if (grant(service, token, one.lost())) {
        LOG.debug("{} is ours: lease {} for {}", service, token, one.wish().holder());
        one.answer()
            .tryComplete(
                new Lease(journal, service, token, Contexts.deliverHere(one.lost().future())));
      } else {
        one.answer().tryFail(new JournalException(lostText(service)));
      }
    }
    if (!granted.isEmpty()) {
      LOG.info(
          "acquired {} of {} leases: {}, for {}",
          granted.size(),
          batch.size(),
          named(granted.keySet()),
          batch.getFirst().wish().holder());
    }
  }

  private synchronized boolean grant(ServiceName service, long token, Promise<Void> lost) {
    Held ours = held.get(service);
    if (ours == null || ours.lost() != lost) {
      return false;
    }
    held.put(service, new Held(token, lost));
    return true;
  }

  /**
   * Proves that a lease still holds, by asking the database in the session that holds it; that
   * renews it, too. An answer that is long on its way proves nothing, so it fails then.
   */
  Future<Void> confirm(Lease lease) {
    Future<LeaseSession> holding;
    synchronized (this) {
      Held ours = held.get(lease.service());
      if (ours == null || ours.token() != lease.token() || session == null) {
        return Future.failedFuture(
            new JournalException(
                "the lease for "
                    + lease.service()
                    + " is lost: nothing may be done for it here any more"));
      }
      holding = session;
    }
    return Contexts.deliverHere(
        holding
            .compose(in -> in.confirm(lease))
            .recover(
                e -> {
                  JournalException why =
                      JournalPool.failure("prove the lease for " + lease.service(), where, e);
                  if (!(e instanceof JournalException)) {
                    health.notRenewed(String.valueOf(why.getMessage()));
                  }
                  return Future.failedFuture(why);
                }));
  }

  /**
   * Gives a lease back; done already when it is lost.
   *
   * @param why what the next holder is told of this one, for people
   */
  Future<Void> release(Lease lease, String why) {
    Future<LeaseSession> holding;
    synchronized (this) {
      Held ours = held.get(lease.service());
      if (ours == null || ours.token() != lease.token() || session == null) {
        return Future.succeededFuture();
      }
      held.remove(lease.service());
      holding = session;
    }
    return Contexts.deliverHere(
        holding
            .compose(in -> returns.unlock(in, lease.service(), why))
            .timeout(JournalPool.DEADLINE_SECONDS, TimeUnit.SECONDS)
            .recover(
                e ->
                    Future.failedFuture(
                        JournalPool.failure(
                            "give back the lease for " + lease.service(), where, e))));
  }

  /** Takes part in the sharing of some services, and reads how things stand. */
  Future<SharingView> sharing(String holder, Set<ServiceName> services) {
    return asked("read who shares the services", in -> sharing.read(in, holder, services));
  }

  /** Asks the holder of a lease for it. */
  Future<Void> want(ServiceName service) {
    return asked(
        "ask for the lease for " + service,
        in -> DaemonRows.want(in.connection(), in.id(), service));
  }

  private <T> Future<T> asked(String what, Function<LeaseSession, Future<T>> question) {
    return Contexts.deliverHere(
        session()
            .compose(question)
            .timeout(JournalPool.DEADLINE_SECONDS, TimeUnit.SECONDS)
            .recover(e -> Future.failedFuture(JournalPool.failure(what, where, e))));
  }

  /** Takes no part in the sharing any more; nothing is taken over for this process then. */
  Future<Void> withdraw() {
    Future<LeaseSession> holding;
    synchronized (this) {
      if (session == null) {
        return Future.succeededFuture();
      }
      holding = session;
    }
    return Contexts.deliverHere(
        holding
            .compose(sharing::withdraw)
            .timeout(JournalPool.DEADLINE_SECONDS, TimeUnit.SECONDS)
            .recover(e -> Future.failedFuture(JournalPool.failure("leave the sharing", where, e))));
  }

  /** Ends the session, and with it all leases. */
  Future<Void> close() {
    Future<LeaseSession> ended;
    synchronized (this) {
      closed = true;
      ended = session;
      session = null;
      held.clear();
    }
    return ended == null
        ? Future.succeededFuture()
        : ended.transform((in, failure) -> failure == null ? in.close() : Future.succeededFuture());
  }

  private synchronized Future<LeaseSession> session() {
    if (closed) {
      return Future.failedFuture(new JournalException("the journal is closed"));
    }
    if (session == null) {
      Future<LeaseSession> connecting = LeaseSession.open(vertx, options, nanos, health);
      session = connecting;
      connecting.onComplete(
          in -> in.lost().onSuccess(why -> lose(in, why)), failure -> failed(connecting, failure));
      return connecting;
    }
    return session;
  }

  private synchronized void failed(Future<LeaseSession> connecting, Throwable failure) {
    if (session == connecting) {
      session = null;
      health.notRenewed(
          String.valueOf(JournalPool.failure("take the leases", where, failure).getMessage()));
    }
  }

  private synchronized boolean isCurrent(LeaseSession in) {
    return session != null && session.succeeded() && session.result() == in;
  }

  private static String named(Collection<ServiceName> services) {
    String first =
        services.stream().limit(NAMED_MAX).map(ServiceName::text).collect(Collectors.joining(", "));
    return services.size() > NAMED_MAX
        ? first + " and " + (services.size() - NAMED_MAX) + " more"
        : first;
  }

  private void lose(LeaseSession in, String why) {
    Map<ServiceName, Held> gone;
    synchronized (this) {
      if (!isCurrent(in)) {
        return;
      }
      session = null;
      gone = Map.copyOf(held);
      held.clear();
    }
    if (!gone.isEmpty()) {
      LOG.warn("leases lost for {}: {}", named(gone.keySet()), why);
      health.notRenewed("the leases of this process are lost: " + why);
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
          .compose(in -> returns.unlock(in, service, "it could not be taken"))
          .onFailure(e -> LOG.debug("{} was not unlocked", service, e));
    }
  }

  private static String lostText(ServiceName service) {
    return "the lease for " + service + " was lost while it was taken; try again";
  }
}
