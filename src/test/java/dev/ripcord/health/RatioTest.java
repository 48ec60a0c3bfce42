package dev.ripcord.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RatioTest {
  @ParameterizedTest
  @CsvSource({
    "5%, 50000, 5%",
    "0.05, 50000, 5%",
    "' 5 % ', 50000, 5%",
    "0%, 0, 0%",
    "0, 0, 0%",
    "1, 1000000, 100%",
    "100%, 1000000, 100%",
    "0.5%, 5000, 0.5%",
    "0.0001%, 1, 0.0001%",
    "33.3333%, 333333, 33.3333%",
    "5.0000000%, 50000, 5%"
  })
  void parse_shareOrPercentage_isExact(String text, int millionths, String shown) {
    assertThat(Ratio.parse(text).millionths()).isEqualTo(millionths);
    assertThat(Ratio.parse(text)).hasToString(shown);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "5             | \"5\" is not between 0% and 100%; write 5% or 0.05",
        "-1%           | \"-1%\" is not between 0% and 100%",
        "101%          | \"101%\" is not between 0% and 100%",
        "five          | \"five\" is not a ratio; write 5% or 0.05",
        "%             | \"%\" is not a ratio; write 5% or 0.05",
        "NaN           | \"NaN\" is not a ratio; write 5% or 0.05",
        "0.0000001     | \"0.0000001\" is finer than a millionth, which is as fine as a ratio goes",
        "1e2147483647  | \"1e2147483647\" is not a ratio; write 5% or 0.05",
        "1e-2147483647 | \"1e-2147483647\" is finer than a millionth, which is as fine as a ratio"
            + " goes"
      })
  void parse_anythingElse_saysTheRule(String text, String message) {
    assertThatThrownBy(() -> Ratio.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource({
    "5, 100, true",
    "4, 100, false",
    "49999999, 1000000000, false",
    "50000000, 1000000000, true",
    "50000001, 1000000000, true",
    "1, 20, true",
    "1, 21, false",
    "9223372036854775807, 9223372036854775807, true",
    "461168601842738791, 9223372036854775807, true",
    "461168601842738790, 9223372036854775807, false"
  })
  void isReachedBy_fivePercent_isExact(long errors, long requests, boolean reached) {
    assertThat(new Ratio(50_000).isReachedBy(errors, requests)).isEqualTo(reached);
  }

  @Test
  void isReachedBy_anyCounts_agreesWithWholeNumbersOfAnySize() {
    long seed = Long.getLong("seed", 20_260_201L);
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 100_000; round++) {
      long requests = random.nextLong() >>> (1 + random.nextInt(62));
      long errors = random.nextBoolean() ? requests / 20 : (long) (requests * random.nextDouble());
      Ratio ratio = new Ratio(random.nextBoolean() ? 50_000 : random.nextInt(1_000_001));
      boolean expected =
          BigInteger.valueOf(errors)
                  .multiply(BigInteger.valueOf(1_000_000))
                  .compareTo(
                      BigInteger.valueOf(requests).multiply(BigInteger.valueOf(ratio.millionths())))
              >= 0;
      assertThat(ratio.isReachedBy(errors, requests))
          .as("seed %s: %s of %s at %s", seed, errors, requests, ratio)
          .isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "0, 100, 0",
    "1, 100, 10000",
    "1, 3, 333334",
    "7, 7, 1000000",
    "9223372036854775807, 9223372036854775807, 1000000",
    "92233720368547758, 9223372036854775807, 10000"
  })
  void of_partOfWhole_isNeverBelowIt(long part, long whole, int millionths) {
    assertThat(Ratio.of(part, whole).millionths()).isEqualTo(millionths);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1_000_001})
  void ratio_outOfRange_isRefused(int millionths) {
    assertThatThrownBy(() -> new Ratio(millionths))
        .hasMessage(millionths + " millionths is not between 0 and 1,000,000");
  }
}
