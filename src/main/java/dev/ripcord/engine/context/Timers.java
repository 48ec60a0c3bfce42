package dev.ripcord.engine.context;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;

/**
 * Calls back after a while, on the event loop where the timer was set. The engine sets no timer
 * elsewhere, so that a test moves time by hand.
 */
public interface Timers {
  /**
   * Sets a timer that fires once.
   *
   * @param millis until it fires, 1 or more
   * @param fired gets the number of the timer
   * @return its number, 0 or more
   */
  long setTimer(long millis, LongConsumer fired);

  /** Stops a timer; false when it has fired, was stopped, or never was. */
  boolean cancelTimer(long id);

  /** Completes after a while. */
  default Future<Void> timer(long delay, TimeUnit unit) {
    Promise<Void> promise = Promise.promise();
    setTimer(Math.max(1, unit.toMillis(delay)), id -> promise.complete());
    return promise.future();
  }

  /** The same future, or a failure when it has not completed within a limit. */
  default <T> Future<T> within(Duration limit, Future<T> work) {
    if (work.isComplete()) {
      return work;
    }
    Promise<T> promise = Promise.promise();
    long timer =
        setTimer(
            Math.max(1, limit.toMillis()),
            id ->
                promise.tryFail(
                    new TimeoutException("no answer within " + limit.toSeconds() + " s")));
    work.onComplete(
        (value, failure) -> {
          cancelTimer(timer);
          if (failure == null) {
            promise.tryComplete(value);
          } else {
            promise.tryFail(failure);
          }
        });
    return promise.future();
  }

  /** The timers of Vert.x. */
  static Timers of(Vertx vertx) {
    return new Timers() {
      @Override
      public long setTimer(long millis, LongConsumer fired) {
        return vertx.setTimer(millis, fired::accept);
      }

      @Override
      public boolean cancelTimer(long id) {
        return vertx.cancelTimer(id);
      }
    };
  }
}
