package dev.ripcord.health;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The polls of one step of time, taken together. Requests and errors are added up, so that their
 * share is that of all requests; of each latency the highest stands, since percentiles have no
 * average; CPU and memory are the average.
 *
 * @param from the beginning of the step
 * @param length how long it is, more than zero
 * @param verdicts how many polls there were of each kind; at least one
 * @param counts of the polls that have counts; empty where none has
 * @param latency the highest of each percentile, in seconds
 * @param cpu the average share
 * @param memory the average share
 */
public record PollStep(
    Instant from,
    Duration length,
    Map<HealthReading.Kind, Integer> verdicts,
    Optional<Counts> counts,
    Latency latency,
    OptionalDouble cpu,
    OptionalDouble memory) {
  public PollStep {
    verdicts = Map.copyOf(verdicts);
  }

  /** How many polls were of a kind. */
  public int count(HealthReading.Kind kind) {
    return verdicts.getOrDefault(kind, 0);
  }

  /** The worst of the polls; unknown only where none of them could tell. */
  public HealthReading.Kind worst() {
    if (count(HealthReading.Kind.BREACH) > 0) {
      return HealthReading.Kind.BREACH;
    }
    if (count(HealthReading.Kind.WARNING) > 0) {
      return HealthReading.Kind.WARNING;
    }
    return count(HealthReading.Kind.HEALTHY) > 0
        ? HealthReading.Kind.HEALTHY
        : HealthReading.Kind.UNKNOWN;
  }
}
