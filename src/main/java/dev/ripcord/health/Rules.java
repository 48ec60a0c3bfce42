package dev.ripcord.health;

import java.util.Map;

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
 */
public record Rules(
    Ratio threshold,
    Breaches breaches,
    int minimumRequests,
    Ratio normal,
    Escalation act,
    Map<Measure, Limit> limits) {
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
  }

  /** What a lasting breach of a measure may do. */
  public Escalation act(Measure measure) {
    Limit limit = limits.get(measure);
    return limit == null ? act : limit.act();
  }
}
