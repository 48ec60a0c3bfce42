package dev.ripcord.postgres.embedded;

import dev.ripcord.port.JournalException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
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
 * one has left may need a moment to go; a server that ends again and again is given up. While its
 * disk is full it cannot run, and that ends by itself or by a person: it is waited for, where the
 * process has a use for that.
 */
final class ServerGuard {
  private static final Logger LOG = LoggerFactory.getLogger(ServerGuard.class);

  /** Of one outage; the pause between them doubles. */
  private static final int ATTEMPTS_MAX = 5;

  private static final int ENDS_MAX = 5;
  private static final long SPAN_NANOS = TimeUnit.MINUTES.toNanos(10);

  /** So many pauses lie between two starts on a full disk. */
  private static final long FULL_PAUSES = 5;

  /** What a server or the system says of a disk that has less room than was looked for. */
  private static final List<String> NO_ROOM =
      List.of("No space left on device", "Disk quota exceeded");

  /** What becomes of a server whose disk is full. */
  enum WhenFull {
    /** Starts it when there is room. */
    WAITS,
    /** Gives up as for any other reason. */
    GIVES_UP
  }

  private final LongSupplier nanos;
  private final Duration pause;
  private final Supplier<Optional<Postmaster>> start;
  private final Supplier<Optional<String>> full;
  private final WhenFull whenFull;
  private final Consumer<String> lost;
  private final Deque<Long> ends = new ArrayDeque<>();
  private boolean isWaiting;

  /**
   * Watches nothing yet.
   *
   * @param nanos a clock for durations
   * @param pause after the first start that failed
   * @param start starts it; blocks; nothing when it is not to run any more
   * @param full says that its disk is full; blocks; empty where there is room
   * @param lost is called with the reason why it stays down
   */
  ServerGuard(
      LongSupplier nanos,
      Duration pause,
      Supplier<Optional<Postmaster>> start,
      Supplier<Optional<String>> full,
      WhenFull whenFull,
      Consumer<String> lost) {
    this.nanos = nanos;
    this.pause = pause;
    this.start = start;
    this.full = full;
    this.whenFull = whenFull;
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
    if (whenFull == WhenFull.WAITS && full.get().isPresent()) {
      again(1); // What ends it is known, and no sign of a server that cannot run.
      return;
    }
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
      isWaiting = false;
      started.ifPresent(this::watch);
    } catch (JournalException e) {
      Optional<String> why = full.get().or(() -> noRoom(e));
      if (why.isPresent() && whenFull == WhenFull.WAITS) {
        waitForRoom(why.get(), e);
        return;
      }
      if (attempt >= ATTEMPTS_MAX) {
        lost.accept(
            "the embedded PostgreSQL ended and cannot be started again: "
                + why.map(text -> text + ". ").orElse("")
                + e.getMessage());
        return;
      }
      LOG.warn("the embedded PostgreSQL ended; start {} failed: {}", attempt, e.getMessage());
      later(pause.toMillis() << (attempt - 1), attempt + 1);
    }
  }

  private static Optional<String> noRoom(JournalException failure) {
    String said = String.valueOf(failure.getMessage());
    return NO_ROOM.stream()
        .filter(said::contains)
        .findFirst()
        .map(text -> "its disk is full (" + text + "): make room on it");
  }

  private void waitForRoom(String why, JournalException failure) {
    if (!isWaiting) {
      LOG.error(
          "the embedded PostgreSQL ended, and is started again when there is room: {} ({})",
          why,
          failure.getMessage());
    }
    isWaiting = true;
    later(FULL_PAUSES * pause.toMillis(), 1);
  }

  private void later(long millis, int attempt) {
    Executor later =
        CompletableFuture.delayedExecutor(
            millis,
            TimeUnit.MILLISECONDS,
            task -> Thread.ofVirtual().name("postmaster").start(task));
    later.execute(() -> again(attempt));
  }
}
