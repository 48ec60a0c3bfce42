package dev.ripcord.cli.init;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.cli.init.EndpointLook.Answer;
import dev.ripcord.cli.init.EndpointLook.Answers;
import dev.ripcord.cli.init.Findings.Endpoint;
import dev.ripcord.cli.init.Findings.Page;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EndpointLookTest {
  private static final Place PLACE = Place.local(8080);
  private static final Answer COUNTER = answer(200, "http_requests_total{code=\"200\"} 1\n");
  private static final Answer NOT_FOUND = answer(404, "no such page");

  private static Answer answer(int status, String body) {
    return new Answer(status, "text/plain", Buffer.buffer(body));
  }

  private static Optional<Endpoint> read(Map<String, Answer> pages) {
    return EndpointLook.read(new Answers(PLACE, pages));
  }

  private static Optional<Endpoint> endpoint(
      Optional<Page> metrics, Optional<String> health, Optional<String> login) {
    return Optional.of(new Endpoint(PLACE, metrics, health, login));
  }

  @Test
  void nothingThatAnswers_isNoEndpoint() {
    assertThat(read(Map.of())).isEmpty();
  }

  @Test
  void pages_areTakenInTheirOrder() {
    Map<String, Answer> pages =
        Map.of(
            "/metrics", answer(200, "up 1\n"),
            "/actuator/prometheus", COUNTER,
            "/health", NOT_FOUND,
            "/healthz", answer(503, "starting"),
            "/actuator/health", answer(200, "{\"status\":\"UP\"}"),
            "/", answer(200, "hello"));

    assertThat(read(pages))
        .isEqualTo(
            endpoint(
                Optional.of(
                    new Page("/actuator/prometheus", Optional.of("http_requests_total"), "")),
                Optional.of("/actuator/health"),
                Optional.empty()));
  }

  /** Such an application says nothing at /health, and has no metrics. */
  @Test
  void applicationThatAnswersEverythingAlike_isKnownByItsRoot() {
    Answer page = answer(200, "<html></html>");

    assertThat(read(Map.of("/", page, "/health", page, "/metrics", page)))
        .isEqualTo(endpoint(Optional.empty(), Optional.of("/"), Optional.empty()));
  }

  @Test
  void pageThatWantsCredentials_isSaid() {
    assertThat(read(Map.of("/metrics", answer(401, ""), "/", NOT_FOUND)))
        .isEqualTo(endpoint(Optional.empty(), Optional.empty(), Optional.of("/metrics")));
  }
}
