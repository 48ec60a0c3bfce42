package dev.ripcord.probe.source;

import dev.ripcord.health.Ratio;
import java.util.OptionalDouble;

/**
 * What the rules of a service need to know of its figures.
 *
 * @param threshold the error rate from which on the service is judged bad: what cannot be known of
 *     a few requests is no matter where it cannot change that
 * @param slowerThan seconds beyond which a request is slow; empty where nobody asks
 */
public record Wanted(Ratio threshold, OptionalDouble slowerThan) {
  /** By a threshold alone. */
  public static Wanted of(Ratio threshold) {
    return new Wanted(threshold, OptionalDouble.empty());
  }
}
