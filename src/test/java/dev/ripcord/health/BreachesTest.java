package dev.ripcord.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BreachesTest {
  @ParameterizedTest
  @CsvSource({
    "3, 3, 3, 3",
    "3 of 5, 3, 5, 3 of 5",
    "' 3  of  3 ', 3, 3, 3",
    "1, 1, 1, 1",
    "20, 20, 20, 20"
  })
  void parse_countOrCountOfPolls_isRead(String text, int needed, int of, String shown) {
    assertThat(Breaches.parse(text)).isEqualTo(new Breaches(needed, of)).hasToString(shown);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "three       | \"three\" is not a count; write 3, or 3 of 5",
        "3 of        | \"3 of\" is not a count; write 3, or 3 of 5",
        "3of5        | \"3of5\" is not a count; write 3, or 3 of 5",
        "3 of 5 of 7 | \"3 of 5 of 7\" is not a count; write 3, or 3 of 5",
        "0           | breaches 0 of 0: write 3, or 3 of 5 (at most of 20)",
        "5 of 3      | breaches 5 of 3: write 3, or 3 of 5 (at most of 20)",
        "3 of 21     | breaches 3 of 21: write 3, or 3 of 5 (at most of 20)"
      })
  void parse_anythingElse_saysTheRule(String text, String message) {
    assertThatThrownBy(() -> Breaches.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
