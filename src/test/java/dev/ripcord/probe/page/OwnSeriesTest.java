package dev.ripcord.probe.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ripcord.config.SeriesSelector;
import dev.ripcord.config.SeriesSettings;
import dev.ripcord.health.Counts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Series of a service's own on its page. */
final class OwnSeriesTest {
  private final OwnSeries own =
      new OwnSeries(
          new SeriesSettings(
              SeriesSelector.parse("calls_total{route!='/health'}"),
              SeriesSelector.parse("calls_total{result=~'5..',route!='/health'}"),
              Optional.of(SeriesSelector.parse("call_seconds{route!='/health'}"))),
          OptionalDouble.empty());
  private final List<String> missing = new ArrayList<>();
  private long nanos;

  private Optional<Counts> read(String... lines) {
    nanos += 30_000_000_000L;
    byte[] page = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
    own.take(page, page.length, false, nanos);
    missing.clear();
    return own.counts((code, text) -> missing.add(code + " " + text));
  }

  @Test
  void series_arePickedAndCompared() {
    assertThat(read("calls_total{route=\"/a\",result=\"200\"} 100")).isEmpty();
    assertThat(missing.getFirst()).startsWith("NO_DATA first reading");

    assertThat(
            read(
                "# TYPE calls_total counter",
                "calls_total{route=\"/a\",result=\"200\"} 120",
                "calls_total{route=\"/a\",result=\"503\"} 5",
                "calls_total{route=\"/health\",result=\"503\"} 999",
                "other_total{result=\"503\"} 7"))
        .contains(new Counts(25, 5));
  }

  @Test
  void noSuchSeries_isNamed() {
    assertThat(read("calls{route=\"/a\"} 1")).isEmpty();
    assertThat(missing.getFirst())
        .contains("NO_DATA has no series calls_total{route!=\"/health\"}");
  }

  @Test
  void sameTimestamps_areStale() {
    var _ = read("calls_total 5 1700000000000");
    assertThat(read("calls_total 5 1700000000000")).isEmpty();
    assertThat(missing.getFirst()).startsWith("STALE");
    assertThat(read("calls_total 9 1700000030000")).contains(new Counts(4, 0));
  }

  @Test
  void pageOfLongAgo_isNotComparedWith() {
    var _ = read("calls_total 5");
    nanos += 600_000_000_000L;
    assertThat(read("calls_total 500")).isEmpty();
    assertThat(missing.getFirst()).startsWith("NO_DATA first reading");
    assertThat(read("calls_total 503")).contains(new Counts(3, 0));
  }

  @Test
  void latency_isOfTheBucketsSinceThePageBefore() {
    var _ = read("calls_total 0", "call_seconds_bucket{le=\"0.1\"} 50", bucket("+Inf", 50));
    var _ =
        read(
            "calls_total 100",
            "call_seconds_bucket{le=\"0.1\"} 50",
            "call_seconds_bucket{le=\"0.2\"} 100",
            bucket("+Inf", 150));
    assertThat(own.latency().p50().orElseThrow()).isCloseTo(0.15, within(1e-9));
  }

  private static String bucket(String le, int count) {
    return "call_seconds_bucket{le=\"" + le + "\"} " + count;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "a{x=\"1\"} 5|a{x=1} 5.0",
        "a 5|a{} 5.0",
        "a{x=\"q\\\"b\\\\c\"} 5|a{x=q\"b\\c} 5.0",
        "a{ x = \"1\" , y=\"2\", } 5 1700000000000|a{x=1, y=2} 5.0 @1.7E9",
        "{\"my.metric\",x=\"1\"} 5|my.metric{x=1} 5.0",
        "{\"my.metric\",\"my.label\"=\"}\"} +Inf|my.metric{my.label=}} Infinity",
        "a{x=\"1\"} 5 # {trace=\"9\"} 1 1|a{x=1} 5.0",
      })
  void line_givesNameLabelsValueAndStamp(String line, String read) {
    List<String> found = new ArrayList<>();
    byte[] page = ("# HELP a {\n\n" + line + "\n").getBytes(StandardCharsets.UTF_8);
    PageText.each(
        page,
        page.length,
        false,
        (name, labels, value, stamp) ->
            found.add(name + labels + " " + value + (Double.isNaN(stamp) ? "" : " @" + stamp)));
    assertThat(found).containsExactly(read);
  }
}
