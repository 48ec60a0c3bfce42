package dev.ripcord.probe.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.health.Counts;
import dev.ripcord.health.Reason;
import dev.ripcord.probe.source.SourceFigures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages on which a series stands more than once. */
class RepeatedSeriesTest {
  private final Readings readings = new Readings();

  private SourceFigures between(String page, Object[] first, Object[] second) {
    readings.read(page.formatted(first));
    return readings.read(page.formatted(second));
  }

  private static Object[] of(Object... values) {
    return values;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http_requests_total{code=\"500\",path=\"/\"} %d\n",
        "http_requests_total{path=\"/\",code=\"500\"} %d\n",
        "http_requests_total { path = \"/\" , code = \"500\" , } %d\n",
      })
  void a12_sameSeriesWithOtherValues_isUnknown(String again) {
    String page =
        "http_requests_total{code=\"200\"} %d\nhttp_requests_total{code=\"500\",path=\"/\"} %d\n";
    SourceFigures figures = between(page + again, of(1000, 50, 400), of(2000, 100, 800));
    assertThat(figures.counts()).isEmpty();
    assertThat(figures.reasons().getFirst())
        .satisfies(r -> assertThat(r.code()).isEqualTo(Reason.Code.PARSE))
        .satisfies(
            r ->
                assertThat(r.text())
                    .contains("1 series of http_requests_total twice", "100 and 800"));
  }

  @Test
  void a12_sameSeriesAtTwoTimes_isUnknown() {
    String page =
        "http_requests_total{code=\"500\"} %d %d\nhttp_requests_total{code=\"500\"} %d %d\n";
    long at = Readings.AT.toEpochMilli();
    assertThat(between(page, of(50, at - 9, 60, at - 5), of(70, at - 3, 90, at)).counts())
        .isEmpty();
  }

  @Test
  void a12_sameSeriesWithEqualValues_isCountedOnce() {
    String page = "http_requests_total{code=\"500\"} %1$d\n";
    SourceFigures figures = between(page + page + page, of(1000), of(1100));
    assertThat(figures.counts()).contains(new Counts(100, 100));
  }

  @Test
  void a12_sameSeriesThatMovedAlike_isCountedOnce() {
    String page = "http_requests_total{code=\"500\"} %d\n";
    assertThat(between(page + page, of(1000, 300), of(1100, 400)).counts())
        .contains(new Counts(100, 100));
    assertThat(readings.read(page.formatted(1150) + page.formatted(460)).counts()).isEmpty();
  }

  @Test
  void a12_repeatedSeriesThatStandsStill_isNoMatter() {
    String page =
        "http_requests_total{code=\"404\"} 7\nhttp_requests_total{code=\"404\"} 9\n"
            + "http_requests_total{code=\"200\"} %d\n";
    assertThat(between(page, of(1000), of(1100)).counts()).contains(new Counts(100, 0));
  }

  @Test
  void a12_seriesThatIsRepeatedFromNowOn_isUnknownWhenTheValuesDiffer() {
    String page = "http_requests_total{code=\"200\"} %d\n";
    readings.read(page.formatted(1000));
    assertThat(readings.read((page + page).formatted(1100, 1100)).counts())
        .contains(new Counts(100, 0));
    assertThat(readings.read((page + page).formatted(1200, 1300)).counts()).isEmpty();
  }

  @Test
  void a12_manyValuesOfOneSeries_areUnknown() {
    String page = "http_requests_total{code=\"200\"} %d\n".repeat(6);
    assertThat(between(page, of(1, 2, 3, 4, 5, 6), of(11, 22, 33, 44, 55, 66)).counts()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http_requests_total{code=\"200\",path=\"/health\"} %d\n",
        "http_request_duration_seconds_count{code=\"500\"} %d\n",
        "nginx_ingress_controller_requests{status=\"500\"} %d\n",
        "istio_requests_total{reporter=\"source\",response_code=\"500\"} %d\n",
        "some_other_total{code=\"500\"} %d\n",
        "http_request_duration_seconds{quantile=\"0.5\"} %d\n",
      })
  void a12_repeatedSeriesThatAreNotJudged_areNoMatter(String other) {
    String page = "http_requests_total{code=\"200\"} %d\n" + other + other;
    assertThat(between(page, of(0, 10, 20), of(100, 500, 700)).counts())
        .contains(new Counts(100, 0));
  }

  @Test
  void a12_repeatedBuckets_spoilTheLatencyOnly() {
    String page =
        """
        http_requests_total{code="200"} %1$d
        http_request_duration_seconds_bucket{le="0.1"} %1$d
        http_request_duration_seconds_bucket{le="0.1"} %2$d
        http_request_duration_seconds_bucket{le="+Inf"} %1$d
        """;
    SourceFigures figures = between(page, of(0, 0), of(100, 50));
    assertThat(figures.counts()).contains(new Counts(100, 0));
    assertThat(figures.latency().p50()).isEmpty();
    assertThat(figures.reasons().getFirst().text()).contains("buckets of latency twice");
  }

  @Test
  void a12_repeatedGauges_areTakenOnceAndNeverSummed() {
    String once =
        "process_cpu_seconds_total %1$d\nprocess_resident_memory_bytes 250\n"
            + "process_memory_limit_bytes 1000\n";
    SourceFigures figures = between(once + once, of(3), of(6));
    assertThat(figures.cpu()).hasValue(0.1);
    assertThat(figures.memory()).hasValue(0.25);
    String other = "process_resident_memory_bytes 500\n";
    assertThat(between(once + other, of(3), of(6)).memory()).isEmpty();
  }
}
