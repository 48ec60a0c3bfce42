package dev.ripcord.postgres.embedded;

import dev.ripcord.port.JournalException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts a server again that ended. A start that fails is repeated with pauses, since what the dead
 * one has left may need a moment to go; a server that ends again and again is given up.
 */
final class ServerGuard {
  private static final Logger LOG = LoggerFactory.getLogger(ServerGuard.class);

  /** Of one outage; the pause between them doubles. */
  private static final int ATTEMPTS_MAX = 5;

  private static final int ENDS_MAX = 5;
  private static final long SPAN_NANOS = TimeUnit.MINUTES.toNanos(10);

  private final LongSupplier nanos;
  private final Duration pause;
  private final Supplier<Optional<Postmaster>> start;
  private final Consumer<String> lost;
  private final Deque<Long> ends = new ArrayDeque<>();

  /**
   * Watches nothing yet.
   *
   * @param nanos a clock for durations
   * @param pause after the first start that failed
   * @param start starts it; blocks; nothing when it is not to run any more
   * @param lost is called with the reason why it stays down
   */
  ServerGuard(
      LongSupplier nanos,
      Duration pause,
      Supplier<Optional<Postmaster>> start,
      Consumer<String> lost) {
    this.nanos = nanos;
    this.pause = pause;
    this.start = start;
    this.lost = lost;
  }

  /** Waits for the end of its process, without a thread. */
  void watch(Postmaster postmaster) {
    var _ =
        ProcessHandle.of(postmaster.pid())
            .<CompletableFuture<?>>map(ProcessHandle::onExit)
            .orElseGet(() -> CompletableFuture.completedFuture(null))
            .thenRunAsync(this::ended, task -> Thread.ofVirtual().name("postmaster").start(task));
  }

  private synchronized void ended() {
    long now = nanos.getAsLong();
    ends.addLast(now);
    while (now - ends.getFirst() > SPAN_NANOS) {
      ends.removeFirst();
    }
    again(1);
  }

  private synchronized void again(int attempt) {
    try {
      Optional<Postmaster> started = start.get();
      if (started.isPresent() && ends.size() > ENDS_MAX) {
        lost.accept("the embedded PostgreSQL ended " + ends.size() + " times within ten minutes");
        return;
      }
      started.ifPresent(this::watch);
    } catch (JournalException e) {
      if (attempt == ATTEMPTS_MAX) {
        lost.accept("the embedded PostgreSQL ended and cannot be started again: " + e.getMessage());
        return;
      }
      LOG.warn("the embedded PostgreSQL ended; start {} failed: {}", attempt, e.getMessage());
      Executor later =
          CompletableFuture.delayedExecutor(
              pause.toMillis() << (attempt - 1),
              TimeUnit.MILLISECONDS,
              task -> Thread.ofVirtual().name("postmaster").start(task));
      later.execute(() -> again(attempt + 1));
    }
  }
}
