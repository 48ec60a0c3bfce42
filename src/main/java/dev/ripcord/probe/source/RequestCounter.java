package dev.ripcord.probe.source;

import dev.ripcord.health.Counts;
import dev.ripcord.health.Reason;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * The two counters of one process, requests and errors, compared with the reading before. Where the
 * requests fell the process began anew, and both count from 0. Not thread-safe.
 */
public final class RequestCounter {
  /** A reading older than this is not compared with. */
  public static final Duration KEPT = Duration.ofMinutes(5);

  private Optional<Reading> last = Optional.empty();

  private record Reading(double requests, double errors, long nanos) {}

  /**
   * What was counted since the reading before.
   *
   * @param counts empty when nothing can be said
   * @param window the time between the two readings
   * @param missing why there are no counts, as a predicate of the source
   * @param arithmetic the counts with the numbers put in; empty without counts
   */
  public record Counted(
      Optional<Counts> counts,
      Optional<Duration> window,
      Optional<Missing> missing,
      String arithmetic) {}

  /**
   * Why there are no counts.
   *
   * @param code for programs
   * @param text for people: a predicate of the source
   */
  public record Missing(Reason.Code code, String text) {}

  /**
   * Takes a reading.
   *
   * @param requests all of them since the process began
   * @param errors those that failed
   * @param nanos when it was read, on a monotonic clock
   */
  public Counted next(double requests, double errors, long nanos) {
    if (!isCount(requests) || !isCount(errors)) {
      return none(Reason.Code.PARSE, "has counters that are no whole numbers from 0");
    }
    Optional<Reading> before = last.filter(each -> nanos - each.nanos() <= KEPT.toNanos());
    last = Optional.of(new Reading(requests, errors, nanos));
    if (before.isEmpty()) {
      return none(Reason.Code.NO_DATA, "first reading, nothing to compare with yet");
    }
    Reading from = before.get();
    boolean anew = requests < from.requests();
    double all = anew ? requests : requests - from.requests();
    double failed = anew || errors < from.errors() ? errors : errors - from.errors();
    Duration window = Duration.ofNanos(nanos - from.nanos());
    if (failed > all) {
      return none(
          Reason.Code.PARSE,
          String.format(
              Locale.ROOT, "counted more errors (%.0f) than requests (%.0f)", failed, all));
    }
    return new Counted(
        Optional.of(new Counts(Math.round(all), Math.round(failed))),
        Optional.of(window),
        Optional.empty(),
        String.format(
            Locale.ROOT,
            "requests %.0f − %.0f = %.0f, errors %.0f − %.0f = %.0f%s",
            requests,
            anew ? 0 : from.requests(),
            all,
            errors,
            anew || errors < from.errors() ? 0 : from.errors(),
            failed,
            anew ? " (the process began anew)" : ""));
  }

  private static boolean isCount(double value) {
    return value >= 0 && value < 1L << 62;
  }

  private static Counted none(Reason.Code code, String text) {
    return new Counted(
        Optional.empty(), Optional.empty(), Optional.of(new Missing(code, text)), "");
  }
}
