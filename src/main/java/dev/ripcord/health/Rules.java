package dev.ripcord.health;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * How a service's polls are judged.
 *
 * @param threshold the error rate that breaches, itself included; above 0
 * @param breaches how many breaches condemn
 * @param minimumRequests how many requests a judgement needs at least, 1 or more; ten of our own
 *     probes are always enough
 * @param normal the error rate of the service when well; 0 judges by the threshold alone
 * @param act what a lasting breach of the error rate may do
 * @param limits the other limits
 * @param relativeThreshold how the threshold follows from what was measured before the release;
 *     empty for one of its own
 * @param slowerThan seconds beyond which a request counts as slow; empty without such a rule
 * @param wholeWatch what the test over the whole watch may do
 * @param clear how many healthy polls in a row end an alert, 1 or more
 * @param objective the share of requests that shall not fail, below 1; empty where none is stated
 */
public record Rules(
    Ratio threshold,
    Breaches breaches,
    int minimumRequests,
    Ratio normal,
    Escalation act,
    Map<Measure, Limit> limits,
    Optional<Bound> relativeThreshold,
    OptionalDouble slowerThan,
    Escalation wholeWatch,
    int clear,
    Optional<Ratio> objective) {
  /** 5%, three in a row, 20 requests, 1% when well, rollback. */
  public static final Rules DEFAULT =
      new Rules(
          new Ratio(50_000),
          new Breaches(3, 3),
          20,
          new Ratio(10_000),
          Escalation.ROLLBACK,
          Map.of());

  /** Checks the ranges and copies the limits. */
  public Rules {
    if (threshold.millionths() == 0) {
      throw new IllegalArgumentException("a threshold of 0% would condemn every service");
    }
    if (minimumRequests < 1) {
      throw new IllegalArgumentException("minimum-requests must be 1 or more");
    }
    limits = Map.copyOf(limits);
    if (limits.containsKey(Measure.ERROR_RATE)) {
      throw new IllegalArgumentException("the error rate's limit is the threshold");
    }
    // A journal of before these were there has neither.
    wholeWatch = orAlert(wholeWatch);
    clear = Math.max(1, clear);
  }

  /** With no more than the usual beside the threshold and the limits. */
  public Rules(
      Ratio threshold,
      Breaches breaches,
      int minimumRequests,
      Ratio normal,
      Escalation act,
      Map<Measure, Limit> limits) {
    this(
        threshold,
        breaches,
        minimumRequests,
        normal,
        act,
        limits,
        Optional.empty(),
        OptionalDouble.empty(),
        Escalation.ALERT,
        2,
        Optional.empty());
  }

  private static Escalation orAlert(@Nullable Escalation act) {
    return act == null ? Escalation.ALERT : act;
  }

  /** What a lasting breach of a measure may do. */
  public Escalation act(Measure measure) {
    Limit limit = limits.get(measure);
    return limit == null ? act : limit.act();
  }

  /** The same with a threshold of its own. */
  public Rules withThreshold(Ratio other) {
    return with(other, breaches, minimumRequests, normal, limits, Optional.empty());
  }

  /** The same with another number of breaches. */
  public Rules withBreaches(Breaches other) {
    return with(threshold, other, minimumRequests, normal, limits, relativeThreshold);
  }

  /** The same with another least number of requests. */
  public Rules withMinimumRequests(int other) {
    return with(threshold, breaches, other, normal, limits, relativeThreshold);
  }

  /** The same with another error rate of the service when well. */
  public Rules withNormal(Ratio other) {
    return with(threshold, breaches, minimumRequests, other, limits, relativeThreshold);
  }

  /**
   * The same for a release, by what was measured before it. The error rate when well is that where
   * it is more (0% stays), and relative limits get their values. A relative threshold needs enough
   * requests; where it would come out at 0, the threshold stands as it is. With one, the error rate
   * when well is what was measured also where that is less, with one error more, since none seen is
   * not none ever.
   */
  public Rules against(Optional<Baseline> before) {
    OptionalDouble rate = value(before, Measure.ERROR_RATE);
    OptionalDouble follows =
        relativeThreshold.map(bound -> bound.value(rate)).orElse(OptionalDouble.empty());
    Map<Measure, Limit> known = new EnumMap<>(Measure.class);
    limits.forEach((measure, each) -> known.put(measure, each.against(value(before, measure))));
    return with(
        follows.isPresent() ? Ratio.near(follows.getAsDouble()) : threshold,
        breaches,
        minimumRequests,
        rate.isEmpty() || normal.millionths() == 0
            ? normal
            : wellBy(before.orElseThrow(), follows.isPresent()),
        known,
        relativeThreshold);
  }

  /**
   * Whether errors when well are so many that a threshold of its own leaves little room between a
   * good release and a bad one.
   */
  public boolean isCloseToNormal() {
    return relativeThreshold.isEmpty() && normal.millionths() * 2L >= threshold.millionths();
  }

  private Ratio wellBy(Baseline before, boolean alsoLess) {
    if (alsoLess) {
      return Ratio.of(before.errors() + 1, before.requests() + 2);
    }
    Ratio measured = Ratio.of(before.errors(), before.requests());
    return measured.compareTo(normal) > 0 ? measured : normal;
  }

  private static OptionalDouble value(Optional<Baseline> before, Measure measure) {
    return before.map(b -> b.value(measure)).orElse(OptionalDouble.empty());
  }

  private Rules with(
      Ratio threshold,
      Breaches breaches,
      int minimumRequests,
      Ratio normal,
      Map<Measure, Limit> limits,
      Optional<Bound> relativeThreshold) {
    return new Rules(
        threshold,
        breaches,
        minimumRequests,
        normal,
        act,
        limits,
        relativeThreshold,
        slowerThan,
        wholeWatch,
        clear,
        objective);
  }
}
