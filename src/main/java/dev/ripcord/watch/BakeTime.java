package dev.ripcord.watch;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How far the bake time of a watch has got: a pause stops it.
 *
 * @param paused how long it stood still in pauses that are over
 * @param pause the pause that lasts, where there is one
 */
public record BakeTime(Duration paused, Optional<WatchState.Paused> pause) {
  /** Of a watch that nobody has paused. */
  public static final BakeTime UNBROKEN = new BakeTime(Duration.ZERO, Optional.empty());

  /** Of a watch in this state. */
  public static BakeTime of(WatchState state) {
    return new BakeTime(
        state.tally().paused(),
        state instanceof WatchState.Paused held ? Optional.of(held) : Optional.empty());
  }

  /** How much of it is over; 0 to all of it. */
  public Duration over(WatchSpec spec, Instant now) {
    Instant at = pause.map(WatchState.Paused::since).filter(now::isAfter).orElse(now);
    Duration over = Duration.between(spec.startedAt(), at).minus(paused);
    return over.isNegative() ? Duration.ZERO : over.compareTo(spec.bake()) > 0 ? spec.bake() : over;
  }

  /** When it ends, where a pause that lasts is not ended before its time is over. */
  public Instant ends(WatchSpec spec) {
    Duration still =
        pause.map(it -> Duration.between(it.since(), it.until())).orElse(Duration.ZERO);
    return spec.bakeEnds().plus(paused).plus(still);
  }
}
