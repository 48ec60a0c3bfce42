package dev.ripcord.alert;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.tomakehurst.wiremock.WireMockServer;
import dev.ripcord.config.AlertSettings;
import dev.ripcord.port.Alert;
import dev.ripcord.port.Alert.Kind;
import dev.ripcord.port.Outbox.Due;
import dev.ripcord.release.Secret;
import dev.ripcord.release.ServiceName;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PagerDutyChannelTest {
  private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");

  private final Vertx vertx = Vertx.vertx();
  private final WireMockServer server = new WireMockServer(options().dynamicPort());
  private final JsonPoster poster = new JsonPoster(vertx, () -> AT, Duration.ofSeconds(5));

  @BeforeEach
  void begin() {
    server.start();
    server.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(202)));
  }

  @AfterEach
  void end() {
    await(poster.close());
    server.stop();
    await(vertx.close());
  }

  private static <T> T await(Future<T> future) {
    return future.timeout(20, TimeUnit.SECONDS).await();
  }

  private static AlertSettings.PagerDuty settings(String base, AlertSettings.From from) {
    return new AlertSettings.PagerDuty(new Secret("key"), URI.create(base), from);
  }

  private PagerDutyChannel channel() {
    return new PagerDutyChannel(
        poster,
        settings("http://127.0.0.1:" + server.port() + "/pd/", AlertSettings.From.CRITICAL),
        new AlertLinks(
            new AlertSettings.Links(
                Optional.of(URI.create("https://r.example")), Optional.empty())));
  }

  private static Due due(String key, Kind kind, String title) {
    Alert alert = new Alert(key, kind, new ServiceName("shop"), "v42", title, List.of("a"), AT);
    return new Due(1, "pagerduty", key + "/journal", alert, 0);
  }

  private JsonNode sent(String path, Due due) throws Exception {
    assertThat(await(channel().deliver(List.of(due)))).isEqualTo(new Channel.Delivery.Sent());
    return new ObjectMapper()
        .readTree(server.findAll(postRequestedFor(urlEqualTo(path))).getLast().getBodyAsString());
  }

  @Test
  void trigger_hasWhatEventsV2Asks() throws Exception {
    JsonNode body = sent("/pd/v2/enqueue", due("watch-17/failed", Kind.FAILED, "shop v42: failed"));

    assertThat(body)
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"event_action":"trigger","dedup_key":"ripcord/journal/shop/v42","payload":{
                      "summary":"shop v42: failed","source":"shop","severity":"critical",
                      "timestamp":"2026-01-02T03:04:05.000Z","component":"shop","class":"failed",
                      "custom_details":{"kind":"failed","service":"shop","release":"v42",
                      "text":"a"}},"client":"Ripcord",
                      "client_url":"https://r.example/releases/17",
                      "links":[{"href":"https://r.example/releases/17","text":"Release page"}],
                      "routing_key":"key"}
                    """));
  }

  @Test
  void resolve_hasTheKeyOfTheTriggerAndNothingElse() throws Exception {
    JsonNode body =
        sent("/pd/v2/enqueue", due("watch-17/rolled-back", Kind.ROLLED_BACK, "healthy again"));

    assertThat(body)
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"event_action":"resolve","dedup_key":"ripcord/journal/shop/v42",
                     "routing_key":"key"}
                    """));
  }

  @ParameterizedTest
  @CsvSource({"RELEASED", "TEST"})
  void releaseAndTest_areChanges_whichPageNobody(Kind kind) throws Exception {
    JsonNode body = sent("/pd/v2/change/enqueue", due("watch-17/x", kind, "shop v42: released"));

    assertThat(body.get("payload").get("summary").asText()).isEqualTo("shop v42: released");
    assertThat(body.has("event_action")).isFalse();
    assertThat(body.has("dedup_key")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "BREACH,warning",
    "ROLLBACK,error",
    "WAITING,error",
    "ASK,critical",
    "CONDEMNED,critical",
  })
  void severity_saysWhetherAPersonIsNeeded(Kind kind, String severity) throws Exception {
    JsonNode body = sent("/pd/v2/enqueue", due("watch-17/x", kind, "t"));

    assertThat(body.get("payload").get("severity").asText()).isEqualTo(severity);
  }

  @Test
  void longTitle_isCutToWhatIsTaken() throws Exception {
    JsonNode body = sent("/pd/v2/enqueue", due("watch-17/x", Kind.FAILED, "😀".repeat(2000)));

    String summary = body.get("payload").get("summary").asText();
    assertThat(summary.codePointCount(0, summary.length())).isEqualTo(1024);
    assertThat(summary).endsWith("…");
  }

  @Test
  void warnings_areGivenOnlyWhereTheyAreAskedFor() {
    assertThat(PagerDutyChannel.route(settings("http://h", AlertSettings.From.CRITICAL)).kinds())
        .contains(Kind.ROLLBACK, Kind.RELEASED, Kind.ROLLED_BACK, Kind.TEST)
        .doesNotContain(Kind.BREACH, Kind.BLIND);
    assertThat(PagerDutyChannel.route(settings("http://h", AlertSettings.From.WARNING)).kinds())
        .containsExactlyInAnyOrderElementsOf(EnumSet.complementOf(EnumSet.of(Kind.ENDED)));
  }
}
