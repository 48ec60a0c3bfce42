package dev.ripcord.postgres;

import dev.ripcord.port.Alert;
import dev.ripcord.port.Entry;
import dev.ripcord.port.JournalException;
import dev.ripcord.port.Lease;
import dev.ripcord.port.Recorded;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.watch.Charter;
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
  private static final String WATCH =
      """
      INSERT INTO ripcord_journal.watch (service, release, image, previous_image, charter, started_at)
      VALUES ($1, $2, $3, $4, $5::text::jsonb, $6) RETURNING id
      """;

  private final JournalPool pool;
  private final EntryCodec codec;
  private final AppendBatch batches;
  private final JournalHealth health;
  private final Deque<Job> waiting = new ArrayDeque<>();
  private boolean busy;

  Appender(JournalPool pool, EntryCodec codec, OutboxRows outbox, JournalHealth health) {
    this.health = health;
    this.pool = pool;
    this.codec = codec;
    this.batches = new AppendBatch(outbox);
  }

  /**
   * Entries to append, ready to be written.
   *
   * @param rows the entries as they are kept
   * @param done gets them with their numbers
   */
  record Job(
      Lease lease,
      long watch,
      Instant at,
      List<Entry> entries,
      List<EntryCodec.Encoded> rows,
      List<Alert> alerts,
      Promise<List<Recorded>> done) {}

  /** Opens a watch with its first entry. */
  Future<Recorded> open(Lease lease, Charter charter) {
    Release release = charter.release();
    return pool.transaction(
        "open a watch of " + release.service() + " " + release.name(),
        connection ->
            AppendBatch.inOrder(connection)
                .compose(locked -> AppendBatch.checkLease(connection, lease))
                .compose(ours -> connection.preparedQuery(WATCH).execute(watch(charter)))
                .map(rows -> rows.iterator().next().getLong("id"))
                .compose(id -> first(connection, id, charter)));
  }

  private static Tuple watch(Charter charter) {
    Release release = charter.release();
    return Tuple.of(
        release.service().text(),
        release.name(),
        release.image().map(ImageRef::text).orElse(null),
        release.previousImage().map(ImageRef::text).orElse(null),
        JournalJson.write(charter),
        Times.column(charter.startedAt()));
  }

  private Future<Recorded> first(SqlConnection connection, long id, Charter charter) {
    Release release = charter.release();
    Instant at = charter.startedAt();
    Entry opened = new Entry.Opened(charter);
    EntryCodec.Encoded row = codec.encode(opened);
    return EventRows.insert(connection, List.of(new EventRows.Row(id, at, row.type(), row.json())))
        .map(
            ids ->
                new Recorded(
                    ids.get(0), id, release.service(), release.name(), Times.stored(at), opened));
  }

  /** Appends entries and alerts to a watch, all or none. */
  Future<List<Recorded>> append(
      Lease lease, long watch, Instant at, List<Entry> entries, List<Alert> alerts) {
    List<EntryCodec.Encoded> rows;
    try {
      rows = entries.stream().map(codec::encode).toList();
    } catch (JournalException e) {
      return Future.failedFuture(e);
    }
    Job job =
        new Job(
            lease, watch, at, List.copyOf(entries), rows, List.copyOf(alerts), Promise.promise());
    synchronized (this) {
      waiting.add(job);
    }
    next();
    return JournalPool.onCaller(job.done().future());
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

  /** Never fails: every job is told how it went. */
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
                answers.forEach(AppendBatch.Answer::tell);
                return Future.succeededFuture();
              }
              return batch.size() > 1 && failure.getCause() instanceof PgException
                  ? oneByOne(batch)
                  : tellAll(batch, failure);
            });
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
