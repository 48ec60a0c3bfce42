package dev.ripcord.alert;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
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
import dev.ripcord.port.Outbox.Firing;
import dev.ripcord.release.Secret;
import dev.ripcord.release.ServiceName;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AlertmanagerChannelTest {
  private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");
  private static final String PATH = "/am/api/v2/alerts";

  private final Vertx vertx = Vertx.vertx();
  private final WireMockServer server = new WireMockServer(options().dynamicPort());
  private final MemoryOutbox outbox = new MemoryOutbox();
  private final JsonPoster poster = new JsonPoster(vertx, () -> AT, Duration.ofSeconds(5));

  @BeforeEach
  void begin() {
    server.start();
    server.stubFor(post(PATH).willReturn(ok()));
    server.stubFor(post("/bad/api/v2/alerts").willReturn(aResponse().withStatus(500)));
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

  private AlertmanagerChannel channel(Optional<URI> daemon, String... paths) {
    return new AlertmanagerChannel(
        poster,
        List.of(paths).stream()
            .map(path -> new Secret("http://127.0.0.1:" + server.port() + path))
            .toList(),
        new AlertLinks(
            new AlertSettings.Links(daemon, daemon.map(base -> base.resolve("/runbooks")))),
        Optional.of(outbox),
        () -> AT);
  }

  private static Alert alert(String key, Kind kind, String release, Instant at) {
    return new Alert(
        key, kind, new ServiceName("shop"), release, "shop: " + kind, List.of("a", "b"), at);
  }

  private static Firing firing(Alert alert) {
    return new Firing(alert, Optional.empty());
  }

  private JsonNode posted() throws Exception {
    return new ObjectMapper()
        .readTree(server.findAll(postRequestedFor(urlEqualTo(PATH))).getLast().getBodyAsString());
  }

  private void repeat(AlertmanagerChannel channel) {
    assertThat(await(channel.repeat())).contains(new Channel.Delivery.Sent());
  }

  @Test
  void whatFires_isPostedWithLabelsAnnotationsAndTimes() throws Exception {
    outbox.fire(firing(alert("watch-17/migration-failed", Kind.MIGRATION_FAILED, "v42", AT)));

    repeat(channel(Optional.of(URI.create("https://r.example/")), "/am/"));

    assertThat(posted())
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    [{"labels":{"alertname":"RipcordMigrationFailed","service":"shop",
                      "severity":"critical","release":"v42"},
                      "annotations":{"summary":"shop: MIGRATION_FAILED","description":"a\\nb",
                      "runbook":"https://r.example/runbooks#migration-failed"},
                      "startsAt":"2026-01-02T03:04:05.000Z","endsAt":"2026-01-02T03:08:05.000Z",
                      "generatorURL":"https://r.example/releases/17"}]
                    """));
  }

  @Test
  void noReleaseAndNoPages_leavesThemOut() throws Exception {
    outbox.fire(firing(alert("service-shop/limit/1", Kind.LIMIT, "", AT)));

    repeat(channel(Optional.empty(), "/am"));

    JsonNode one = posted().get(0);
    assertThat(one.has("generatorURL")).isFalse();
    assertThat(one.get("labels").has("release")).isFalse();
    assertThat(one.get("annotations").get("runbook").asText()).isEqualTo("docs/guide-sre.md#limit");
  }

  @Test
  void sameLabelsTwice_areOneAlertSinceTheFirst_withTheLastWords() throws Exception {
    Alert first = alert("watch-1/waiting/a", Kind.WAITING, "v1", AT.minusSeconds(60));
    Alert ended = alert("watch-1/waiting/0", Kind.WAITING, "v1", AT.minusSeconds(90));
    Alert last =
        new Alert("k", Kind.WAITING, first.service(), "v1", "last", List.of(), AT.minusSeconds(30));
    outbox.fire(new Firing(ended, Optional.of(AT.minusSeconds(80))), firing(first), firing(last));

    repeat(channel(Optional.empty(), "/am"));

    assertThat(posted()).hasSize(1);
    assertThat(posted().get(0).get("startsAt").asText()).isEqualTo("2026-01-02T03:03:05.000Z");
    assertThat(posted().get(0).get("annotations").get("summary").asText()).isEqualTo("last");
  }

  @Test
  void whatHasEnded_isResolvedUnderTheSameLabelsForAQuarterOfAnHour() throws Exception {
    Alert alert = alert("watch-1/breach/2", Kind.BREACH, "v1", AT.minusSeconds(60));
    outbox.fire(new Firing(alert, Optional.of(AT.minusSeconds(10))));
    AlertmanagerChannel channel = channel(Optional.empty(), "/am");

    repeat(channel);

    assertThat(posted().get(0).get("endsAt").asText()).isEqualTo("2026-01-02T03:03:55.000Z");
    outbox.fire(new Firing(alert, Optional.of(AT.minus(Duration.ofMinutes(15)))));
    assertThat(await(channel.repeat())).isEmpty();
  }

  @Test
  void whatNothingTakesBack_isRepeatedForItsTimeOnly() {
    AlertmanagerChannel channel = channel(Optional.empty(), "/am");
    outbox.fire(firing(alert("a", Kind.BUDGET, "", AT.minus(Duration.ofHours(7)))));
    assertThat(await(channel.repeat())).isEmpty();
    outbox.fire(firing(alert("a", Kind.FAILED, "v1", AT.minus(Duration.ofDays(6)))));
    assertThat(await(channel.repeat())).isPresent();
    outbox.fire(firing(alert("a", Kind.FAILED, "v1", AT.minus(Duration.ofDays(8)))));
    assertThat(await(channel.repeat())).isEmpty();
  }

  @Test
  void clockSetBackSince_givesNoEndBeforeTheBeginning() throws Exception {
    outbox.fire(
        new Firing(
            alert("a", Kind.BREACH, "v1", AT.plusSeconds(30)), Optional.of(AT.plusSeconds(10))));

    repeat(channel(Optional.empty(), "/am"));

    JsonNode one = posted().get(0);
    assertThat(one.get("endsAt")).isEqualTo(one.get("startsAt"));
  }

  @Test
  void oneOfTwoFails_isEnough_andBothWereAsked() {
    outbox.fire(firing(alert("a", Kind.BREACH, "v1", AT)));

    repeat(channel(Optional.empty(), "/bad", "/am"));

    server.verify(1, postRequestedFor(urlEqualTo("/bad/api/v2/alerts")));
    server.verify(1, postRequestedFor(urlEqualTo(PATH)));
    assertThat(await(channel(Optional.empty(), "/bad", "/bad").repeat()))
        .contains(new Channel.Delivery.Later("answered 500", Optional.empty()));
  }

  @Test
  void testAlert_hasEndedWhenItIsSent() throws Exception {
    AlertSettings settings =
        new AlertSettings(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(new Secret("http://127.0.0.1:" + server.port() + "/am")),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            AlertSettings.Links.NONE);
    RetryPolicy pace = RetryPolicy.standard(() -> AT, new java.util.Random(1));

    assertThat(await(Alerts.once(vertx, settings, pace, alert("doctor/1", Kind.TEST, "", AT), "")))
        .isEmpty();

    assertThat(posted().get(0).get("endsAt").asText()).isEqualTo("2026-01-02T03:04:05.000Z");
    assertThat(posted().get(0).get("labels").get("severity").asText()).isEqualTo("good");
  }
}
