package dev.ripcord.web.page;

import dev.ripcord.health.Counts;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Latency;
import dev.ripcord.health.PollStep;
import dev.ripcord.health.Reason;
import dev.ripcord.port.Journal.StoredSample;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One place on the charts: a poll, or the polls of a step taken together.
 *
 * @param at the poll, or the middle of the step
 * @param over the time that the counts cover
 * @param kind what the poll meant; of several the worst
 * @param polls how many polls it is
 * @param why a reason, where something was not measured or is not well; else empty
 */
record Point(
    Instant at,
    Duration over,
    HealthReading.Kind kind,
    int polls,
    Optional<Counts> counts,
    Latency latency,
    OptionalDouble cpu,
    OptionalDouble memory,
    String why) {
  static Point of(StoredSample poll) {
    return new Point(
        poll.sample().at(),
        poll.sample().window(),
        poll.verdict(),
        1,
        poll.sample().counts().filter(c -> c.requests() > 0),
        poll.sample().latency(),
        poll.sample().cpu(),
        poll.sample().memory(),
        poll.sample().reasons().stream().findFirst().map(Reason::text).orElse(""));
  }

  static Point of(PollStep step) {
    int polls = step.verdicts().values().stream().mapToInt(Integer::intValue).sum();
    int unknown = step.count(HealthReading.Kind.UNKNOWN);
    return new Point(
        step.from().plus(step.length().dividedBy(2)),
        step.length(),
        step.worst(),
        polls,
        step.counts().filter(c -> c.requests() > 0),
        step.latency(),
        step.cpu(),
        step.memory(),
        unknown == 0 ? "" : unknown + " of " + polls + " polls could not tell");
  }

  /** The share of requests that failed; no number where there were none. */
  double errorRate() {
    return counts.map(Counts::errorRate).orElse(Double.NaN);
  }

  /** Requests in a second; no number where they were not counted. */
  double requestRate() {
    double seconds = over.toMillis() / 1000.0;
    return counts.filter(c -> seconds > 0).map(c -> c.requests() / seconds).orElse(Double.NaN);
  }
}
