package dev.ripcord.health;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What one sample means: a verdict for each measure that has a rule, and the one that counts for
 * the whole poll.
 *
 * @param kind the worst that matters: breach, else warning, else unknown, else healthy
 * @param measures each measure's own reading; {@link Measure#ERROR_RATE} is always there
 * @param judged the counts that the error rate was judged on, with what was carried
 * @param reasons why it is not healthy, or what is missing
 * @param found of the reasons, the one that judging a measure gave; not there for one that is well
 *     or has no value
 * @param unmeasured whether nothing could be measured at all (too few requests is not that)
 */
public record HealthReading(
    Kind kind,
    Map<Measure, Kind> measures,
    Counts judged,
    List<Reason> reasons,
    Map<Measure, Reason> found,
    boolean unmeasured) {
  /** What a poll can say. */
  public enum Kind {
    /** Measured, and below every limit. */
    HEALTHY,
    /** A limit is reached that may only alert. */
    WARNING,
    /** A limit is reached that may do more, or the service does not answer. */
    BREACH,
    /** Could not be told. Neither good nor bad. */
    UNKNOWN;

    /** As JSON and metrics spell it. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The reason that matters most, in one line: a limit, else too few requests, else the first. */
  public String why() {
    return reason(Reason.Code.OVER_THRESHOLD)
        .or(() -> reason(Reason.Code.LOW_VOLUME))
        .or(() -> reasons.stream().findFirst())
        .map(Reason::text)
        .orElseGet(kind::text);
  }

  /** Every limit that is reached, with what was measured, in one line; empty when none is. */
  public String limits() {
    return reasons.stream()
        .filter(r -> r.code() == Reason.Code.OVER_THRESHOLD)
        .map(Reason::text)
        .distinct()
        .collect(Collectors.joining("; "));
  }

  /**
   * What is said of one measure, in one line. What a source could not tell stands for the error
   * rate.
   */
  public String why(Measure measure) {
    return Optional.ofNullable(found.get(measure))
        .or(
            () ->
                reasons.stream()
                    .filter(r -> measure == Measure.ERROR_RATE)
                    .filter(r -> r.code() != Reason.Code.OVER_THRESHOLD)
                    .findFirst())
        .map(Reason::text)
        .orElseGet(() -> measures.getOrDefault(measure, kind).text());
  }

  private Optional<Reason> reason(Reason.Code code) {
    return reasons.stream().filter(r -> r.code() == code).findFirst();
  }

  public HealthReading {
    measures = Map.copyOf(measures);
    reasons = List.copyOf(reasons);
    found = Map.copyOf(found);
  }
}
