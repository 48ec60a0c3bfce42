package dev.ripcord.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.FreePort;
import dev.ripcord.health.Counts;
import dev.ripcord.health.Latency;
import dev.ripcord.health.Liveness;
import dev.ripcord.health.Reason;
import dev.ripcord.health.Sample;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UrlProbeTest {
  private static final Duration NO_SPREAD = Duration.ZERO;
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(300);

  private final Services services = new Services();

  @AfterEach
  void close() {
    services.close();
  }

  private Sample pollUrl(String url, Duration timeout) {
    return services.poll(services.probe(Optional.of(url), Optional.empty(), timeout), NO_SPREAD);
  }

  private static Reason first(Sample sample) {
    return sample.reasons().getFirst();
  }

  @Test
  void tenGoodProbes_giveCountsAndLatency() {
    AtomicInteger agents = new AtomicInteger();
    String url =
        services.http(
            request -> {
              if ("Ripcord-Probe".equals(request.getHeader("User-Agent"))
                  && "s3cret".equals(request.getHeader("X-Key"))) {
                agents.incrementAndGet();
              }
              request.response().putHeader("Content-Type", "application/json");
              request.response().end("{\"components\":{\"status\":\"DOWN\"},\"status\":\"UP\"}");
            });
    Sample sample = pollUrl(url, LONG);
    assertThat(sample.release()).isEqualTo("v42");
    assertThat(sample.at()).isEqualTo(Services.WALL);
    assertThat(sample.liveness()).isEqualTo(Liveness.ANSWERS);
    assertThat(sample.status()).hasValue(200);
    assertThat(sample.counts()).contains(new Counts(10, 0));
    assertThat(sample.probed()).isTrue();
    assertThat(sample.latency().p99()).isPresent();
    assertThat(sample.cpu()).isEmpty();
    assertThat(sample.reasons()).isEmpty();
    assertThat(agents).hasValue(10);
  }

  @Test
  void fiveHundreds_areErrorsAndSilence() {
    Sample sample = pollUrl(services.status(500), LONG);
    assertThat(sample.liveness()).isEqualTo(Liveness.SILENT);
    assertThat(sample.status()).hasValue(500);
    assertThat(sample.counts()).contains(new Counts(10, 10));
    assertThat(sample.latency()).isEqualTo(Latency.NONE);
    assertThat(first(sample).code()).isEqualTo(Reason.Code.STATUS);
    assertThat(first(sample).text()).contains("url answered 500 (10 of 10 probes) (source: url, ");
  }

  @Test
  void someFailures_areCounted() {
    AtomicInteger calls = new AtomicInteger();
    String url =
        services.http(
            request ->
                request
                    .response()
                    .setStatusCode(calls.incrementAndGet() % 5 == 0 ? 503 : 204)
                    .end());
    Sample sample = pollUrl(url, LONG);
    assertThat(sample.counts()).contains(new Counts(10, 2));
    assertThat(sample.liveness()).isEqualTo(Liveness.ANSWERS);
  }

  @Test
  void notFound_isAnErrorOfAServiceThatAnswers() {
    Sample sample = pollUrl(services.status(404), LONG);
    assertThat(sample.counts()).contains(new Counts(10, 10));
    assertThat(sample.liveness()).isEqualTo(Liveness.ANSWERS);
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403})
  void refusedCredentials_giveNoCounts(int status) {
    Sample sample = pollUrl(services.status(status), LONG);
    assertThat(sample.counts()).isEmpty();
    assertThat(sample.liveness()).isEqualTo(Liveness.ANSWERS);
    assertThat(first(sample).code()).isEqualTo(Reason.Code.UNAUTHORIZED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"status\":\"DOWN\"}",
        "{\"status\":\"OUT_OF_SERVICE\"}",
        "{\"checks\":[1,{\"status\":\"UP\"}],\"status\":\"fail\"}",
      })
  void bodyThatSaysDown_isAFailureInSpiteOfIts200(String body) {
    Sample sample = pollUrl(services.body("application/health+json", body), LONG);
    assertThat(sample.counts()).contains(new Counts(10, 10));
    assertThat(sample.liveness()).isEqualTo(Liveness.SILENT);
    assertThat(first(sample).code()).isEqualTo(Reason.Code.BODY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"status\":\"warn\"}", "{\"status\":", "[\"status\",\"DOWN\"]", "", "{\"s\":1}"})
  void bodyThatSaysNothing_isJudgedByItsStatus(String body) {
    assertThat(pollUrl(services.body("application/json", body), LONG).counts())
        .contains(new Counts(10, 0));
    assertThat(pollUrl(services.body("text/plain", "{\"status\":\"DOWN\"}"), LONG).counts())
        .contains(new Counts(10, 0));
  }

  @Test
  void refusedConnection_isSilence() {
    Sample sample = pollUrl("http://127.0.0.1:" + FreePort.next() + "/", LONG);
    assertThat(sample.liveness()).isEqualTo(Liveness.SILENT);
    assertThat(sample.counts()).contains(new Counts(10, 10));
    assertThat(first(sample).code()).isEqualTo(Reason.Code.CONNECT);
    assertThat(first(sample).text()).contains("refused the connection");
  }

  @Test
  void hang_isCutAtTheDeadline() {
    Sample sample = pollUrl(services.http(request -> {}), SHORT);
    assertThat(sample.liveness()).isEqualTo(Liveness.SILENT);
    assertThat(first(sample).code()).isEqualTo(Reason.Code.TIMEOUT);
    assertThat(first(sample).text()).contains("did not answer within 0.3 s");
    services.awaitConnectionsClosed();
  }

  @Test
  void drip_isCutAtTheDeadline() {
    Sample sample = pollUrl(services.drip(), SHORT);
    assertThat(sample.liveness()).isEqualTo(Liveness.SILENT);
    assertThat(first(sample).code()).isEqualTo(Reason.Code.TIMEOUT);
    assertThat(first(sample).text()).contains("did not finish its answer");
    services.awaitConnectionsClosed();
  }

  @Test
  void endlessBody_isCutAtTheCapAndItsStatusCounts() {
    Sample sample = pollUrl(services.endless("application/json"), LONG);
    assertThat(sample.liveness()).isEqualTo(Liveness.ANSWERS);
    assertThat(sample.counts()).contains(new Counts(10, 0));
    services.awaitConnectionsClosed();
  }

  @Test
  void brokenConnection_isAnError() {
    Sample sample = pollUrl(services.raw(socket -> socket.close()), LONG);
    assertThat(sample.counts()).contains(new Counts(10, 10));
    assertThat(sample.liveness()).isEqualTo(Liveness.SILENT);
    assertThat(first(sample).code()).isEqualTo(Reason.Code.RESET);
  }

  @Test
  void answerShorterThanItsLength_isAnError() {
    String url = services.bytes("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    Sample sample = pollUrl(url, LONG);
    assertThat(sample.liveness()).isEqualTo(Liveness.SILENT);
    assertThat(first(sample).code()).isEqualTo(Reason.Code.RESET);
  }

  @Test
  void plainServerAskedForTls_isABrokenHandshake() {
    Sample sample = pollUrl(services.status(200).replace("http:", "https:"), LONG);
    assertThat(first(sample).code()).isEqualTo(Reason.Code.TLS);
    assertThat(sample.liveness()).isEqualTo(Liveness.SILENT);
  }

  @Test
  void unknownCertificate_isTheMeasuringPath() {
    Sample sample = pollUrl(services.selfSigned(), LONG);
    assertThat(first(sample).code()).isEqualTo(Reason.Code.TLS);
    assertThat(first(sample).text()).contains("not trusted here");
    assertThat(sample.liveness()).isEqualTo(Liveness.UNKNOWN);
    assertThat(sample.counts()).isEmpty();
  }

  @Test
  void nameThatDoesNotResolve_isTheMeasuringPath() {
    Sample sample = pollUrl("http://no-such-name.invalid/", Duration.ofSeconds(2));
    assertThat(sample.liveness()).isEqualTo(Liveness.UNKNOWN);
    assertThat(sample.counts()).isEmpty();
    assertThat(first(sample).code()).isEqualTo(Reason.Code.DNS);
    assertThat(first(sample).text()).contains("no-such-name.invalid");
  }

  @Test
  void redirects_areFollowedFiveTimes() {
    assertThat(pollUrl(services.redirects(5), LONG).counts()).contains(new Counts(10, 0));
    Sample endless = pollUrl(services.redirects(6), LONG);
    assertThat(endless.counts()).contains(new Counts(10, 10));
    assertThat(endless.liveness()).isEqualTo(Liveness.ANSWERS);
    assertThat(first(endless).text()).contains("redirected more than 5 times");
  }

  @Test
  void clocks_areTheOnesGiven() {
    Sample sample = pollUrl(services.status(200), LONG);
    assertThat(sample.at()).isEqualTo(Instant.parse("2026-01-02T03:04:05Z"));
  }
}
