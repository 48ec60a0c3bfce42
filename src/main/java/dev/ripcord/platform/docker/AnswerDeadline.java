package dev.ripcord.platform.docker;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How long a platform that does not answer is waited for, measured by a monotonic clock.
 *
 * @param budget for one silence, from its first unanswered call
 */
record AnswerDeadline(Vertx vertx, LongSupplier nanos, Duration budget) {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

  /** Completes when it is time to look again. */
  Future<Void> pause() {
    return vertx.timer(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS).mapEmpty();
  }

  /** Whether a silence that began then has used up the budget. */
  boolean isSpent(long since) {
    return nanos.getAsLong() - since >= budget.toNanos();
  }

  /** The monotonic clock. */
  long now() {
    return nanos.getAsLong();
  }

  /** How long a silence has lasted that began then. */
  Duration lasted(long since) {
    return Duration.ofNanos(now() - since);
  }
}
