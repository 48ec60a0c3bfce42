package dev.ripcord.probe.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.config.Figure;
import dev.ripcord.config.PrometheusSettings;
import dev.ripcord.config.SeriesSelector;
import dev.ripcord.config.SeriesSettings;
import dev.ripcord.config.SourceSettings;
import dev.ripcord.config.connection.ConnectionSettings;
import dev.ripcord.health.Counts;
import dev.ripcord.health.Reason;
import dev.ripcord.health.Sample;
import dev.ripcord.probe.HealthProbe;
import dev.ripcord.probe.Services;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a real Prometheus has scraped from a page whose counts are known exactly. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PrometheusSourcesTest {
  private static final Optional<SeriesSettings> SERIES =
      Optional.of(
          new SeriesSettings(
              SeriesSelector.parse("http_requests_total"),
              SeriesSelector.parse("http_requests_total{code=~'5..'}"),
              Optional.of(SeriesSelector.parse("http_request_duration_seconds"))));

  private Services services;
  private PrometheusServer server;
  private volatile String page = "";
  private int good = 100;
  private int bad;

  @BeforeAll
  void open() throws IOException {
    services = new Services();
    String shop = services.http(request -> request.response().end(page));
    server = PrometheusServer.scraping(shop);
  }

  @AfterAll
  void close() {
    if (server != null) {
      server.close();
    }
    services.close();
  }

  /** More requests happen, and the server has seen them. */
  private void happen(int well, int failed) {
    good += well;
    bad += failed;
    page =
        """
        # TYPE http_requests_total counter
        http_requests_total{code="200"} %d
        http_requests_total{code="500"} %d
        # TYPE http_request_duration_seconds histogram
        http_request_duration_seconds_bucket{le="0.1"} %d
        http_request_duration_seconds_bucket{le="0.2"} %d
        http_request_duration_seconds_bucket{le="+Inf"} %d
        """
            .formatted(good, bad, good, good + bad, good + bad);
    server.await("sum(http_requests_total{job=\"shop\"})", "" + (good + bad));
  }

  private HealthProbe probe(
      URI url, String selector, Optional<SeriesSettings> series, Map<Figure, String> queries) {
    PrometheusSettings settings =
        new PrometheusSettings(
            url, selector.isEmpty() ? List.of() : SeriesSelector.parseMatchers(selector), queries);
    return services.probe(
        new SourceSettings(
            Optional.empty(),
            List.of(),
            series,
            Optional.of(settings),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            Map.of(),
            ConnectionSettings.STANDARD,
            Optional.empty()),
        Duration.ofSeconds(5));
  }

  private Sample poll(HealthProbe probe) {
    return services.poll(probe, Duration.ZERO);
  }

  @Test
  void rawSeries_areCountedExactly_alsoOverARestart() {
    HealthProbe probe = probe(server.url(), "job=\"shop\"", SERIES, Map.of());
    happen(0, 0);
    services.prime(probe);
    happen(57, 3);
    Sample sample = poll(probe);
    assertThat(sample.counts()).as(sample.toString()).contains(new Counts(60, 3));
    assertThat(sample.latency().p50().orElseThrow()).isBetween(0.0, 0.1);
    assertThat(String.join("", probe.evidence()))
        .contains("http_requests_total{job=\"shop\"} added 60 over 2 series");
    good = 0;
    bad = 0;
    happen(10, 2);
    assertThat(poll(probe).counts()).contains(new Counts(12, 2));
  }

  @Test
  void selectorAlone_findsTheWellKnownNames() {
    HealthProbe probe = probe(server.url(), "job=\"shop\"", Optional.empty(), Map.of());
    happen(0, 0);
    services.prime(probe);
    happen(40, 10);
    Sample sample = poll(probe);
    assertThat(sample.counts()).as(sample.toString()).contains(new Counts(50, 10));
  }

  @Test
  void noSeriesOfRequests_isUnknown_noneOfErrorsIsNone() {
    HealthProbe none = probe(server.url(), "job=\"nobody\"", SERIES, Map.of());
    happen(0, 0);
    services.prime(none);
    assertThat(poll(none).reasons())
        .anyMatch(r -> r.code() == Reason.Code.NO_DATA && r.text().contains("has no series"));
    HealthProbe well =
        probe(
            server.url(),
            "",
            Optional.of(
                new SeriesSettings(
                    SeriesSelector.parse("http_requests_total"),
                    SeriesSelector.parse("http_requests_total{code='no'}"),
                    Optional.empty())),
            Map.of());
    services.prime(well);
    happen(20, 0);
    assertThat(poll(well).counts()).contains(new Counts(20, 0));
  }

  @Test
  void noNewSample_isStale() {
    HealthProbe probe = probe(server.url(), "", SERIES, Map.of());
    happen(0, 0);
    services.prime(probe);
    List<Reason> reasons = new ArrayList<>();
    // Two polls between two scrapes: at least one of some in a row sees no new sample.
    for (int i = 0; i < 20; i++) {
      Sample sample = poll(probe);
      reasons.addAll(sample.reasons());
      assertThat(sample.counts().map(Counts::requests).orElse(0L)).isZero();
    }
    assertThat(reasons).anyMatch(r -> r.code() == Reason.Code.STALE);
  }

  @Test
  void queries_giveOneValueEach() {
    happen(0, 0);
    HealthProbe probe =
        probe(
            server.url(),
            "",
            Optional.empty(),
            Map.of(
                Figure.REQUESTS, "vector(200)",
                Figure.ERROR_RATE, "scalar(vector(0.2))",
                Figure.CPU, "vector(0.5)",
                Figure.MEMORY, "sum(nobody_has_this)"));
    Sample sample = poll(probe);
    assertThat(sample.counts()).contains(new Counts(200, 40));
    assertThat(sample.cpu()).hasValue(0.5);
    assertThat(sample.memory()).isEmpty();
    assertThat(sample.reasons())
        .anyMatch(r -> r.text().contains("gives no value for the query memory"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http_requests_total|NO_DATA|gives 2 values for the query error-rate; it must give exactly",
        "sum(http_requests_total|PARSE|refuses the query error-rate",
        "vector(7)|NO_DATA|a share from 0 to 1",
        "vector(0)/vector(0)|NO_DATA|error-rate NaN",
      })
  void queryThatIsWrong_isNamed_andNothingIsCounted(String query, Reason.Code code, String text) {
    happen(0, 0);
    HealthProbe probe =
        probe(
            server.url(),
            "",
            Optional.empty(),
            Map.of(Figure.REQUESTS, "vector(200)", Figure.ERROR_RATE, query));
    Sample sample = poll(probe);
    assertThat(sample.counts()).isEmpty();
    assertThat(sample.reasons()).anyMatch(r -> r.code() == code && r.text().contains(text));
  }

  @Test
  void noRequests_areNoError_evenWhereTheRateIsNoNumber() {
    happen(0, 0);
    HealthProbe probe =
        probe(
            server.url(),
            "",
            Optional.empty(),
            Map.of(Figure.REQUESTS, "vector(0)", Figure.ERROR_RATE, "vector(0)/vector(0)"));
    assertThat(poll(probe).counts()).contains(Counts.NONE);
  }

  @Test
  void serverThatIsDown_orIsNone_isTheSourcesFault() {
    HealthProbe down = probe(URI.create("http://127.0.0.1:1"), "", SERIES, Map.of());
    assertThat(poll(down).reasons())
        .anyMatch(r -> r.code() == Reason.Code.SOURCE_DOWN && r.text().contains("127.0.0.1:1"));
    HealthProbe passing =
        probe(URI.create("http://127.0.0.1:1"), "job='shop'", Optional.empty(), Map.of());
    assertThat(poll(passing).reasons())
        .anyMatch(
            r ->
                r.code() == Reason.Code.SOURCE_DOWN
                    && r.text()
                        .startsWith("Prometheus refused the connection (source: prometheus"));
    String other = services.http(request -> request.response().end("{\"a\":1}"));
    assertThat(poll(probe(URI.create(other), "", SERIES, Map.of())).reasons())
        .anyMatch(r -> r.text().contains("is not Prometheus' API"));
  }
}
