package dev.ripcord.probe.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ripcord.health.Counts;
import dev.ripcord.health.Reason;
import dev.ripcord.probe.source.SourceFigures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PresetsTest {
  private final Readings readings = new Readings();

  private SourceFigures between(String first, String second) {
    readings.read(first);
    return readings.read(second);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      value = {
        "|http_server_requests_seconds_count{status=\"500\",outcome=\"SERVER_ERROR\"}|, true",
        "|http_server_requests_seconds_count{status=\"200\",outcome=\"SUCCESS\"}|, false",
        "|http_server_requests_seconds_count{status=\"404\",outcome=\"CLIENT_ERROR\"}|, false",
        "|http_server_requests_seconds_count{status=\"UNKNOWN\",outcome=\"UNKNOWN\"}|, true",
        "|http_server_requests_seconds_count{outcome=\"SERVER_ERROR\"}|, true",
        "|vertx_http_server_requests_total{code=\"503\"}|, true",
        "|vertx_http_server_requests_total{code=\"301\"}|, false",
        "|http_server_request_duration_seconds_count{http_response_status_code=\"500\"}|, true",
        "|http_server_request_duration_seconds_count{error_type=\"java.io.IOException\"}|, true",
        "|http_server_request_duration_seconds_count{http_response_status_code=\"200\","
            + "error_type=\"\"}|, false",
        "|http_server_request_duration_seconds_count{http_response_status_code=\"404\","
            + "error_type=\"404\"}|, false",
        "|http_server_duration_milliseconds_count{http_status_code=\"500\"}|, true",
        "|http_requests_total{status=\"500\"}|, true",
        "|http_requests_total{status=\"5xx\"}|, true",
        "|http_requests_total{status=\"0\"}|, true",
        "|http_requests_total{status_code=\"200\"}|, false",
        "|http_request_duration_seconds_count{code=\"502\"}|, true",
        "|nginx_ingress_controller_requests{status=\"504\"}|, true",
        "|istio_requests_total{reporter=\"destination\",response_code=\"503\"}|, true",
        "|istio_requests_total{reporter=\"destination\",response_code=\"0\"}|, true",
        "|traefik_service_requests_total{code=\"502\",service=\"shop@docker\"}|, true",
        "|traefik_service_requests_total{code=\"200\",service=\"shop@docker\"}|, false",
        "|caddy_http_request_duration_seconds_count{code=\"500\",handler=\"proxy\"}|, true",
        "|haproxy_backend_http_responses_total{proxy=\"shop\",code=\"5xx\"}|, true",
        "|haproxy_backend_http_responses_total{proxy=\"shop\",code=\"4xx\"}|, false",
        "|envoy_http_downstream_rq_xx{envoy_response_code_class=\"5\"}|, true",
        "|envoy_http_downstream_rq_xx{envoy_response_code_class=\"2\"}|, false",
      })
  void counters_tellErrorsByTheirLabels(String series, boolean error) {
    SourceFigures figures = between(series + " 100\n", series + " 107\n");
    assertThat(figures.counts()).contains(new Counts(7, error ? 7 : 0));
  }

  @Test
  void envoysOwnPage_isNotTraffic_andAClassThatIsNoneIsNotUnderstood() {
    String page =
        "envoy_http_downstream_rq_xx{envoy_response_code_class=\"5\","
            + "envoy_http_conn_manager_prefix=\"admin\"} %1$d\n"
            + "envoy_http_downstream_rq_xx{envoy_response_code_class=\"2\","
            + "envoy_http_conn_manager_prefix=\"shop\"} %1$d\n";
    assertThat(between(page.formatted(0), page.formatted(50)).counts()).contains(new Counts(50, 0));
    String odd = "envoy_http_downstream_rq_xx{envoy_response_code_class=\"9\"} ";
    assertThat(between(odd + "0\n", odd + "50\n").counts()).isEmpty();
  }

  @Test
  void twoFamilies_areNotCountedTwice() {
    String page =
        "http_requests_total{code=\"200\"} %1$d\n"
            + "http_server_requests_seconds_count{status=\"200\"} %1$d\n";
    assertThat(between(page.formatted(0), page.formatted(50)).counts()).contains(new Counts(50, 0));
  }

  @Test
  void histogramWithoutStatus_givesWayToTheCounterThatHasOne() {
    String page =
        "http_request_duration_seconds_count{path=\"/\"} %1$d\n"
            + "http_server_requests_seconds_count{uri=\"/\"} %1$d\n"
            + "http_requests_total{code=\"500\"} %1$d\n";
    assertThat(between(page.formatted(0), page.formatted(50)).counts())
        .contains(new Counts(50, 50));
  }

  @Test
  void counterThatCannotTellErrors_isNoData() {
    SourceFigures figures = between("http_requests_total 0\n", "http_requests_total 50\n");
    assertThat(figures.counts()).isEmpty();
    assertThat(figures.reasons().getFirst().text())
        .contains("no label in http_requests_total that marks errors");
  }

  @Test
  void istioSeenByTheCaller_isLeftOut() {
    String page = "istio_requests_total{reporter=\"source\",response_code=\"503\"} %d\n";
    SourceFigures figures = between(page.formatted(0), page.formatted(50));
    assertThat(figures.counts()).isEmpty();
    assertThat(figures.reasons().getFirst().text()).contains("istio_requests_total");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "uri=\"/health\"",
        "uri=\"/healthz\"",
        "path=\"/health/live\"",
        "route=\"/actuator/prometheus\"",
        "handler=\"/metrics\"",
        "http_route=\"/livez\"",
        "uri=\"/readyz\"",
        "uri=\"/ready\"",
        "uri=\"/live\"",
        "uri=\"/ping\"",
        "uri=\"/favicon.ico\"",
      })
  void healthRoutes_areNotCounted(String label) {
    String page =
        "http_requests_total{code=\"200\","
            + label
            + "} %1$d\nhttp_requests_total{code=\"500\",uri=\"/api\"} %2$d\n";
    assertThat(between(page.formatted(0, 0), page.formatted(1000, 3)).counts())
        .contains(new Counts(3, 3));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/healthcare", "/liver", "/pingpong", "/", "", "/metrics/daily", "health"})
  void routesThatOnlyLookLikeHealth_areCounted(String route) {
    String page = "http_requests_total{code=\"200\",uri=\"" + route + "\"} %d\n";
    assertThat(between(page.formatted(0), page.formatted(9)).counts()).contains(new Counts(9, 0));
  }

  @Test
  void onlyHealthRoutes_isNoData() {
    String page = "http_requests_total{code=\"200\",uri=\"/health\"} %d\n";
    SourceFigures figures = between(page.formatted(0), page.formatted(9));
    assertThat(figures.counts()).isEmpty();
    assertThat(figures.reasons().getFirst().code()).isEqualTo(Reason.Code.NO_DATA);
    assertThat(figures.reasons().getFirst().text()).contains("only health and metrics routes");
  }

  @Test
  void noKnownCounter_namesWhatLooksLikeOne() {
    String page = "my_http_calls_total{code=\"200\"} 5\nup 1\ngrpc_request_count 3\n";
    SourceFigures figures = between(page, page);
    assertThat(figures.counts()).isEmpty();
    assertThat(figures.reasons().getFirst().text())
        .contains("grpc_request_count, my_http_calls_total")
        .contains("http_server_requests_seconds_count")
        .contains("(source: metrics, http://shop/metrics)");
  }

  @Test
  void histogram_givesLatencyOfTheWindowOnly() {
    String page =
        """
        http_request_duration_seconds_bucket{code="200",le="0.05"} %d
        http_request_duration_seconds_bucket{code="200",le="0.1"} %d
        http_request_duration_seconds_bucket{code="200",le="+Inf"} %d
        http_request_duration_seconds_count{code="200"} %d
        """;
    SourceFigures figures =
        between(page.formatted(1000, 1000, 1000, 1000), page.formatted(1050, 1100, 1100, 1100));
    assertThat(figures.counts()).contains(new Counts(100, 0));
    assertThat(figures.latency().p50()).hasValue(0.05);
    assertThat(figures.latency().p99().orElseThrow()).isCloseTo(0.099, within(1e-9));
  }

  @Test
  void milliseconds_becomeSeconds() {
    String page =
        """
        istio_requests_total{reporter="destination",response_code="200"} %1$d
        istio_request_duration_milliseconds_bucket{reporter="destination",le="100"} %1$d
        istio_request_duration_milliseconds_bucket{reporter="destination",le="1e3"} %1$d
        istio_request_duration_milliseconds_bucket{reporter="destination",le="+Inf"} %1$d
        """;
    assertThat(between(page.formatted(0), page.formatted(10)).latency().p50().orElseThrow())
        .isCloseTo(0.05, within(1e-12));
  }

  @Test
  void summary_givesTheLargestFiniteQuantile() {
    String page =
        """
        http_server_requests_seconds{status="200",uri="/a",quantile="0.5"} 0.01
        http_server_requests_seconds{status="200",uri="/b",quantile="0.5"} 0.02
        http_server_requests_seconds{status="200",uri="/a",quantile="0.99"} NaN
        http_server_requests_seconds{status="200",uri="/b",quantile="0.99"} 0.4
        http_server_requests_seconds_count{status="200",uri="/a"} %d
        """;
    SourceFigures figures = between(page.formatted(0), page.formatted(10));
    assertThat(figures.latency().p50()).hasValue(0.02);
    assertThat(figures.latency().p95()).isEmpty();
    assertThat(figures.latency().p99()).hasValue(0.4);
  }

  @Test
  void cpuShareOfMicrometer_isTakenAsItIs() {
    assertThat(between("process_cpu_usage 0.3\n", "process_cpu_usage 0.37\n").cpu()).hasValue(0.37);
    assertThat(between("process_cpu_usage 0.3\n", "process_cpu_usage NaN\n").cpu()).isEmpty();
  }

  @Test
  void memory_isResidentByLimitElseHeap() {
    String heap =
        """
        jvm_memory_used_bytes{area="heap",id="Eden"} 100
        jvm_memory_used_bytes{area="heap",id="Old"} 200
        jvm_memory_used_bytes{area="nonheap",id="Metaspace"} 900
        jvm_memory_max_bytes{area="heap",id="Eden"} -1
        jvm_memory_max_bytes{area="heap",id="Old"} 600
        jvm_memory_max_bytes{area="nonheap",id="Metaspace"} -1
        """;
    String resident = "process_resident_memory_bytes 250\n";
    assertThat(between(heap, heap).memory()).hasValue(0.5);
    assertThat(between(resident, resident).memory()).isEmpty();
    String limited = heap + resident + "container_spec_memory_limit_bytes 1000\n";
    assertThat(between(limited, limited).memory()).hasValue(0.25);
    String unlimited = heap + resident + "container_spec_memory_limit_bytes 0\n";
    assertThat(between(unlimited, unlimited).memory()).hasValue(0.5);
  }

  @Test
  void whatThePageDoesNotTell_hasAReason() {
    String page = "http_requests_total{code=\"200\"} %d\n";
    SourceFigures figures = between(page.formatted(0), page.formatted(10));
    assertThat(figures.reasons())
        .extracting(Reason::text)
        .containsExactly(
            "metrics page does not expose latency, cpu, memory (use and limit)"
                + " (source: metrics, http://shop/metrics)");
  }
}
