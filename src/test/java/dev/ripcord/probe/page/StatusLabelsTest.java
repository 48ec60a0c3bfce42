package dev.ripcord.probe.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.health.Counts;
import dev.ripcord.health.Reason;
import dev.ripcord.probe.source.SourceFigures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the labels of request counters mean, and what comes of those that mean nothing to us. */
class StatusLabelsTest {
  private static final int REQUESTS = 200;

  private final Readings readings = new Readings();

  /** Reads a page with counters from 0 and then with their values. */
  private SourceFigures counting(Object... labelsAndValues) {
    readings.read(page(false, labelsAndValues));
    return readings.read(page(true, labelsAndValues));
  }

  private static String page(boolean counted, Object... labelsAndValues) {
    StringBuilder page = new StringBuilder();
    for (int i = 0; i < labelsAndValues.length; i += 2) {
      String labels = labelsAndValues[i].toString().replace('\'', '"');
      Object value = counted ? labelsAndValues[i + 1] : 0;
      page.append("http_requests_total{").append(labels).append("} ").append(value).append('\n');
    }
    return page.toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "nil",
        "None",
        "-",
        "-1",
        "1",
        "13",
        "50",
        "99",
        "099",
        "000",
        "600",
        "777",
        "999",
        "1000",
        "5000",
        "5xxx",
        "200ok",
        "2e2",
        "0x1f4",
        "weird",
        "done",
        "unknown",
        "http",
        "http_",
        "http_6xx",
        "a word that is much longer than any that is known",
        "é",
      })
  void a7_statusLabelThatSaysNothing_isUnknown(String value) {
    for (String label : new String[] {"status", "code", "status_code", "outcome"}) {
      if (label.equals("outcome") && value.equals("unknown")) {
        continue;
      }
      SourceFigures figures = new StatusLabelsTest().counting(label + "='" + value + "'", REQUESTS);
      assertThat(figures.counts()).as(label + "=" + value).isEmpty();
      assertThat(figures.reasons().getFirst())
          .satisfies(r -> assertThat(r.code()).isEqualTo(Reason.Code.NO_DATA))
          .satisfies(r -> assertThat(r.text()).contains("200 of 200 requests", label + "=\""));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "error",
        "ERROR",
        "Error",
        "failed",
        "fail",
        "failure",
        "server_error",
        "SERVER_ERROR",
        "Server Error",
        "InternalServerError",
        "500 Internal Server Error",
        "500.0",
        " 503 ",
        "0",
        "500",
        "599",
        "5xx",
        "5XX",
        "5**",
        "50x",
        "http_5xx",
        "HTTP_500",
        "http-502",
        "HTTP 503",
        "http500",
        "timeout",
        "TIMED_OUT",
        "DeadlineExceeded",
        "DEADLINE_EXCEEDED",
        "Unavailable",
      })
  void a7_statusLabelThatSaysFailure_isAnError(String value) {
    assertThat(counting("status='" + value + "'", REQUESTS).counts())
        .contains(new Counts(REQUESTS, REQUESTS));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "success",
        "SUCCESS",
        "ok",
        "OK",
        "200",
        "2xx",
        "2XX",
        "200.0",
        "200 OK",
        "101",
        "304",
        "404",
        "4xx",
        "429",
        "499",
        "client_error",
        "CLIENT_ERROR",
        "REDIRECTION",
        "NotFound",
        "PERMISSION_DENIED",
        "Canceled",
        "http_2xx",
      })
  void a7_statusLabelThatSaysAnAnswer_isNoError(String value) {
    assertThat(counting("code='" + value + "'", REQUESTS).counts())
        .contains(new Counts(REQUESTS, 0));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      value = {
        "|status='success',code='503'|, 200",
        "|status='error',code='200'|, 0",
        "|code='',outcome='SUCCESS'|, 0",
        "|code='weird',outcome='error'|, 200",
        "|status='weird',status_code='500'|, 200",
        "|outcome='CLIENT_ERROR',exception='None'|, 0",
      })
  void a7_severalLabels_areReadTogether(String labels, long errors) {
    assertThat(counting(labels, REQUESTS).counts()).contains(new Counts(REQUESTS, errors));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "status='200',code='500'",
        "status='success',outcome='failure'",
        "method='GET'",
        "exception='IOException'",
        "result='error'",
      })
  void a7_labelsThatContradictOrAreMissing_areUnknownBesideOnesThatAreThere(String labels) {
    SourceFigures figures = counting(labels, REQUESTS, "code='200'", 100);
    assertThat(figures.counts()).isEmpty();
    assertThat(figures.reasons().getFirst().text()).contains("200 of 300 requests");
  }

  @Test
  void a7_fewThatAreNotUnderstood_areNoMatter() {
    SourceFigures figures = counting("code='200'", 960, "code='500'", 9, "code='weird'", 31);
    assertThat(figures.counts()).contains(new Counts(1000, 9));
    assertThat(figures.reasons().getFirst().text())
        .contains("31 of 1000 requests", "code=\"weird\"", "too few to change the verdict");
  }

  @Test
  void a7_asManyAsCouldMakeABreach_areUnknown() {
    SourceFigures figures = counting("code='200'", 950, "code='500'", 9, "code='weird'", 41);
    assertThat(figures.counts()).isEmpty();
    assertThat(figures.reasons().getFirst().text()).contains("41 of 1000 requests");
  }

  @Test
  void a7_breachOfThoseThatAreUnderstood_standsWhateverTheRestIs() {
    assertThat(counting("code='200'", 300, "code='500'", 100, "code='weird'", 600).counts())
        .contains(new Counts(1000, 100));
  }

  @Test
  void a7_seriesThatIsNotUnderstoodAndStandsStill_isNoMatter() {
    String page = "http_requests_total{code=\"weird\"} 500\nhttp_requests_total{code=\"200\"} ";
    readings.read(page + "0\n");
    SourceFigures figures = readings.read(page + "100\n");
    assertThat(figures.counts()).contains(new Counts(100, 0));
    assertThat(figures.reasons()).noneSatisfy(r -> assertThat(r.text()).contains("weird"));
  }

  @Test
  void a7_valueInTheMessage_isCutAndPrintable() {
    String text =
        counting("code='" + "é\\n".repeat(30) + "'", REQUESTS).reasons().getFirst().text();
    assertThat(text).contains("code=\"??").contains("...\"").matches("[ -~]+");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      value = {
        "|outcome='UNKNOWN',status='200'|, 0",
        "|status='200',outcome='UNKNOWN'|, 0",
        "|outcome='SERVER_ERROR',status='404'|, 0",
        "|outcome='SUCCESS',status='500'|, 200",
        "|outcome='UNKNOWN',status='503'|, 200",
        "|outcome='UNKNOWN',status='UNKNOWN'|, 200",
        "|outcome='UNKNOWN'|, 200",
      })
  void a11_statusNumber_beatsTheWordInOutcome(String labels, long errors) {
    assertThat(counting(labels, REQUESTS).counts()).contains(new Counts(REQUESTS, errors));
  }

  @ParameterizedTest
  @CsvSource({"404, 0", "500, 200", "java.io.IOException, 200", "'', 0"})
  void a11_errorTypeOfOpenTelemetry_isAFailureUnlessItIsA4xx(String type, long errors) {
    String page = "http_server_request_duration_seconds_count{error_type=\"" + type + "\"} ";
    readings.read(page + "0\n");
    assertThat(readings.read(page + "200\n").counts()).contains(new Counts(REQUESTS, errors));
  }

  @Test
  void a11_openTelemetrySeriesWithoutAnErrorType_hadNoError() {
    String page =
        """
        http_server_request_duration_seconds_count{http_route="/a"} %d
        http_server_request_duration_seconds_count{http_route="/a",error_type="timeout"} %d
        """;
    readings.read(page.formatted(0, 0));
    assertThat(readings.read(page.formatted(90, 10)).counts()).contains(new Counts(100, 10));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/healthz/db",
        "/healthz/",
        "/health/live/db",
        "/health?full=1",
        "/livez/ping",
        "/readyz/db",
        "/health-check/db",
        "/health_check/db",
        "/healthcheck/db",
        "/actuator/health/db",
        "/q/health/live",
      })
  void a30_pathBelowTheHealthPath_isNotCounted(String path) {
    assertThat(counting("code='200',path='" + path + "'", 1000, "code='500',path='/a'", 3).counts())
        .contains(new Counts(3, 3));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/healthzebra/db", "/health.html", "/live/tv", "/ready/meals", "/a/health"})
  void a30_pathThatOnlyLooksLikeIt_isCounted(String path) {
    assertThat(counting("code='200',path='" + path + "'", 1000).counts())
        .contains(new Counts(1000, 0));
  }
}
