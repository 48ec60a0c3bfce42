package dev.ripcord.postgres.journal;

import dev.ripcord.port.Alert;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Journal.Append;
import dev.ripcord.port.JournalException;
import dev.ripcord.port.Lease;
import dev.ripcord.port.Recorded;
import dev.ripcord.postgres.journal.wire.EntryCodec;
import dev.ripcord.postgres.journal.wire.JournalJson;
import dev.ripcord.postgres.journal.wire.Times;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.vertx.Contexts;
import dev.ripcord.watch.WatchSpec;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Writes events, in the order in which it is asked to.
 *
 * <p>One transaction is under way at a time; what is asked for meanwhile goes into the next one
 * together, so that many watches share one commit. Between processes a lock in the transaction does
 * the same, so that event numbers are seen in their order: who has read up to number 7 will never
 * find a 6 later. A refused append does not harm the others of its transaction. Thread-safe.
 */
final class Appender {
  private static final int BATCH_MAX = 200;
  private static final String UNIQUE_VIOLATION = "23505";
  private static final String ONE_OPEN = "watch_one_open";
  private static final String APPEND = "event_append";
  private static final String WATCH =
      """
      INSERT INTO ripcord_journal.watch (service, release, image, previous_image, charter, started_at)
      VALUES ($1, $2, $3, $4, $5::text::jsonb, $6) RETURNING id
      """;

  private final JournalPool pool;
  private final EntryCodec codec;
  private final EventRows events;
  private final OutboxRows outbox;
  private final AppendBatch batches;
  private final JournalHealth health;
  private final Deque<Job> waiting = new ArrayDeque<>();
  private boolean busy;

  Appender(
      JournalPool pool,
      EntryCodec codec,
      OutboxRows outbox,
      EventRows events,
      JournalHealth health) {
    this.health = health;
    this.pool = pool;
    this.codec = codec;
    this.events = events;
    this.outbox = outbox;
    this.batches = new AppendBatch(outbox, events);
  }

  /**
   * Entries to append, ready to be written.
   *
   * @param rows the entries as they are kept
   * @param done gets them with their numbers
   */
  record Job(
      Lease lease, Append append, List<EntryCodec.Encoded> rows, Promise<List<Recorded>> done) {
    long watch() {
      return append.watch();
    }
  }

  /** Opens a watch with its first entry. */
  Future<Recorded> open(Lease lease, String id, WatchSpec charter) {
    Release release = charter.release();
    String doing = "open a watch of " + release.service() + " " + release.name();
    return pool.transaction(
            doing,
            connection ->
                AppendBatch.inOrder(connection)
                    .compose(locked -> AppendBatch.checkLease(connection, lease))
                    .compose(ours -> connection.preparedQuery(WATCH).execute(watch(charter)))
                    .map(rows -> rows.iterator().next().getLong("id"))
                    .compose(watch -> first(connection, watch, id, charter)))
        .onSuccess(opened -> health.appended())
        .onFailure(this::notOpened)
        .recover(
            failure ->
                isTwice(failure)
                    ? written(id, opened(release, failure)).map(List::getFirst)
                    : Future.failedFuture(failure));
  }

  /** A refusal says nothing against the journal. */
  private void notOpened(Throwable failure) {
    boolean refused = failure instanceof JournalException said && said.isRefused();
    if (!refused && !isTwice(failure)) {
      health.notAppended(String.valueOf(failure.getMessage()));
    }
  }

  /** What is refused when the watch is not one that the same append has opened. */
  private static JournalException opened(Release release, Throwable failure) {
    return failure.getCause() instanceof PgException e && ONE_OPEN.equals(e.getConstraint())
        ? JournalException.refused(
            "a watch of " + release.service() + " is open already; it ends before another begins")
        : (JournalException) failure;
  }

  /** Whether a row is there already that may be there once. */
  private static boolean isTwice(Throwable failure) {
    return failure.getCause() instanceof PgException e
        && UNIQUE_VIOLATION.equals(e.getSqlState())
        && (ONE_OPEN.equals(e.getConstraint()) || APPEND.equals(e.getConstraint()));
  }

