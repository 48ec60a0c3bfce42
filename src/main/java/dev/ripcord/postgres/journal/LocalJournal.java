package dev.ripcord.postgres.journal;

import dev.ripcord.port.Alert;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Journal.Append;
import dev.ripcord.port.JournalException;
import dev.ripcord.port.Lease;
import dev.ripcord.port.Recorded;
import dev.ripcord.release.ServiceName;
import dev.ripcord.vertx.Contexts;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a watch going while the database of the journal is away: what happens is written to a file
 * of this process, and brought into the journal when that answers again.
 *
 * <p>A lease that was lost is not lost for the watch until it is known that another process had it:
 * it is taken again, and a token that is larger by one says that nobody did. Until then nothing
 * proves that no other process acts, so this is for one daemon alone, and only where it was wished.
 *
 * <p>What was kept is brought in by the ids of its appends, so what the journal had taken after all
 * is not written twice. Where another process had the lease in between it is set aside: two stories
 * of one watch cannot be one. Thread-safe.
 */
final class LocalJournal {
  /** The journal is asked for so long before the file takes its place: less than a caller waits. */
  static final Duration PATIENCE = Duration.ofSeconds(8);

  private static final long AGAIN_MILLIS = 500;
  private static final Logger LOG = LoggerFactory.getLogger(LocalJournal.class);

  private final Vertx vertx;
  private final Leases leases;
  private final Appender appender;
  private final LongSupplier nanos;
  private final Consumer<Alert> direct;
  private final LocalLines lines;
  private final Map<ServiceName, Held> held = new HashMap<>();
  private final Map<Long, String> releases = new LinkedHashMap<>();
  private long newest;
  private boolean closed;

  /** A lease as the watch holds it, and the one that the journal knows, which may be another. */
  private static final class Held {
    private final Lease outer;
    private final String holder;
    private final Promise<Void> lost;
    private final Deque<LocalFile.Kept> pending = new ConcurrentLinkedDeque<>();
    private final Map<String, Future<List<Recorded>>> kept = new HashMap<>();
    private volatile @Nullable Lease inner;
    private volatile long token;
    private volatile long lostAt;
    private volatile boolean away;
    private volatile boolean gone;
    private boolean merging;
    private int writing;

    Held(Lease inner, String holder) {
      this.lost = Promise.promise();
      this.outer =
          new Lease(
              inner.journal(), inner.service(), inner.token(), Contexts.deliverHere(lost.future()));
      this.holder = holder;
      this.inner = inner;
      this.token = inner.token();
    }

    ServiceName service() {
      return outer.service();
    }

    /** Whether this is the lease that the journal knows now. */
    boolean isNow(@Nullable Lease lease) {
      Lease now = inner;
      return now == null ? lease == null : lease != null && now.token() == lease.token();
    }
  }

  /**
   * Takes over what processes that are gone have left in the folder. Blocks.
   *
   * @param direct told of each alert that went into the file, since the journal cannot deliver it
   * @throws JournalException when the folder cannot be read or written
   */
  LocalJournal(
      Vertx vertx,
      Leases leases,
      Appender appender,
      Path folder,
      LongSupplier nanos,
      Consumer<Alert> direct) {
    this.vertx = vertx;
    this.leases = leases;
    this.appender = appender;
    this.nanos = nanos;
    this.direct = direct;
    this.lines = new LocalLines(vertx, appender, folder, this::remember, this::isAllIn);
  }

  /** As {@link Leases#take}, after what is left for the service is in the journal. */
  Future<Lease> lease(ServiceName service, String holder) {
    return leases
        .take(service, holder)
        .compose(
            inner ->
                lines
                    .bringLeft(inner)
                    .map(x -> hold(inner, holder))
                    .recover(
                        e ->
                            leases
                                .release(inner, String.valueOf(e.getMessage()))
                                .transform(x -> Future.failedFuture(e))));
  }

  private Lease hold(Lease inner, String holder) {
    Held made = new Held(inner, holder);
    synchronized (this) {
      held.put(inner.service(), made);
    }
    follow(made, inner);
    return made.outer;
  }

  private void follow(Held watched, Lease inner) {
    inner.lost().onComplete(x -> lost(watched, inner));
  }

  private void lost(Held watched, Lease inner) {
    synchronized (this) {
      if (watched.gone || !watched.isNow(inner)) {
        return;
      }
      watched.inner = null;
      watched.lostAt = nanos.getAsLong();
    }
    takeAgain(watched);
  }

