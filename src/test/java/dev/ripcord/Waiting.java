package dev.ripcord;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Waits for something that gives no signal: asks again and again, up to a deadline. After a
 * question that took long it waits longer before the next, so that asking takes a fourth of a
 * processor at most.
 */
public final class Waiting {
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long PAUSE_MAX_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private Waiting() {}

  /** Whether a condition came true within some seconds. */
  public static boolean until(long seconds, BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    for (long asked = System.nanoTime(); asked < deadline; asked = System.nanoTime()) {
      if (condition.getAsBoolean()) {
        return true;
      }
      long took = System.nanoTime() - asked;
      LockSupport.parkNanos(Math.clamp(3 * took, PAUSE_NANOS, PAUSE_MAX_NANOS));
    }
    return condition.getAsBoolean();
  }
}
