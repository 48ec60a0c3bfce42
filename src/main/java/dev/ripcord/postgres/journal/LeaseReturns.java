package dev.ripcord.postgres.journal;

import dev.ripcord.release.ServiceName;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Gives leases back: what comes while the server answers is given back together, so that a daemon
 * with ten thousand of them ends as quickly as it began. Thread-safe.
 */
final class LeaseReturns {
  /** So many are given back by one statement at most. */
  private static final int BATCH_MAX = 1_000;

  private final Runnable changed;
  private final Deque<Return> waiting = new ArrayDeque<>();
  private boolean sending;

  /**
   * Nothing is given back yet.
   *
   * @param changed is run after each answer, before anybody learns it
   */
  LeaseReturns(Runnable changed) {
    this.changed = changed;
  }

  /** A lease that is given back, of a session, with what others are told. */
  private record Return(LeaseSession in, ServiceName service, String why, Promise<Void> done) {
    boolean isLike(Return other) {
      return in == other.in && why.equals(other.why);
    }
  }

  /** Frees the lock of a service and says why; does nothing when it is not held. */
  Future<Void> unlock(LeaseSession in, ServiceName service, String why) {
    Promise<Void> done = Promise.promise();
    boolean begin;
    synchronized (this) {
      waiting.add(new Return(in, service, why, done));
      begin = !sending;
      sending = true;
    }
    if (begin) {
      sendAll();
    }
    return done.future();
  }

  private void sendAll() {
    List<Return> batch = nextBatch();
    if (batch.isEmpty()) {
      return;
    }
    Return first = batch.getFirst();
    LeaseRows.unlock(
            first.in().connection(),
            first.in().id(),
            batch.stream().map(Return::service).toList(),
            first.why())
        .timeout(JournalPool.DEADLINE_SECONDS, TimeUnit.SECONDS)
        .onComplete(
            (x, failure) -> {
              changed.run();
              for (Return each : batch) {
                if (failure == null) {
                  each.done().tryComplete();
                } else {
                  each.done().tryFail(failure);
                }
              }
              sendAll();
            });
  }

  private synchronized List<Return> nextBatch() {
    List<Return> batch = new ArrayList<>();
    while (!waiting.isEmpty()
        && batch.size() < BATCH_MAX
        && (batch.isEmpty() || waiting.getFirst().isLike(batch.getFirst()))) {
      batch.add(waiting.removeFirst());
    }
    sending = !batch.isEmpty();
    return batch;
  }
}
