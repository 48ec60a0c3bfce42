package dev.ripcord.alert;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.random.RandomGenerator;

/**
 * When alerts are tried, and tried again.
 *
 * @param clock the wall clock
 * @param jitter a number from 0 to 1 for each wait, so that several processes do not come at once
 * @param every how often the outbox is looked at when nobody wakes us
 * @param firstWait the wait after the first failure; it doubles with each further one
 * @param longestWait where the doubling ends
 * @param deadline of one try, from the connection to the last byte
 * @param patience how old an alert may become before it is given up
 */
public record RetryPolicy(
    InstantSource clock,
    DoubleSupplier jitter,
    Duration every,
    Duration firstWait,
    Duration longestWait,
    Duration deadline,
    Duration patience) {
  private static final Duration RETRY_AFTER_MAX = Duration.ofHours(1);

  /** Looks every second, waits 1 s to 5 min, 10 s for one try, 24 h for an alert. */
  public static RetryPolicy standard(InstantSource clock, RandomGenerator random) {
    return new RetryPolicy(
        clock,
        random::nextDouble,
        Duration.ofSeconds(1),
        Duration.ofSeconds(1),
        Duration.ofMinutes(5),
        Duration.ofSeconds(10),
        Duration.ofHours(24));
  }

  /**
   * How long to wait after a failure: half of the doubled wait and a random part of the other half,
   * and at least what the other side asked for (of which an hour is believed).
   *
   * @param failures how often it failed before
   */
  Duration waitAfter(int failures, Optional<Duration> asked) {
    double doubled = firstWait.toMillis() * Math.pow(2, Math.min(failures, 40));
    double whole = Math.min((double) longestWait.toMillis(), doubled);
    Duration own = Duration.ofMillis(Math.round(whole / 2 * (1 + jitter.getAsDouble())));
    Duration other = asked.orElse(Duration.ZERO);
    Duration believed = other.compareTo(RETRY_AFTER_MAX) > 0 ? RETRY_AFTER_MAX : other;
    return own.compareTo(believed) > 0 ? own : believed;
  }
}
