package dev.ripcord.health;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What one poll of one service measured. What was not measured is empty and a reason says why;
 * nothing here is a judgement.
 *
 * @param release the release that was asked for when the poll began; a sample of another release is
 *     not judged
 * @param at when the figures were read
 * @param window the time that the counts cover
 * @param liveness whether the service answers at all
 * @param status the last HTTP status of the {@code url}
 * @param counts requests and errors in the window
 * @param probed whether {@code counts} are our own probes and not the service's traffic
 * @param latency percentiles in seconds
 * @param cpu share of the CPU it may use, 0 upwards; 1 is all of one core where no limit is known
 * @param memory share of the memory it may use, 0 to 1
 * @param database the state of its database, where one is configured
 * @param reasons why something is missing or failed
 */
public record Sample(
    String release,
    Instant at,
    Duration window,
    Liveness liveness,
    OptionalInt status,
    Optional<Counts> counts,
    boolean probed,
    Latency latency,
    OptionalDouble cpu,
    OptionalDouble memory,
    Optional<DatabaseState> database,
    List<Reason> reasons) {
  public Sample {
    reasons = List.copyOf(reasons);
  }

  /** The same, as one of another release. */
  public Sample of(String other) {
    return new Sample(
        other, at, window, liveness, status, counts, probed, latency, cpu, memory, database,
        reasons);
  }

  /** The same for other reasons. */
  public Sample because(List<Reason> other) {
    return new Sample(
        release, at, window, liveness, status, counts, probed, latency, cpu, memory, database,
        other);
  }
}
