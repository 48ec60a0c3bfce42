package dev.ripcord.postgres;

import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Lets a virtual thread wait a little, never twice the same time, so that two do not keep step. */
public final class Backoff {
  private final Vertx vertx;
  private final LongSupplier nanos;

  public Backoff(Vertx vertx, LongSupplier nanos) {
    this.vertx = vertx;
    this.nanos = nanos;
  }

  /** Waits between one and two times as long. */
  public void about(int millis) {
    pause(jittered(millis));
  }

  /** Between one and two times as long; the clock's last digits serve as the dice. */
  public long jittered(int millis) {
    return (long) millis + Math.floorMod(nanos.getAsLong() / 1_000, millis);
  }

  /** Waits for so many milliseconds. */
  public void pause(long millis) {
    vertx.timer(millis, TimeUnit.MILLISECONDS).await();
  }
}
