package dev.ripcord.probe.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.probe.page.text.Decimal;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PageParserTest {
  private final Readings readings = new Readings();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http_requests_total{code=\"200\"} 42\n",
        "http_requests_total{code=\"200\",} 42\n",
        "  http_requests_total \t { code = \"200\" , } \t 42 \n",
        "http_requests_total{code=\"200\"}42\n",
        "http_requests_total{code=\"200\"} 42\r\n",
        "http_requests_total{code=\"200\"} 42 1790000000000\n",
        "http_requests_total{code=\"200\"} 42 -1\n",
        "{\"http_requests_total\",code=\"200\"} 42\n",
        "{\"http_requests_total\",\"code\"=\"200\"} 42\n",
        "{ \"http_requests_total\" } 42\n",
        "http_requests_total{code=\"200\"} 42 # {trace_id=\"a}b\"} 0.5\n",
        "http_requests_total{code=\"200\"} 42 1.5 # {trace_id=\"a\"} 0.5 1.5e9\n",
        "http_requests_total{path=\"a\\\"b\\\\c\\n}\",code=\"200\"} 42\n",
        "http_requests_total 42\n",
        "http_requests_total 4.2e1\n",
        "http_requests_total +42.000\n",
        "http_requests_total 0x1.5p5\n",
        "\n\n# HELP http_requests_total what } it \"counts\n# TYPE http_requests_total counter\n"
            + "http_requests_total 42\n",
        "http_requests_total{code=\"200\"} 42",
      })
  void oneSeriesInAllItsSpellings_isRead(String page) {
    assertThat(readings.parse(page, false, true)).isEmpty();
    assertThat(readings.reading().size()).isEqualTo(1);
    assertThat(readings.reading().value(0)).isEqualTo(42);
    assertThat(readings.reading().family()).contains(Family.CLIENT_LIBRARY);
  }

  static Stream<String[]> faults() {
    return Stream.of(
        new String[] {"hello \n", "line 1 has no value: \"hello \""},
        new String[] {"up 1\n{\"status\":\"UP\"}\n", "line 2 has something else than , or }"},
        new String[] {"<html>\n", "line 1 does not begin with a metric name: \"<html>\""},
        new String[] {"9lives 1\n", "line 1 does not begin with a metric name"},
        new String[] {"my-metric 1\n", "line 1 has a character in its metric name"},
        new String[] {"up one\n", "line 1 has a value that is no number: \"up one\""},
        new String[] {"up 1f\n", "value that is no number"},
        new String[] {"up 1.2.3\n", "value that is no number"},
        new String[] {"up 0x10\n", "value that is no number"},
        new String[] {"up 1 soon\n", "timestamp that is no number"},
        new String[] {"up 1 2 3\n", "goes on after its value"},
        new String[] {"up{a=\"b\" 1\n", "something else than , or }"},
        new String[] {"up{a=b} 1\n", "label value without quotes"},
        new String[] {"up{a} 1\n", "label without ="},
        new String[] {"up{=\"b\"} 1\n", "label without a name"},
        new String[] {"up{a=\"b\n\"} 1\n", "label value that does not end"},
        new String[] {"up{a=\"b\\\n\"} 1\n", "label value that does not end"},
        new String[] {"{a=\"b\"} 1\n", "has no metric name"},
        new String[] {"{} 1\n", "has no metric name"},
        new String[] {"up 1 # {a=\"b\"}\n", "exemplar without a value"},
        new String[] {"up 1 # why\n", "exemplar without labels"},
        new String[] {"up 1\nhttp_requests_total{code=\"20", "line 2 has a label value that does"},
        new String[] {
          "up 1\nhttp_requests_total{code=\"200\"", "line 2 has something else than , or }"
        },
        new String[] {"up 1\nhttp_requests_to", "line 2 has no value"},
        new String[] {"up 1\n\u0000\u00ff{{{ not metrics", "line 2 does not begin with a metric"});
  }

  @ParameterizedTest
  @MethodSource("faults")
  void brokenLine_isNamedWithItsNumberAndText(String page, String message) {
    assertThat(readings.parse(page, false, true).orElse("")).contains(message);
  }

  @Test
  void unlabelledBraces_afterAName_areFine() {
    assertThat(readings.parse("up{} 1\nup{ } 1\n", false, true)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "'up 1\n# EOF\n', ''",
    "'up 1\n# EOF', ''",
    "'up 1\n# EOF\n\n', ''",
    "'up 1\n', ends at line 1 without # EOF",
    "'up 1\n# EO', ends at line 2 without # EOF",
    "'up 1\n# EOF\nup 2\n', line 3 stands after # EOF",
    "'', ends at line 0 without # EOF",
  })
  void openMetrics_endsWithEof(String page, String message) {
    assertThat(readings.parse(page, true, true).orElse("")).contains(message);
    assertThat(readings.parse(page, true, true).isEmpty()).isEqualTo(message.isEmpty());
  }

  @Test
  void lastLineWithoutLineFeed_isCutUnlessTheTransportVouchesForIt() {
    assertThat(readings.parse("up 1\nhttp_requests_total 12", false, true)).isEmpty();
    assertThat(readings.parse("up 1\nhttp_requests_total 12", false, false))
        .contains("line 2 has no end, so it was cut off");
    assertThat(readings.parse("up 1\n", false, false)).isEmpty();
  }

  @Test
  void timestamps_areMillisecondsInTextAndSecondsInOpenMetrics() {
    readings.parse("http_requests_total{code=\"200\"} 1 1790000000500\n", false, true);
    assertThat(readings.reading().stamp(Family.CLIENT_LIBRARY)).isEqualTo(1790000000.5);
    readings.parse("http_requests_total{code=\"200\"} 1 1790000000.5\n# EOF\n", true, true);
    assertThat(readings.reading().stamp(Family.CLIENT_LIBRARY)).isEqualTo(1790000000.5);
  }

  @Test
  void sameLabelsInAnotherOrder_areTheSameSeries() {
    readings.parse(
        "http_requests_total{a=\"1\",b=\"2\"} 1\nhttp_requests_total{b=\"2\",a=\"1\"} 1\n"
            + "http_requests_total{a=\"2\",b=\"1\"} 1\n",
        false,
        true);
    PageReading reading = readings.reading();
    assertThat(reading.key(0)).isEqualTo(reading.key(1)).isNotEqualTo(reading.key(2));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0.0, -0.0",
    ".5, 0.5",
    "5., 5",
    "1e3, 1000",
    "1E+3, 1000",
    "1e-3, 0.001",
    "0.1, 0.1",
    "123456789.123456789, 123456789.123456789",
    "1.7e308, 1.7e308",
    "4.9e-324, 4.9e-324",
    "9007199254740993, 9007199254740993",
    "100000000000000000000, 1e20",
    "NaN, NaN",
    "nan, NaN",
    "+Inf, Infinity",
    "Inf, Infinity",
    "-inf, -Infinity",
    "infinity, Infinity",
    "1e999, Infinity",
    "0x1p-2, 0.25",
    "1e99999999999, Infinity"
  })
  void numbers_areReadAsJavaReadsThem(String text, double expected) {
    Decimal decimal = new Decimal();
    byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    assertThat(decimal.read(bytes, 0, bytes.length)).isTrue();
    assertThat(Double.valueOf(decimal.value())).isEqualTo(Double.valueOf(expected));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "+", "-", ".", "e5", "1e", "1e+", "1d", "0x", "0xp", "+nan", "--1", "1_0"})
  void whatIsNoNumber_isRefused(String text) {
    byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    assertThat(new Decimal().read(bytes, 0, bytes.length)).isFalse();
  }

  @Test
  void pageOfManySeries_growsTheReading() {
    StringBuilder page = new StringBuilder();
    for (int i = 0; i < 5000; i++) {
      page.append("http_requests_total{code=\"200\",n=\"").append(i).append("\"} 1\n");
    }
    assertThat(readings.parse(page.toString(), false, true)).isEqualTo(Optional.empty());
    assertThat(readings.reading().size()).isEqualTo(5000);
  }
}
