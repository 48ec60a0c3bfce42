package dev.ripcord.probe.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ripcord.probe.source.ExpositionNumber;
import dev.ripcord.probe.source.Histogram;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages of OpenMetrics 2.0 as those of 1.0. */
final class OpenMetrics2Test {
  private static Optional<String> rewritten(String page) {
    byte[] bytes = page.getBytes(StandardCharsets.UTF_8);
    return OpenMetrics2.asOpenMetrics1(bytes, bytes.length, 1 << 20)
        .map(text -> new String(text, StandardCharsets.UTF_8));
  }

  /** The histogram that a page of 1.0 shows. */
  private static Histogram histogram(String page) {
    Histogram histogram = new Histogram();
    page.lines()
        .filter(line -> line.contains("_bucket{"))
        .forEach(
            line ->
                histogram.add(
                    ExpositionNumber.of(line.replaceAll(".*le=\"([^\"]*)\".*", "$1")),
                    ExpositionNumber.of(line.substring(line.indexOf("} ") + 2).split(" ", 2)[0])));
    return histogram;
  }

  @Test
  void pageOfOne_isLeftAlone() {
    assertThat(rewritten("a_total{l=\"x\"} 3 # {t=\"1\"} 1\n# EOF\n")).isEmpty();
  }

  @Test
  void classicHistogramInOneLine_becomesItsBuckets() {
    String page =
        """
        # TYPE t histogram
        t{r="/a b"} {count:12,sum:5.5,bucket:[0.5:3,2.0:7,+Inf:12]} 1520879609.000 st@1520430000.0 # {trace_id="s"} 0.6
        # EOF
        """;

    assertThat(rewritten(page))
        .contains(
            """
            # TYPE t histogram
            t_count{r="/a b"} 12 1520879609.000
            t_sum{r="/a b"} 5.5 1520879609.000
            t_bucket{r="/a b",le="0.5"} 3 1520879609.000
            t_bucket{r="/a b",le="2.0"} 7 1520879609.000
            t_bucket{r="/a b",le="+Inf"} 12 1520879609.000
            # EOF
            """);
  }

  @Test
  void startTimes_areLeftOut_withTheExemplarsBehindThem() {
    assertThat(rewritten("a_total 17.0 1520879607.7 st@1520430000.1 # {t=\"x\"} 1 1.5\n"))
        .contains("a_total 17.0 1520879607.7\n");
    assertThat(rewritten("a_total 17.0 st@1520430000.1\nb 1\n")).contains("a_total 17.0\nb 1\n");
  }

  /** Schema 0: bucket i holds what is above 2^(i-1) and at most 2^i. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "foo {count:19,sum:3,schema:0,zero_threshold:1e-4,zero_count:2,positive_spans:[0:2,1:1],positive_buckets:[5,8,4]}",
        "foo {sum:3,count:19,schema:0,zero_threshold:1e-4,zero_count:2,positive_spans:[0:2,1:1],positive_deltas:[5,3,-4]}"
      })
  void nativeHistogram_isCountedUpOnAGrid(String line) {
    String page = rewritten(line + "\n").orElseThrow();

    assertThat(page)
        .startsWith("foo_count 19\nfoo_sum 3\n")
        .contains("le=\"0.5\"} 2\n")
        .contains("le=\"1.0\"} 7\n")
        .contains("le=\"2.0\"} 15\n")
        .contains("le=\"4.0\"} 15\n")
        .contains("le=\"8.0\"} 19\n")
        .endsWith("le=\"+Inf\"} 19\n");
  }

  /** What a service sends may not hold anybody up: each of these took minutes with backtracking. */
  @ParameterizedTest
  @ValueSource(strings = {"} {count:", " ", "a", "{", "t {count:1,sum:1}\n", "\\\"", "[", ","})
  void hostilePages_areReadInOnePass(String piece) {
    String page = "t{a=\"b\"} {count:1" + piece.repeat(1_000_000 / piece.length()) + "\n";
    byte[] bytes = page.getBytes(StandardCharsets.UTF_8);

    assertThat(OpenMetrics2.asOpenMetrics1(bytes, bytes.length, 1 << 24)).isNotNull();
  }

  @Test
  void braceWithinALabel_isNoValue() {
    assertThat(rewritten("t{a=\"x {count:1}\",b=\"\\\" {sum:\"} 3 st@1\n"))
        .contains("t{a=\"x {count:1}\",b=\"\\\" {sum:\"} 3\n");
  }

  @Test
  void bothForms_areOneHistogram() {
    String page =
        """
        t{p="a"} {count:2,sum:1,schema:0,zero_threshold:1e-4,zero_count:0,positive_spans:[1:2],positive_buckets:[1,1]}
        t_count{p="a"} 2
        t_bucket{p="a",le="+Inf"} 2
        """;
    assertThat(rewritten(page)).contains("t_count{p=\"a\"} 2\nt_bucket{p=\"a\",le=\"+Inf\"} 2\n");
  }

  @Test
  void ownBounds_orNoSchema_giveCountAndSumOnly() {
    assertThat(rewritten("t {count:2,sum:1,schema:-53,custom_values:[1,2]}\n"))
        .contains("t_count 2\nt_sum 1\n");
    assertThat(rewritten("t {sum:1}\n")).contains("");
  }

  @Test
  void pageThatWouldBeTooLong_isNone() {
    byte[] bytes =
        "t {count:1,sum:1,schema:3,zero_count:0}\nx 1\n".getBytes(StandardCharsets.UTF_8);
    assertThat(OpenMetrics2.asOpenMetrics1(bytes, bytes.length, 1000)).isEmpty();
  }

  /** Quantiles of the grid beside those of the values themselves, for fine and coarse schemas. */
  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1, 3, 5, 8})
  void quantiles_areAsGoodAsTheBuckets(int schema) {
    SplittableRandom random = new SplittableRandom(20260309L + schema);
    double[] values = new double[2_000];
    TreeMap<Integer, Integer> buckets = new TreeMap<>();
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.exp(random.nextGaussian()) / 20;
      double scaled = Math.log(values[i]) / Math.log(2) * Math.pow(2, schema);
      buckets.merge((int) Math.ceil(scaled), 1, Integer::sum);
    }
    StringBuilder spans = new StringBuilder();
    StringBuilder counts = new StringBuilder();
    int next = 0;
    for (var bucket : buckets.entrySet()) {
      spans.append(bucket.getKey() - next).append(":1,");
      counts.append(bucket.getValue()).append(',');
      next = bucket.getKey() + 1;
    }
    spans.setLength(spans.length() - 1);
    counts.setLength(counts.length() - 1);
    String page =
        rewritten(
                "t {count:2000,sum:1,schema:%d,zero_threshold:0,zero_count:0,positive_spans:[%s],positive_buckets:[%s]}\n"
                    .formatted(schema, spans, counts))
            .orElseThrow();
    Arrays.sort(values);
    Histogram histogram = histogram(page);
    double width = Math.pow(2, Math.pow(2, -Math.min(3, schema)));

    assertThat(histogram.total()).isEqualTo(2000);
    for (double share : new double[] {0.5, 0.95, 0.99}) {
      double exact = values[(int) (share * values.length)];
      assertThat(histogram.quantile(share).orElseThrow() / exact).isCloseTo(1, within(width - 1));
    }
  }
}
