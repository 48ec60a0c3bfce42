package dev.ripcord.postgres;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Lets through a line when it is the first about its subject, and then at most one every ten
 * seconds. Any thread may ask.
 */
public final class ProgressPace {
  private static final long EVERY_NANOS = Duration.ofSeconds(10).toNanos();

  private final LongSupplier nanos;
  private final Map<String, Long> saidAt = new HashMap<>();

  public ProgressPace(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** Whether it is to be said; it counts as said then. */
  public synchronized boolean isDue(RunProgress progress) {
    long now = nanos.getAsLong();
    Long before = saidAt.get(progress.subject());
    boolean due = before == null || now - before >= EVERY_NANOS;
    if (due) {
      saidAt.put(progress.subject(), now);
    }
    return due;
  }
}
