package dev.ripcord.health;

/**
 * A test of the whole watch that may be looked at after every poll and still keeps its chance of a
 * false alarm: it finds a steady failure of a service that is too quiet for single polls to tell.
 *
 * <p>The evidence is a likelihood ratio: how much better some higher error rates explain all that
 * was counted than the rate of the service when well does, the mean over those rates. For a service
 * that fails as often as {@code normal} or less, with errors independent of each other, it is a
 * nonnegative supermartingale that begins at 1, so it ever reaches 1/α with a chance of α at most
 * (Ville 1939; the mixture is Robbins', 1970: Statistical methods related to the law of the
 * iterated logarithm). Pure.
 */
public final class SequentialTest {
  /** The chance of a false alarm in one watch, however long it is. */
  public static final double FALSE_ALARM = 1e-3;

  /** The rates that are tried, in thresholds: a little above it up to nearly all. */
  private static final double[] RATES = {1, 1.3, 1.7, 2.5, 4, 7, 12};

  /** A service that never fails when well would be condemned by its first error. */
  private static final double LEAST_NORMAL = 1e-4;

  private SequentialTest() {}

  /**
   * Whether a watch has shown that the service fails more often than when well, and at or above the
   * threshold.
   *
   * @param total all that was counted in the watch
   */
  public static boolean isSure(Counts total, Rules rules) {
    return rules.threshold().isReachedBy(total.errors(), total.requests())
        && evidence(total, rules) >= 1 / FALSE_ALARM;
  }

  /**
   * The evidence, 0 upwards: 1 says nothing, and 1,000 comes by chance once in a thousand watches.
   * 0 where the threshold is no higher than the rate of the service when well.
   */
  public static double evidence(Counts total, Rules rules) {
    double normal = Math.max(LEAST_NORMAL, rules.normal().value());
    double good = total.requests() - total.errors();
    double sum = 0;
    int tried = 0;
    for (double times : RATES) {
      double rate = rules.threshold().value() * times;
      if (rate > normal && rate < 1) {
        sum +=
            Math.exp(
                total.errors() * Math.log(rate / normal)
                    + good * (Math.log1p(-rate) - Math.log1p(-normal)));
        tried++;
      }
    }
    return tried == 0 ? 0 : sum / tried;
  }
}
