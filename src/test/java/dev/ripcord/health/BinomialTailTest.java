package dev.ripcord.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BinomialTailTest {
  private static final double THREE_IN_A_ROW = BinomialTail.limit(new Breaches(3, 3));

  @ParameterizedTest
  @ValueSource(ints = {1, 1_000, 4_000, 10_000, 49_999, 100_000, 500_000, 999_999})
  void tail_everyCountUpTo60_isTheExactFraction(int millionths) {
    for (int requests = 1; requests <= 60; requests++) {
      check(requests, millionths);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "100, 10000",
    "101, 10000",
    "159, 40000",
    "250, 10000",
    "400, 10000",
    "400, 49000",
    "777, 3"
  })
  void tail_moreRequests_isTheExactFraction(int requests, int millionths) {
    check(requests, millionths);
  }

  private static void check(int requests, int millionths) {
    BigInteger tail = BigInteger.ZERO;
    for (int errors = requests; errors > 0; errors--) {
      tail = tail.add(term(errors, requests, millionths));
      double exact = new BigDecimal(tail, 6 * requests).round(MathContext.DECIMAL64).doubleValue();
      double found = BinomialTail.tail(errors, requests, new Ratio(millionths).value());
      if (errors * 1_000_000L <= (long) requests * millionths) {
        assertThat(found).isEqualTo(1);
        assertThat(exact).isGreaterThanOrEqualTo(0.5);
      } else {
        assertThat(found)
            .as("%s of %s at %s millionths", errors, requests, millionths)
            .isCloseTo(exact, within(exact * 1e-10 + Double.MIN_NORMAL));
      }
    }
  }

  /** The chance of exactly so many errors, in whole numbers: times 10 to the 6 × requests. */
  private static BigInteger term(int errors, int requests, int millionths) {
    BigInteger choose = BigInteger.ONE;
    for (int k = 0; k < errors; k++) {
      choose =
          choose
              .multiply(BigInteger.valueOf(requests - (long) k))
              .divide(BigInteger.valueOf(k + 1L));
    }
    return choose
        .multiply(BigInteger.valueOf(millionths).pow(errors))
        .multiply(BigInteger.valueOf(1_000_000L - millionths).pow(requests - errors));
  }

  @ParameterizedTest
  @CsvSource({"20, 3", "30, 3", "31, 3", "32, 4", "40, 4", "60, 4", "80, 5", "99, 5", "100, 5"})
  void errorsNeeded_atFivePercentAndOnePercentWhenWell_areAsDocumented(long requests, long needed) {
    assertThat(errorsNeeded(requests)).isEqualTo(needed);
  }

  @Test
  void errorsNeeded_from100RequestsOn_areTheThresholdItself() {
    for (long requests = 100; requests <= 20_000; requests++) {
      assertThat(errorsNeeded(requests)).as("of %s", requests).isEqualTo((requests * 5 + 99) / 100);
    }
  }

  private static long errorsNeeded(long requests) {
    long errors = 1;
    while (!Rules.DEFAULT.threshold().isReachedBy(errors, requests)
        || BinomialTail.tail(errors, requests, 0.01) > THREE_IN_A_ROW) {
      errors++;
    }
    return errors;
  }

  @Test
  void tail_normalIsZero_isZeroForAnyError() {
    assertThat(BinomialTail.tail(1, 20, 0)).isZero();
    assertThat(BinomialTail.tail(20, 20, 0)).isZero();
  }

  @Test
  void tail_noErrors_isOne() {
    assertThat(BinomialTail.tail(0, 20, 0)).isOne();
    assertThat(BinomialTail.tail(0, 20, 0.01)).isOne();
    assertThat(BinomialTail.tail(0, 0, 0.01)).isOne();
  }

  @Test
  void tail_normalIsOne_isOne() {
    assertThat(BinomialTail.tail(20, 20, 1)).isOne();
  }

  /** Of so many requests the binomial is the normal distribution: above 3 sigma lie 0.135%. */
  @ParameterizedTest
  @ValueSource(longs = {1_000_000_000L, 10_000_000_000L, 100_000_000_000L})
  void tail_hugeCounts_agreesWithTheNormalDistribution(long requests) {
    double sigma = Math.sqrt(requests * 0.01 * 0.99);
    long errors = (long) (requests * 0.01 + 3 * sigma);

    assertThat(BinomialTail.tail(errors, requests, 0.01)).isCloseTo(0.00135, within(0.00003));
  }

  @Test
  void tail_countsBeyondReason_isStillAnAnswer() {
    assertThat(BinomialTail.tail(Long.MAX_VALUE / 20, Long.MAX_VALUE, 0.01)).isZero();
    assertThat(BinomialTail.tail(Long.MAX_VALUE, Long.MAX_VALUE, 0.01)).isZero();
    assertThat(BinomialTail.tail(Long.MAX_VALUE / 200, Long.MAX_VALUE, 0.01)).isOne();
  }

  @Test
  void limit_threeInARow_isAboutOneIn270() {
    assertThat(THREE_IN_A_ROW).isCloseTo(0.003684, within(0.000001));
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 5e-8, 1", "2, 2, 2.236e-4, 1", "3, 5, 2.0274e-3, 6", "3, 20, 6.635e-4, 171"})
  void limit_anyBreaches_isThatOfTheirWays(int needed, int of, double expected, int ways) {
    double limit = BinomialTail.limit(new Breaches(needed, of));

    assertThat(limit).isCloseTo(expected, within(expected * 1e-3));
    assertThat(Math.pow(limit, needed) * ways).isCloseTo(5e-8, within(1e-12));
  }

  /** Below a half, so that a tail that is not worked out (it counts as 1) can never be a breach. */
  @Test
  void limit_everyBreaches_isBelowAHalf() {
    for (int of = 1; of <= 20; of++) {
      for (int needed = 1; needed <= of; needed++) {
        assertThat(BinomialTail.limit(new Breaches(needed, of))).isBetween(1e-9, 0.5);
      }
    }
  }
}
