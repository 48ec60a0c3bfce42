package dev.ripcord.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FigureTextTest {
  private static final Ratio FIVE = Ratio.parse("5%");

  @ParameterizedTest
  @CsvSource({
    "34, 3887, 5%, 0.8%",
    "26, 132, 5%, 19.6%",
    "71, 1000, 5%, 7.1%",
    "5, 1240, 5%, 0.4%",
    "0, 58, 5%, 0.0%",
    "0, 0, 5%, –",
    "58, 58, 5%, 100.0%",
    "99999, 100000, 5%, 99.9%",
    // On the right side of the limit.
    "5, 100, 5%, 5.0%",
    "4999, 100000, 5%, 4.9%",
    "5001, 100000, 5%, 5.001%",
    "504, 10000, 5%, 5.04%",
    "458, 10000, 4.55%, 4.58%",
    "4551, 100000, 4.55%, 4.551%",
    "455, 10000, 4.55%, 4.55%",
    "4549, 100000, 4.55%, 4.5%",
    "3, 1000, 0.25%, 0.3%",
    "26, 10000, 0.25%, 0.26%",
    // Something failed.
    "2, 10000, 5%, 0.02%",
    "1, 9223372036854775807, 5%, 0.00000000000000001%",
    "1, 100, 0%, 1.0%",
    "461168601842738791, 9223372036854775807, 5%, 5.00000000000000000%",
  })
  void e18_rate_isCutAndStandsOnItsSideOfTheLimit(
      long errors, long requests, String limit, String text) {
    String shown = FigureText.rate(new Counts(requests, errors), Ratio.parse(limit));
    if (requests == Long.MAX_VALUE && errors > 1) {
      assertThat(shown).startsWith("5.0000000000000000").endsWith("%").isNotEqualTo("5.0%");
    } else {
      assertThat(shown).isEqualTo(text);
    }
  }

  @Test
  void e18_anyRate_readsAsBelowAtOrAboveTheLimitAsItIs() {
    long seed = 18;
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 20_000; i++) {
      long requests = random.nextLong(1, 1L << random.nextInt(1, 40));
      long errors = random.nextLong(0, requests + 1);
      Ratio limit = new Ratio(random.nextInt(0, 1_000_001));
      String text = FigureText.rate(new Counts(requests, errors), limit);
      Ratio least = Ratio.of(errors, requests);
      boolean reached = limit.isReachedBy(errors, requests);

      assertThat(percent(text).compareTo(percent(limit.toString())) >= 0)
          .as("%d of %d is %s, limit %s (seed %d)", errors, requests, text, limit, seed)
          .isEqualTo(reached);
      if (least.compareTo(limit) > 0 && errors * 1_000_000L > requests * limit.millionths()) {
        assertThat(percent(text)).isGreaterThan(percent(limit.toString()));
      }
    }
  }

  private static java.math.BigDecimal percent(String text) {
    return new java.math.BigDecimal(text.substring(0, text.length() - 1));
  }

  @ParameterizedTest
  @CsvSource({
    "0.42, 0.9, 42%, 90%",
    "0.899, 0.9, 89%, 90%",
    "0.9, 0.9, 90%, 90%",
    "0.904, 0.9, 90.4%, 90%",
    "0.9, 0.905, 90%, 90.5%",
    "2.5, 2, 250%, 200%",
    "0, 0.9, 0%, 90%",
    "0.003, 0.9, 0.3%, 90%",
    "NaN, 0.9, –, 90%",
  })
  void e18_shareAndItsLimit_areCutAndWhole(
      double share, double limit, String text, String limitText) {
    assertThat(FigureText.share(share, limit)).isEqualTo(text);
    assertThat(FigureText.shareLimit(limit)).isEqualTo(limitText);
  }

  @ParameterizedTest
  @CsvSource({
    "0.21, 0.8, 210 ms, 800 ms",
    "0.7996, 0.8, 799 ms, 800 ms",
    "0.8, 0.8, 800 ms, 800 ms",
    "0.8004, 0.8, 800.4 ms, 800 ms",
    "0.0026, 0.0025, 2.6 ms, 2.5 ms",
    "0.0004, 0.8, 0.4 ms, 800 ms",
    "NaN, 0.8, –, 800 ms",
    "0.822, 30, 822 ms, 30 s",
    "31.2, 30, 31 s, 30 s",
    "30.2, 30, 30.2 s, 30 s",
    "12, 2.5, 12000 ms, 2500 ms",
  })
  void e18_latencyAndItsLimit_areCutAndWhole(
      double seconds, double limit, String text, String limitText) {
    assertThat(FigureText.millis(seconds, limit)).isEqualTo(text);
    assertThat(FigureText.millisLimit(limit)).isEqualTo(limitText);
  }

  @Test
  void e18_rateForPrograms_isCutToo() {
    assertThat(FigureText.pluginRate(new Counts(132, 26), FIVE)).isEqualTo("19.6969%");
    assertThat(FigureText.pluginRate(new Counts(1_000_000_000, 49_999_999), FIVE))
        .isEqualTo("4.9999%");
    assertThat(FigureText.sixDigits(new Counts(1_000_000_000, 49_999_999))).isEqualTo(0.0499999);
    assertThat(FigureText.sixDigits(new Counts(1000, 71))).isEqualTo(0.071);
    assertThat(FigureText.sixDigits(Counts.NONE)).isNaN();
  }

  @Test
  void e18_countsWithoutALimit_areCutLikewise() {
    assertThat(FigureText.rateOf(new Counts(132, 26))).isEqualTo("19.6% (26 of 132)");
    assertThat(FigureText.rateOf(new Counts(132, 26), FIVE)).isEqualTo("19.6% (26 of 132)");
    assertThat(FigureText.chance(0.0004)).isEqualTo("0.04%");
  }
}
