package dev.ripcord.health;

/**
 * How likely it is that a service which is well shows so many errors by chance.
 *
 * <p>The exact upper tail of the binomial distribution, P(X ≥ errors | requests, normal), summed
 * from its first term. The first term is taken in logarithms, with Stirling's series for the
 * factorials (Abramowitz and Stegun 6.1.41), whose error is below 2e-12 from 16 on.
 */
final class BinomialTail {
  private static final int TABLE = 16;
  private static final double[] LOG_FACTORIAL = new double[TABLE];
  private static final double HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

  static {
    for (int i = 1; i < TABLE; i++) {
      LOG_FACTORIAL[i] = LOG_FACTORIAL[i - 1] + Math.log(i);
    }
  }

  private BinomialTail() {}

  /**
   * P(X ≥ errors) for {@code requests} independent requests that each fail with probability {@code
   * normal}, 0 to 1. Where errors are no more than expected the answer is 1: such a tail is a half
   * or more, which is above every limit.
   */
  static double tail(long errors, long requests, double normal) {
    if (errors <= 0 || errors <= requests * normal) {
      return 1;
    }
    if (normal <= 0) {
      return 0;
    }
    double odds = normal / (1 - normal);
    double term =
        Math.exp(
            logFactorial(requests)
                - logFactorial(errors)
                - logFactorial(requests - errors)
                + errors * Math.log(normal)
                + (requests - errors) * Math.log1p(-normal));
    double sum = 0;
    for (long k = errors; k <= requests && term > sum * 1e-12; k++) {
      sum += term;
      term *= (requests - k) / (double) (k + 1) * odds;
    }
    return Math.min(1, sum);
  }

  /**
   * The tail at or below which a poll counts as beyond chance, so that the breaches that condemn
   * come together by chance once in 20 million polls: (5·10⁻⁸ / ways)^(1/needed), where {@code
   * ways} is in how many ways the needed breaches, the last one now, lie in the polls that are
   * looked at. 0.37% for three in a row.
   */
  static double limit(Breaches breaches) {
    double ways = 1;
    for (int i = 1; i < breaches.needed(); i++) {
      ways *= (breaches.of() - i) / (double) i;
    }
    return Math.pow(5e-8 / ways, 1.0 / breaches.needed());
  }

  private static double logFactorial(long n) {
    if (n < TABLE) {
      return LOG_FACTORIAL[(int) n];
    }
    double x = n + 1.0;
    double inverse = 1 / x;
    double square = inverse * inverse;
    double series = inverse * (1 / 12.0 - square * (1 / 360.0 - square * (1 / 1260.0)));
    return (x - 0.5) * Math.log(x) - x + HALF_LOG_TWO_PI + series;
  }
}
