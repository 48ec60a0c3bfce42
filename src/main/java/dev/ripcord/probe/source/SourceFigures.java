package dev.ripcord.probe.source;

import dev.ripcord.health.Counts;
import dev.ripcord.health.Latency;
import dev.ripcord.health.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What one reading of a source tells of the time since the reading before.
 *
 * @param at when it was read, or should have been
 * @param window the time between the two readings; empty when there is nothing to compare with
 * @param counts requests and errors in the window
 * @param latency percentiles in seconds
 * @param cpu the share of the CPU
 * @param memory the share of the memory
 * @param reasons why something is missing, the gravest first
 * @param down why the service must be down, where what runs it says so; it is evidence about the
 *     service, unlike the reasons
 */
public record SourceFigures(
    Instant at,
    Optional<Duration> window,
    Optional<Counts> counts,
    Latency latency,
    OptionalDouble cpu,
    OptionalDouble memory,
    List<Reason> reasons,
    Optional<Reason> down) {
  /** Figures of a source that cannot tell whether the service is down. */
  public SourceFigures(
      Instant at,
      Optional<Duration> window,
      Optional<Counts> counts,
      Latency latency,
      OptionalDouble cpu,
      OptionalDouble memory,
      List<Reason> reasons) {
    this(at, window, counts, latency, cpu, memory, reasons, Optional.empty());
  }

  /** The reading failed. */
  public static SourceFigures failed(Instant at, Reason reason) {
    return new SourceFigures(
        at,
        Optional.empty(),
        Optional.empty(),
        Latency.NONE,
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        List.of(reason));
  }

  /** The same with one more reason. */
  public SourceFigures because(Reason reason) {
    List<Reason> all = new ArrayList<>(reasons);
    all.add(reason);
    return new SourceFigures(at, window, counts, latency, cpu, memory, all, down);
  }
}
