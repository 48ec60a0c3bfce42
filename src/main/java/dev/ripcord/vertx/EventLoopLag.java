package dev.ripcord.vertx;

import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Measures how late event loops are: on each of them a timer is set again and again, and what it
 * comes later than it was to come is what everything on that loop waited. A loop that is held for
 * less than the time between two timers may be held unseen.
 */
public final class EventLoopLag {
  private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final LongSupplier nanos;
  private final Consumer<Duration> late;
  private volatile boolean isStopped;

  private EventLoopLag(LongSupplier nanos, Consumer<Duration> late) {
    this.nanos = nanos;
    this.late = late;
  }

  /**
   * Begins to measure.
   *
   * @param nanos a monotonic clock, nanoseconds
   * @param late is given each lateness, on the loop that it is of; must not block
   * @return ends it
   */
  public static Runnable start(Vertx vertx, LongSupplier nanos, Consumer<Duration> late) {
    EventLoopLag lag = new EventLoopLag(nanos, late);
    ((VertxInternal) vertx).nettyEventLoopGroup().forEach(lag::next);
    return () -> lag.isStopped = true;
  }

  private void next(EventExecutor loop) {
    long due = nanos.getAsLong() + EVERY_NANOS;
    var _ =
        loop.schedule(
            () -> {
              late.accept(Duration.ofNanos(Math.max(0, nanos.getAsLong() - due)));
              if (!isStopped && !loop.isShuttingDown()) {
                next(loop);
              }
            },
            EVERY_NANOS,
            TimeUnit.NANOSECONDS);
  }
}
