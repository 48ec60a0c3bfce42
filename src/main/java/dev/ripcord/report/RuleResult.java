package dev.ripcord.report;

import dev.ripcord.health.Counts;
import dev.ripcord.health.Escalation;
import dev.ripcord.health.FigureText;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.HealthReading.Kind;
import dev.ripcord.health.Limit;
import dev.ripcord.health.Measure;
import dev.ripcord.health.Reason;
import dev.ripcord.health.Rules;
import dev.ripcord.port.Journal.WatchRow;
import dev.ripcord.port.WatchProjection;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchState;
import dev.ripcord.watch.WatchStats;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * What became of one rule in a watch.
 *
 * @param measure what it looks at
 * @param act what a lasting breach of it may do
 * @param limit for people: {@code 5%}
 * @param verdict what became of it
 * @param decided how many polls could tell
 * @param crossed how many of them were at or above the limit
 * @param worst the worst of them for people, with counts where it has some; a dash where none was
 *     measured
 * @param before what was measured before the release, for people; empty where nothing was
 * @param text one sentence: why
 */
public record RuleResult(
    Measure measure,
    Escalation act,
    String limit,
    Verdict verdict,
    int decided,
    int crossed,
    String worst,
    String before,
    String text) {
  private static final Set<Reason.Code> TOO_LITTLE =
      Set.of(
          Reason.Code.LOW_VOLUME,
          Reason.Code.NO_DATA,
          Reason.Code.COUNTER_RESET,
          Reason.Code.STALE,
          Reason.Code.OVER_THRESHOLD);

  /** What can become of a rule. */
  public enum Verdict {
    /** It holds: no breach of it lasted. */
    HELD,
    /** Breaches of it condemned the release, or were under way when the watch ended. */
    BREACHED,
    /** Its source was not reached. */
    NOT_REACHED,
    /** There was too little to tell. */
    TOO_LITTLE;

    /** As JSON spells it: {@code not-reached}. */
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** As people read it: {@code not reached}. */
    public String words() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  /** The sentence with the name of its measure before it, where it does not begin with that. */
  public String named() {
    return text.startsWith(measure.words()) ? text : measure.words() + ": " + text;
  }

  static List<RuleResult> of(
      WatchRow row,
      List<WatchReport.Poll> polls,
      Optional<WatchProjection> standing,
      boolean condemned) {
    Rules rules = row.charter().rules();
    List<Folding> all = new ArrayList<>();
    for (Measure measure : Measure.values()) {
      if (measure == Measure.ERROR_RATE || rules.limits().containsKey(measure)) {
        all.add(Folding.of(measure, rules, polls));
      }
    }
    boolean named = all.stream().anyMatch(each -> each.lasted() && each.mayAct());
    Optional<WatchStats> stats = standing.map(WatchProjection::state).map(WatchState::tally);
    return all.stream()
        .map(
            each -> {
              // The test over the whole watch condemns without three in a row, by the error rate.
              boolean asAWhole = condemned && !named && each.measure() == Measure.ERROR_RATE;
              return each.result(row, stats, asAWhole);
            })
        .toList();
  }

  /** What the polls say of one measure. */
  private record Folding(
      Measure measure,
      Rules rules,
      int decided,
      int crossed,
      int streak,
      int longest,
      double worstValue,
      String worst,
      Optional<HealthReading> lastCrossing,
      Optional<HealthReading> last) {
    static Folding of(Measure measure, Rules rules, List<WatchReport.Poll> polls) {
      Folding folding =
          new Folding(
              measure,
              rules,
              0,
              0,
              0,
              0,
              -1,
              FigureText.NOTHING,
              Optional.empty(),
              Optional.empty());
      List<Boolean> window = new ArrayList<>();
      for (WatchReport.Poll poll : polls) {
        if (poll.judged().isPresent()) {
          folding = folding.and(poll.judged().get(), window);
        }
      }
      return folding;
    }

    private Folding and(WatchProjection.Poll poll, List<Boolean> window) {
      HealthReading reading = poll.reading();
      Kind kind = reading.measures().getOrDefault(measure, Kind.UNKNOWN);
      boolean isDecided = kind != Kind.UNKNOWN;
      boolean isCrossed = kind == Kind.BREACH || kind == Kind.WARNING;
      if (isDecided) {
        window.add(isCrossed);
      }
      int now = running(window);
      OptionalDouble value = value(poll);
      boolean isWorse = value.isPresent() && value.getAsDouble() > worstValue;
      return new Folding(
          measure,
          rules,
          decided + (isDecided ? 1 : 0),
          crossed + (isCrossed ? 1 : 0),
          now,
          Math.max(longest, now),
          isWorse ? value.getAsDouble() : worstValue,
          isWorse ? shown(poll, value.getAsDouble()) : worst,
          isCrossed ? Optional.of(reading) : lastCrossing,
          Optional.of(reading));
    }

    /** Breaches that count now: those in a row, or those of the last so many. */
    private int running(List<Boolean> window) {
      int of = rules.breaches().of();
      if (rules.breaches().needed() < of) {
        return (int)
            window.subList(Math.max(0, window.size() - of), window.size()).stream()
                .filter(each -> each)
                .count();
      }
      int inARow = 0;
      while (inARow < window.size() && window.get(window.size() - 1 - inARow)) {
        inARow++;
      }
      return inARow;
    }

    private OptionalDouble value(WatchProjection.Poll poll) {
      if (measure != Measure.ERROR_RATE) {
        return measure.of(poll.sample());
      }
      Counts judged = poll.reading().judged();
      return judged.requests() == 0
          ? OptionalDouble.empty()
          : OptionalDouble.of(judged.errorRate());
    }

    private String shown(WatchProjection.Poll poll, double value) {
      Limit limit = rules.limits().get(measure);
      return limit == null
          ? FigureText.rateOf(poll.reading().judged(), rules.threshold())
          : limit.holds() ? measure.figureText(value, limit.value()) : measure.figureText(value);
    }

    boolean lasted() {
      return longest >= rules.breaches().needed();
    }

    boolean mayAct() {
      return measure == Measure.ERROR_RATE || rules.act(measure).compareTo(Escalation.ASK) >= 0;
    }

    private String limit() {
      Limit limit = rules.limits().get(measure);
      return limit == null ? rules.threshold().toString() : limit.text(measure);
    }

    private boolean holds() {
      Limit limit = rules.limits().get(measure);
      return limit == null || limit.holds();
    }

    RuleResult result(WatchRow row, Optional<WatchStats> stats, boolean asAWhole) {
      Verdict verdict = verdict(row.outcome(), stats, asAWhole);
      return new RuleResult(
          measure,
          rules.act(measure),
          limit(),
          verdict,
          decided,
          crossed,
          worst,
          before(row),
          text(verdict));
    }

    private String before(WatchRow row) {
      return row.charter()
          .before()
          .map(
              before ->
                  measure == Measure.ERROR_RATE
                      ? before.requests() == 0
                          ? ""
                          : FigureText.rateOf(before.counts(), rules.threshold())
                      : before.value(measure).isPresent()
                          ? measure.figureText(before.value(measure).getAsDouble())
                          : "")
          .orElse("");
    }

    private Verdict verdict(
        Optional<Outcome> outcome, Optional<WatchStats> stats, boolean asAWhole) {
      boolean isProved = outcome.filter(end -> end == Outcome.HEALTHY).isPresent();
      if (asAWhole || (mayAct() && (lasted() || (streak > 0 && !isProved)))) {
        return Verdict.BREACHED;
      }
      if (decided == 0) {
        return isReached() ? Verdict.TOO_LITTLE : Verdict.NOT_REACHED;
      }
      boolean isOpen =
          outcome.isEmpty()
              || switch (outcome.get()) {
                case INCONCLUSIVE, ABORTED, SUPERSEDED -> true;
                case HEALTHY, ROLLED_BACK, ROLLED_BACK_UNHEALTHY, FAILED, CONDEMNED -> false;
              };
      if (!isOpen) {
        return Verdict.HELD;
      }
      return stats.filter(WatchStats::isBlind).isPresent() && !isReached()
          ? Verdict.NOT_REACHED
          : Verdict.TOO_LITTLE;
    }

    /**
     * Whether a figure that is missing at the end is missing for another reason than its source.
     */
    private boolean isReached() {
      return last.map(
              reading ->
                  reading.reasons().stream().map(Reason::code).allMatch(TOO_LITTLE::contains))
          .orElse(true);
    }

    private String text(Verdict verdict) {
      String share =
          crossed
              + " of "
              + decided
              + (decided == 1 ? " poll" : " polls")
              + " at or above "
              + limit();
      return switch (verdict) {
        case BREACHED -> lastCrossing.map(r -> r.why(measure) + "; ").orElse("") + share;
        case HELD -> share + (crossed > 0 && !mayAct() ? "; this rule only tells" : "");
        case NOT_REACHED -> last.map(r -> r.why(measure)).orElse("");
        case TOO_LITTLE ->
            !holds()
                ? "not judged: nothing was measured before the release"
                : decided > 0
                    ? "too little to tell: " + share
                    : last.map(r -> why(r)).orElse("no poll was judged");
      };
    }

    private String why(HealthReading reading) {
      return measure == Measure.ERROR_RATE || reading.found().containsKey(measure)
          ? reading.why(measure)
          : measure.words() + " was not measured";
    }
  }
}