  private void takeAgain(Held watched) {
    if (watched.gone) {
      return;
    }
    leases
        .take(watched.service(), watched.holder)
        .onComplete(
            inner -> takenAgain(watched, inner),
            failure -> {
              if (failure instanceof JournalException said && said.isLeaseHeld()) {
                lose(watched, "it is held by another process");
                return;
              }
              if (!watched.away && elapsed(watched.lostAt).compareTo(PATIENCE) >= 0) {
                goAway(watched, failure);
              }
              vertx.setTimer(AGAIN_MILLIS, t -> takeAgain(watched));
            });
  }

  private void takenAgain(Held watched, Lease inner) {
    boolean ours;
    synchronized (this) {
      ours = !watched.gone && inner.token() == watched.token + 1;
      if (ours) {
        watched.inner = inner;
        watched.token = inner.token();
      }
    }
    if (!ours) {
      String why = "another process had it in between";
      leases
          .release(inner, why)
          .onFailure(e -> LOG.debug("{} is not released", inner.service(), e));
      lose(watched, why);
      return;
    }
    follow(watched, inner);
    if (watched.away) {
      lines.taken(inner).onComplete(x -> merge(watched));
    }
  }

  /** Another process acts now: what was written here is no part of the watch's story. */
  private void lose(Held watched, String why) {
    List<LocalFile.Kept> pending;
    synchronized (this) {
      if (watched.gone) {
        return;
      }
      watched.gone = true;
      held.remove(watched.service(), watched);
      pending = List.copyOf(watched.pending);
      watched.pending.clear();
    }
    LOG.warn("the lease for {} is lost: {}", watched.service(), why);
    (pending.isEmpty() ? Future.<Void>succeededFuture() : lines.setAside(pending, why))
        .onComplete(x -> watched.lost.tryComplete());
  }

  private void goAway(Held watched, Throwable why) {
    boolean first;
    synchronized (this) {
      if (watched.away || watched.gone) {
        return;
      }
      first = held.values().stream().noneMatch(each -> each.away);
      watched.away = true;
    }
    if (first) {
      LOG.error(
          "the journal is away, and what happens is written to {} until it is back: {}",
          lines.path(),
          JournalPool.message(why));
    }
    if (watched.inner != null) {
      vertx.setTimer(AGAIN_MILLIS, t -> merge(watched));
    }
  }

  private void merge(Held watched) {
    Lease inner;
    synchronized (this) {
      inner = watched.inner;
      if (watched.gone || watched.merging || !watched.away || inner == null) {
        return;
      }
      watched.merging = true;
    }
    int waiting = watched.pending.size();
    lines
        .bring(inner, watched.pending)
        .onComplete(
            done -> {
              boolean back;
              synchronized (this) {
                watched.merging = false;
                back = done.succeeded() && watched.pending.isEmpty() && watched.writing == 0;
                if (back) {
                  watched.away = false;
                  watched.kept.clear();
                }
              }
              if (back) {
                LOG.info(
                    "the journal is back: {} appends of {} that were kept here are in it",
                    waiting,
                    watched.service());
                lines.clear();
              } else {
                vertx.setTimer(AGAIN_MILLIS, t -> merge(watched));
              }
            });
  }

  /** As {@link Leases#confirm}; while the journal is away, by what this process knows. */
  Future<Void> confirm(Lease lease) {
    Held known = find(lease);
    if (known == null) {
      return leases.confirm(lease);
    }
    Lease inner = known.inner;
    Future<Void> asked =
        inner == null
            ? Future.failedFuture(
                new JournalException(
                    "the lease for " + lease.service() + " is being taken again; try again"))
            : leases.confirm(inner);
    return asked.recover(
        e -> known.away && !known.gone ? Future.succeededFuture() : Future.failedFuture(e));
  }

  /** As {@link Leases#release}; what waits for the journal is left to the next process. */
  Future<Void> release(Lease lease, String why) {
    Held known = find(lease);
    if (known == null) {
      return leases.release(lease, why);
    }
    Lease inner;
    synchronized (this) {
      known.gone = true;
      held.remove(lease.service(), known);
      inner = known.inner;
      lines.leave(lease.service(), known.pending, known.token);
    }
    return inner == null ? Future.succeededFuture() : leases.release(inner, why);
  }

  /**
   * As {@link Appender#append}. While the journal does not answer it is asked again; after {@link
   * #PATIENCE} the file takes the entries, with numbers that are not those of the journal.
   */
  Future<List<Recorded>> append(Lease lease, Append append) {
    Held known = find(lease);
    return known == null
        ? appender.append(lease, append)
        : Contexts.deliverHere(write(known, append, nanos.getAsLong()));
  }

