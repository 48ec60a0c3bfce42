package dev.ripcord.engine.context;

import dev.ripcord.port.Clocks;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Time that a test moves: a clock of the day, a clock for durations, and the timers that go by the
 * second one. Used on one thread.
 */
public final class FakeClock implements Timers {
  private final Map<Long, Timer> timers = new HashMap<>();
  private Instant wall;
  private long nanos;
  private long last;

  private record Timer(long id, long due, LongConsumer fired) {}

  /** Shows an instant. */
  public FakeClock(Instant wall) {
    this.wall = wall;
  }

  /** The clocks as the engine asks them. */
  public Clocks clocks() {
    return new Clocks(() -> wall, () -> nanos);
  }

  /** The time of day. */
  public Instant now() {
    return wall;
  }

  /** Time passes: timers fire in their order, each at its own time. */
  public void pass(Duration duration) {
    long end = nanos + duration.toNanos();
    for (Optional<Timer> next = due(end); next.isPresent(); next = due(end)) {
      Timer timer = next.get();
      timers.remove(timer.id);
      elapse(Math.max(nanos, timer.due));
      timer.fired.accept(timer.id);
    }
    elapse(end);
  }

  /** Somebody sets the clock of the day; no time passes. */
  public void jump(Duration by) {
    wall = wall.plus(by);
  }

  /** How many timers wait. */
  public int waiting() {
    return timers.size();
  }

  private void elapse(long until) {
    wall = wall.plusNanos(until - nanos);
    nanos = until;
  }

  private Optional<Timer> due(long end) {
    return timers.values().stream()
        .filter(t -> t.due <= end)
        .min(Comparator.comparingLong(Timer::due).thenComparingLong(Timer::id));
  }

  @Override
  public long setTimer(long millis, LongConsumer fired) {
    if (millis < 1) {
      throw new IllegalArgumentException("a timer of " + millis + " ms");
    }
    long id = ++last;
    timers.put(id, new Timer(id, nanos + millis * 1_000_000, fired));
    return id;
  }

  @Override
  public boolean cancelTimer(long id) {
    return timers.remove(id) != null;
  }
}
