package dev.ripcord.postgres.journal;

import dev.ripcord.port.Journal.StoredSample;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Samples on their way into the database: written every second or when {@link #FULL} have come
 * together, and swept once a minute.
 *
 * <p>Ten thousand services that are polled every 30 s give 333 samples a second: one insert a
 * second, and as many deletes as inserts. While the database is away the newest {@link #MAX} are
 * kept; what is dropped is counted and logged. Nobody waits for a sample. Thread-safe.
 */
final class SampleBuffer {
  /** So many are written at once without waiting for the second to end. */
  static final int FULL = 500;

  /** So many wait at most: 150 seconds of ten thousand services. */
  static final int MAX = 50_000;

  private static final Logger LOG = LoggerFactory.getLogger(SampleBuffer.class);
  private static final int INSERT_MAX = 2_000;
  private static final int SWEEP_CHUNK = 5_000;
  private static final int SWEEP_CHUNKS = 20;
  private static final long LINGER_MILLIS = 1_000;
  private static final long AGAIN_MILLIS = 5_000;
  private static final long SWEEP_MILLIS = 60_000;

  private final Vertx vertx;
  private final SampleRows rows;
  private final Duration retention;
  private final JournalHealth health;
  private final Deque<StoredSample> waiting = new ArrayDeque<>();
  private Future<Void> draining = Future.succeededFuture();
  private long dropped;
  private boolean timed;
  private boolean away;
  private boolean closed;
  private long sweepTimer;

  /**
   * Sweeps for the first time after a minute, so that a short command never does.
   *
   * @param retention samples older than this are deleted
   * @param health is called with whether samples can be written
   */
  SampleBuffer(Vertx vertx, SampleRows rows, Duration retention, JournalHealth health) {
    this.health = health;
    this.vertx = vertx;
    this.rows = rows;
    this.retention = retention;
    this.sweepTimer = vertx.setTimer(SWEEP_MILLIS, fired -> sweep());
  }

  /** Takes samples; never waits. */
  void keep(List<StoredSample> samples) {
    boolean now;
    synchronized (this) {
      waiting.addAll(samples);
      dropOldest();
      now = waiting.size() >= FULL && !away && draining.isComplete();
    }
    if (now) {
      drain();
    } else {
      drainAfter(LINGER_MILLIS);
    }
  }

  /** Writes everything that waits; fails when the database is away, and the samples wait on. */
  synchronized Future<Void> drain() {
    draining =
        draining.isComplete() ? writeAll() : draining.transform((done, failure) -> writeAll());
    return draining;
  }

  /** Writes what waits and ends the timers. */
  Future<Void> close() {
    synchronized (this) {
      closed = true;
      vertx.cancelTimer(sweepTimer);
    }
    return drain()
        .recover(
            e -> {
              LOG.warn("{} samples are lost: {}", waitingCount(), e.getMessage());
              return Future.succeededFuture();
            });
  }

  /** How many wait. */
  synchronized int waitingCount() {
    return waiting.size();
  }

  private void drainAfter(long millis) {
    synchronized (this) {
      if (timed || closed) {
        return;
      }
      timed = true;
    }
    vertx.setTimer(
        millis,
        fired -> {
          synchronized (this) {
            timed = false;
          }
          drain();
        });
  }

  private Future<Void> writeAll() {
    List<StoredSample> batch = take();
    if (batch.isEmpty()) {
      return Future.succeededFuture();
    }
    return rows.insert(batch)
        .transform(
            (written, failure) ->
                (failure == null ? arrived() : failed(batch, failure)).compose(next -> writeAll()));
  }

  private synchronized List<StoredSample> take() {
    List<StoredSample> batch = new ArrayList<>(Math.min(INSERT_MAX, waiting.size()));
    while (!waiting.isEmpty() && batch.size() < INSERT_MAX) {
      batch.add(waiting.remove());
    }
    return batch;
  }

  private synchronized Future<Void> arrived() {
    away = false;
    health.kept();
    return Future.succeededFuture();
  }

  /** Succeeds when the batch is to be given up, and fails when it is to be tried again later. */
  private Future<Void> failed(List<StoredSample> batch, Throwable failure) {
    if (failure.getCause() instanceof PgException refused && isOurFault(refused)) {
      LOG.warn("{} samples are dropped: {}", batch.size(), failure.getMessage());
      return Future.succeededFuture();
    }
    synchronized (this) {
      away = true;
      batch.reversed().forEach(waiting::addFirst);
      dropOldest();
    }
    health.notKept(String.valueOf(failure.getMessage()));
    drainAfter(AGAIN_MILLIS);
    return Future.failedFuture(failure);
  }

  /** Data that PostgreSQL cannot hold (classes 22 and 23) will not be taken later either. */
  private static boolean isOurFault(PgException refused) {
    return refused.getSqlState().startsWith("22") || refused.getSqlState().startsWith("23");
  }

  /** Called with the lock held. */
  private void dropOldest() {
    long before = dropped;
    while (waiting.size() > MAX) {
      waiting.remove();
      dropped++;
    }
    if (before / MAX != dropped / MAX || (before == 0 && dropped > 0)) {
      LOG.warn("the journal cannot be written: {} samples dropped so far, the oldest", dropped);
    }
  }

  private void sweep() {
    sweep(SWEEP_CHUNKS)
        .onFailure(e -> LOG.warn("old samples stay for now: {}", e.getMessage()))
        .onComplete(
            swept -> {
              synchronized (this) {
                if (!closed) {
                  sweepTimer = vertx.setTimer(SWEEP_MILLIS, fired -> sweep());
                }
              }
            });
  }

  private Future<Void> sweep(int chunks) {
    return rows.sweep(retention, SWEEP_CHUNK)
        .compose(
            deleted ->
                deleted < SWEEP_CHUNK || chunks == 1
                    ? Future.succeededFuture()
                    : sweep(chunks - 1));
  }
}