  /** What an append has written before; fails when it has not. */
  private Future<List<Recorded>> written(String id, JournalException otherwise) {
    return pool.transaction(
            "read what append " + id + " wrote", connection -> events.ofAppend(connection, id))
        .compose(
            recorded ->
                recorded.isEmpty()
                    ? Future.failedFuture(otherwise)
                    : Future.succeededFuture(recorded));
  }

  private static Tuple watch(WatchSpec charter) {
    Release release = charter.release();
    return Tuple.of(
        release.service().text(),
        release.name(),
        release.image().map(ImageRef::text).orElse(null),
        release.previousImage().map(ImageRef::text).orElse(null),
        JournalJson.write(charter),
        Times.column(charter.startedAt()));
  }

  private Future<Recorded> first(
      SqlConnection connection, long watch, String id, WatchSpec charter) {
    Release release = charter.release();
    Instant at = charter.startedAt();
    Entry opened = new Entry.Opened(charter);
    EntryCodec.Encoded row = codec.encode(opened);
    return EventRows.insert(connection, List.of(new EventRows.Row(watch, at, row, id, 0)))
        .compose(ids -> outbox.insert(connection, List.of(Alert.released(watch, charter))).map(ids))
        .map(
            ids ->
                new Recorded(
                    ids.get(0),
                    watch,
                    release.service(),
                    release.name(),
                    Times.stored(at),
                    opened));
  }

  /** Appends entries and alerts to a watch, all or none. */
  Future<List<Recorded>> append(Lease lease, Append append) {
    List<EntryCodec.Encoded> rows;
    try {
      rows = append.entries().stream().map(codec::encode).toList();
    } catch (JournalException e) {
      return Future.failedFuture(JournalException.refused(String.valueOf(e.getMessage())));
    }
    Job job = new Job(lease, append, rows, Promise.promise());
    synchronized (this) {
      waiting.add(job);
    }
    next();
    return Contexts.deliverHere(job.done().future());
  }

  private void next() {
    List<Job> batch = new ArrayList<>();
    synchronized (this) {
      if (busy || waiting.isEmpty()) {
        return;
      }
      busy = true;
      while (!waiting.isEmpty() && batch.size() < BATCH_MAX) {
        batch.add(waiting.remove());
      }
    }
    write(batch)
        .onComplete(
            written -> {
              synchronized (this) {
                busy = false;
              }
              next();
            });
  }

  /** Never fails: every job learns how it went. */
  private Future<Void> write(List<Job> batch) {
    String doing =
        batch.size() == 1
            ? "append to watch " + batch.get(0).watch()
            : "append to " + batch.size() + " watches";
    return pool.transaction(doing, connection -> batches.write(connection, batch))
        .transform(
            (answers, failure) -> {
              if (failure == null) {
                health.appended();
                answers.forEach(AppendBatch.Answer::deliver);
                return Future.succeededFuture();
              }
              if (batch.size() == 1 && isTwice(failure)) {
                return again(batch.getFirst(), (JournalException) failure);
              }
              return batch.size() > 1 && failure.getCause() instanceof PgException
                  ? oneByOne(batch)
                  : tellAll(batch, failure);
            });
  }

  /** It was written before: gives what was written then. */
  private Future<Void> again(Job job, JournalException failure) {
    return written(job.append().id(), failure)
        .onComplete(job.done())
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }

  /** The server refused the whole: finds out for which job. */
  private Future<Void> oneByOne(List<Job> batch) {
    Future<Void> all = Future.succeededFuture();
    for (Job job : batch) {
      all = all.compose(before -> write(List.of(job)));
    }
    return all;
  }

  private Future<Void> tellAll(List<Job> batch, Throwable failure) {
    health.notAppended(String.valueOf(failure.getMessage()));
    batch.forEach(job -> job.done().fail(failure));
    return Future.succeededFuture();
  }
}
