package dev.ripcord.probe.page;

import dev.ripcord.health.Counts;
import dev.ripcord.health.Latency;
import dev.ripcord.health.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What one reading of a metrics page tells of the time since the reading before.
 *
 * @param at when the page was read, or should have been
 * @param window the time between the two readings; empty when there is nothing to compare with
 * @param counts requests and errors in the window
 * @param latency percentiles in seconds
 * @param cpu the share of the CPU
 * @param memory the share of the memory
 * @param reasons why something is missing, the gravest first
 */
public record PageFigures(
    Instant at,
    Optional<Duration> window,
    Optional<Counts> counts,
    Latency latency,
    OptionalDouble cpu,
    OptionalDouble memory,
    List<Reason> reasons) {
  /** The reading failed. */
  static PageFigures failed(Instant at, Reason reason) {
    return new PageFigures(
        at,
        Optional.empty(),
        Optional.empty(),
        Latency.NONE,
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        List.of(reason));
  }
}
