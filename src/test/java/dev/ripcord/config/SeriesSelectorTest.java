package dev.ripcord.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SeriesSelectorTest {
  private static Map<String, String> labels(String text) {
    return text.isBlank()
        ? Map.of()
        : Stream.of(text.split(" ", -1))
            .map(each -> each.split("=", 2))
            .collect(Collectors.toMap(each -> each[0], each -> each[1]));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "up; ; true",
        "up{}; code=500; true",
        "up{code=\"500\"}; code=500; true",
        "up{code=\"500\"}; code=200; false",
        "up{code=\"\"}; ; true",
        "up{code!=\"500\"}; ; true",
        "up{code=~\"5..\"}; code=503; true",
        "up{code=~\"5.\"}; code=503; false",
        "up{code=~\"5..|4..\",}; code=404; true",
        "up{code!~\"5..\"}; code=503; false",
        "up { code = '503' , job = `a\\b` }; code=503 job=a\\b; true",
        "up{code=\"503\",job=\"b\"}; code=503 job=a; false",
      })
  void selector_picks_asPrometheusDoes(String text, String labels, boolean picked) {
    assertThat(SeriesSelector.parse(text).picks(labels(labels == null ? "" : labels)))
        .isEqualTo(picked);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "5xx",
        "{code=\"500\"}",
        "up{",
        "up{code}",
        "up{code=500}",
        "up{code=\"500}",
        "up{code=\"5\" job=\"a\"}",
        "up{code=~\"(\"}",
        "up{code=\"\\d\"}",
        "up{} 5",
        "up[5m]",
        "sum(up)",
      })
  void text_thatIsNoSelector_isRefused(String text) {
    assertThatThrownBy(() -> SeriesSelector.parse(text))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void selector_isSpelledAsItCanBeReadAgain() {
    String text = "up{code=\"a\\\"b\\\\c\\nd\",job=~\"x|y\"}";
    SeriesSelector selector = SeriesSelector.parse(text);
    assertThat(selector).hasToString(text).isEqualTo(SeriesSelector.parse(selector.toString()));
    assertThat(
            selector.of("up_bucket").with(SeriesSelector.parseMatchers("env!='test'")).toString())
        .isEqualTo("up_bucket{code=\"a\\\"b\\\\c\\nd\",job=~\"x|y\",env!=\"test\"}");
  }
}