  private Future<List<Recorded>> write(Held known, Append append, long since) {
    if (known.gone) {
      return Future.failedFuture(
          JournalException.refused("the lease for " + known.service() + " is lost"));
    }
    if (known.away) {
      return keep(known, append);
    }
    Lease inner = known.inner;
    Future<List<Recorded>> asked =
        inner == null
            ? Future.failedFuture(new JournalException("the journal does not answer"))
            : appender.append(inner, append);
    return asked
        .map(this::remember)
        .recover(
            e -> {
              if (isRefused(e) && known.isNow(inner)) {
                return Future.failedFuture(e);
              }
              if (!isRefused(e) && !known.away && elapsed(since).compareTo(PATIENCE) >= 0) {
                goAway(known, e);
              }
              return known.away
                  ? keep(known, append)
                  : vertx
                      .timer(AGAIN_MILLIS, TimeUnit.MILLISECONDS)
                      .compose(waited -> write(known, append, since));
            });
  }

  /** Into the file, once. */
  private Future<List<Recorded>> keep(Held known, Append append) {
    LocalFile.Kept line;
    Promise<List<Recorded>> written = Promise.promise();
    synchronized (this) {
      Future<List<Recorded>> before = known.kept.putIfAbsent(append.id(), written.future());
      if (before != null) {
        return before;
      }
      line = new LocalFile.Kept(known.service(), known.token, append);
      known.writing++;
    }
    lines
        .add(line)
        .onComplete(
            done -> {
              if (done.failed()) {
                synchronized (this) {
                  known.writing--;
                  known.kept.remove(append.id());
                }
                written.fail(
                    new JournalException(
                        "the journal is away, and its file "
                            + lines.path()
                            + " cannot be written: "
                            + JournalPool.message(done.cause()),
                        done.cause()));
                return;
              }
              List<Recorded> recorded;
              synchronized (this) {
                known.writing--;
                known.pending.add(line);
                recorded = numbered(known.service(), append);
              }
              append.alerts().forEach(direct);
              written.complete(recorded);
            });
    return written.future();
  }

  private List<Recorded> numbered(ServiceName service, Append append) {
    List<Recorded> all = new ArrayList<>();
    String release = releases.getOrDefault(append.watch(), "");
    for (Entry entry : append.entries()) {
      newest++;
      all.add(new Recorded(newest, append.watch(), service, release, append.at(), entry));
    }
    return all;
  }

  /** What the journal gave, from which the names of releases and the last number are known. */
  synchronized List<Recorded> remember(List<Recorded> recorded) {
    for (Recorded each : recorded) {
      newest = Math.max(newest, each.id());
      if (releases.putIfAbsent(each.watch(), each.release()) == null
          && releases.size() > 2 * held.size() + 1_000) {
        releases.remove(releases.keySet().iterator().next());
      }
    }
    return recorded;
  }

  /** What is wrong, for people; empty while all is in the journal. */
  synchronized Optional<String> trouble() {
    long away = held.values().stream().filter(each -> each.away).count();
    return away == 0
        ? Optional.empty()
        : Optional.of(
            "the journal is away; what happens to %d services is written to %s until it is back"
                .formatted(away, lines.path()));
  }

  /** The lease as the journal knows it. */
  Optional<Lease> inJournal(Lease lease) {
    return Optional.ofNullable(find(lease)).flatMap(known -> Optional.ofNullable(known.inner));
  }

  /** Whether a service goes on without the journal. */
  synchronized boolean isAway(ServiceName service) {
    Held known = held.get(service);
    return known != null && (known.away || known.inner == null);
  }

  private synchronized boolean isAllIn() {
    return held.values().stream().noneMatch(each -> each.away || !each.pending.isEmpty());
  }

  private synchronized @Nullable Held find(Lease lease) {
    Held known = held.get(lease.service());
    return known != null && known.outer.token() == lease.token() ? known : null;
  }

  private Duration elapsed(long since) {
    return Duration.ofNanos(nanos.getAsLong() - since);
  }

  static boolean isRefused(Throwable failure) {
    return failure instanceof JournalException said && said.isRefused();
  }

  /** Leaves what waits to whoever starts next. */
  Future<Void> close() {
    synchronized (this) {
      if (closed) {
        return Future.succeededFuture();
      }
      closed = true;
      held.values().forEach(each -> each.gone = true);
      held.clear();
    }
    return lines.close();
  }
}
