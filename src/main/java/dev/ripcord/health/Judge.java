package dev.ripcord.health;

import dev.ripcord.health.HealthReading.Kind;
import dev.ripcord.health.Reason.Code;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Judges one sample.
 *
 * <p>The error rate breaches when it is at or above the threshold and so many errors are beyond
 * chance for the service when well. At or above it and within chance, or with too few requests, it
 * is unknown, and its counts are carried into the next poll until they tell. Below, it is healthy.
 * A service that does not answer at all breaches without counting. What could not be measured is
 * unknown. Counts are compared exactly; nothing is rounded.
 *
 * <p>Thread-safe: it holds rules only.
 */
public final class Judge {
  private static final int PROBES_ENOUGH = 10;
  private static final OptionalDouble NONE = OptionalDouble.empty();

  private final Rules rules;
  private final double limit;

  /** By the given rules. */
  public Judge(Rules rules) {
    this.rules = rules;
    this.limit = BinomialTail.limit(rules.breaches());
  }

  /**
   * A reading, and the counts that the next poll goes on with.
   *
   * @param reading what the sample means
   * @param carried counts that could not tell yet
   */
  public record Judgement(HealthReading reading, Counts carried) {}

  /** Judges a sample together with the counts carried from the polls before it. */
  public Judgement judge(Sample sample, Counts carried) {
    Reasons reasons = new Reasons(sample.reasons());
    ErrorRate rate = errorRate(sample, carried, reasons);
    Map<Measure, Kind> measures = new EnumMap<>(Measure.class);
    measures.put(Measure.ERROR_RATE, rate.kind);
    for (Measure measure : Measure.values()) {
      Limit limited = rules.limits().get(measure);
      if (limited != null) {
        measures.put(measure, against(measure, limited, sample, reasons));
      }
    }
    HealthReading reading =
        new HealthReading(
            whole(measures), measures, rate.judged, reasons.all, reasons.found, rate.unmeasured);
    return new Judgement(reading, rate.carried);
  }

  /** Those of the source, then those that judging gives. */
  private static final class Reasons {
    final List<Reason> all;
    final Map<Measure, Reason> found = new EnumMap<>(Measure.class);

    Reasons(List<Reason> ofTheSource) {
      all = new ArrayList<>(ofTheSource);
    }

    void add(Measure measure, Code code, String text) {
      Reason reason = new Reason(code, text);
      all.add(reason);
      found.put(measure, reason);
    }
  }

  private record ErrorRate(Kind kind, Counts judged, Counts carried, boolean unmeasured) {}

  private ErrorRate errorRate(Sample sample, Counts carried, Reasons reasons) {
    if (sample.liveness() == Liveness.SILENT) {
      return new ErrorRate(Kind.BREACH, sample.counts().orElse(Counts.NONE), Counts.NONE, false);
    }
    if (sample.counts().isEmpty()) {
      if (reasons.all.isEmpty()) {
        reasons.add(Measure.ERROR_RATE, Code.NO_DATA, "requests and errors could not be counted");
      }
      return new ErrorRate(Kind.UNKNOWN, Counts.NONE, carried, true);
    }
    Counts total = sample.counts().orElseThrow().plus(carried);
    int least =
        sample.probed()
            ? Math.min(PROBES_ENOUGH, rules.minimumRequests())
            : rules.minimumRequests();
    if (total.requests() < least) {
      reasons.add(
          Measure.ERROR_RATE,
          Code.LOW_VOLUME,
          "not enough requests to judge: " + total.requests() + ", " + least + " are needed");
      return new ErrorRate(Kind.UNKNOWN, total, total, false);
    }
    if (!rules.threshold().isReachedBy(total.errors(), total.requests())) {
      return new ErrorRate(Kind.HEALTHY, total, Counts.NONE, false);
    }
    double tail = BinomialTail.tail(total.errors(), total.requests(), rules.normal().value());
    if (tail <= limit) {
      reasons.add(
          Measure.ERROR_RATE,
          Code.OVER_THRESHOLD,
          describe(total) + ", limit " + rules.threshold());
      return new ErrorRate(Kind.BREACH, total, Counts.NONE, false);
    }
    reasons.add(
        Measure.ERROR_RATE, Code.LOW_VOLUME, describe(total) + " may be chance: " + chance(tail));
    return new ErrorRate(Kind.UNKNOWN, total, total, false);
  }

  private String describe(Counts counts) {
    return "error rate %s (%d of %d requests)"
        .formatted(FigureText.rate(counts, rules.threshold()), counts.errors(), counts.requests());
  }

  private String chance(double tail) {
    return "a service that fails %s when well shows it in %s of polls"
        .formatted(rules.normal(), FigureText.chance(tail));
  }

  private Kind against(Measure measure, Limit limit, Sample sample, Reasons reasons) {
    OptionalDouble value = measure.of(sample);
    if (!limit.holds() || value.isEmpty() || Double.isNaN(value.getAsDouble())) {
      return Kind.UNKNOWN;
    }
    OptionalDouble highest = isPercentile(measure) ? sample.latency().highest() : NONE;
    if (highest.isPresent() && limit.value() > highest.getAsDouble()) {
      reasons.add(
          measure,
          Code.NO_DATA,
          "%s cannot be judged: its limit is %s, and the last bucket of the histogram ends at %s, which no percentile is above; set a limit of that or less, or judge slow-requests"
              .formatted(
                  measure.words(), limit.text(measure), measure.limitText(highest.getAsDouble())));
      return Kind.UNKNOWN;
    }
    double found = value.getAsDouble();
    if (found < limit.value()) {
      return Kind.HEALTHY;
    }
    reasons.add(
        measure,
        Code.OVER_THRESHOLD,
        measure.words()
            + " "
            + measure.figureText(found, limit.value())
            + longer(measure)
            + ", limit "
            + limit.text(measure));
    return limit.act().compareTo(Escalation.ALERT) <= 0 ? Kind.WARNING : Kind.BREACH;
  }

  private String longer(Measure measure) {
    return measure == Measure.SLOW_REQUESTS && rules.slowerThan().isPresent()
        ? " (longer than " + FigureText.millisLimit(rules.slowerThan().getAsDouble()) + ")"
        : "";
  }

  private static boolean isPercentile(Measure measure) {
    return switch (measure) {
      case LATENCY_P50, LATENCY_P95, LATENCY_P99 -> true;
      default -> false;
    };
  }

  private Kind whole(Map<Measure, Kind> measures) {
    boolean warned = false;
    for (Map.Entry<Measure, Kind> entry : measures.entrySet()) {
      Escalation act = rules.act(entry.getKey());
      boolean crossed = entry.getValue() == Kind.BREACH || entry.getValue() == Kind.WARNING;
      if (crossed && act.compareTo(Escalation.ASK) >= 0) {
        return Kind.BREACH;
      }
      warned |= crossed && act == Escalation.ALERT;
    }
    if (warned) {
      return Kind.WARNING;
    }
    return measures.get(Measure.ERROR_RATE) == Kind.UNKNOWN ? Kind.UNKNOWN : Kind.HEALTHY;
  }
}
