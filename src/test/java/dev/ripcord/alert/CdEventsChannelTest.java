package dev.ripcord.alert;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.http.HttpHeader;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import dev.ripcord.config.AlertSettings;
import dev.ripcord.json.Examples;
import dev.ripcord.port.Alert;
import dev.ripcord.port.Alert.Kind;
import dev.ripcord.port.JournalException;
import dev.ripcord.port.Outbox.Due;
import dev.ripcord.port.Outbox.Story;
import dev.ripcord.release.Secret;
import dev.ripcord.report.Stories;
import dev.ripcord.report.WatchReport;
import dev.ripcord.report.event.CdEventSchemas;
import dev.ripcord.report.event.CdEvents;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CdEventsChannelTest {
  private final Vertx vertx = Vertx.vertx();
  private final WireMockServer server = new WireMockServer(options().dynamicPort());
  private final JsonPoster poster = new JsonPoster(vertx, () -> Examples.AT, Duration.ofSeconds(5));
  private final MemoryOutbox outbox = new MemoryOutbox();

  @BeforeEach
  void begin() {
    server.start();
    server.stubFor(post(anyUrl()).willReturn(aResponse().withStatus(202)));
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

  private CdEventsChannel channel(boolean withJournal) {
    return new CdEventsChannel(
        poster,
        new AlertSettings.CdEvents(
            new Secret("http://127.0.0.1:" + server.port() + "/events?key=1"),
            Optional.of(new Secret("verysecret"))),
        new CdEvents("production", Optional.of("https://r.example")),
        withJournal ? Optional.of(outbox) : Optional.empty());
  }

  private static Due due(Kind kind) {
    String key = "watch-17/" + kind.text() + "/";
    Alert alert =
        new Alert(key, kind, Examples.SHOP, "v42", "shop v42: so", List.of(), Examples.AT);
    return new Due(1, "cdevents", key + "/" + MemoryOutbox.JOURNAL, alert, 0);
  }

  private void tell() {
    WatchReport report = Stories.bad();
    outbox.tell(
        Future.succeededFuture(Optional.of(new Story(report.row(), report.entries(), false))));
  }

  private List<LoggedRequest> received() {
    return server.findAll(postRequestedFor(anyUrl()));
  }

  @Test
  void event_isACloudEventInBinaryMode_andBothSayTheSame() throws Exception {
    tell();

    assertThat(await(channel(true).deliver(List.of(due(Kind.RELEASED)))))
        .isEqualTo(new Channel.Delivery.Sent());

    LoggedRequest request = received().getFirst();
    CdEventSchemas.assertValid(request.getBodyAsString());
    JsonNode context = new ObjectMapper().readTree(request.getBodyAsString()).get("context");
    assertThat(request.getUrl()).isEqualTo("/events?key=1");
    assertThat(request.getHeaders().getHeader("Content-Type").values())
        .containsExactly("application/cdevents+json; charset=utf-8");
    assertThat(request.getHeader("Authorization")).isEqualTo("Bearer verysecret");
    assertThat(request.getHeader("ce-specversion")).isEqualTo("1.0");
    assertThat(request.getHeader("ce-id")).isEqualTo(context.get("id").asText());
    assertThat(request.getHeader("ce-source")).isEqualTo("https://r.example");
    assertThat(request.getHeader("ce-type")).isEqualTo("dev.cdevents.service.upgraded.0.3.0");
    assertThat(request.getHeader("ce-subject")).isEqualTo("shop");
    assertThat(request.getHeader("ce-time")).isEqualTo(context.get("timestamp").asText());
    assertThat(request.getHeaders().all()).extracting(HttpHeader::key).doesNotHaveDuplicates();
  }

  @Test
  void secondEventIsNotTaken_bothAreSentAgain_andAreTheSame() {
    tell();
    server.stubFor(
        post(anyUrl())
            .withHeader("ce-type", equalTo("dev.cdevents.incident.resolved.0.3.0"))
            .willReturn(aResponse().withStatus(503)));

    Channel.Delivery first = await(channel(true).deliver(List.of(due(Kind.ROLLED_BACK))));
    server.stubFor(post(anyUrl()).willReturn(aResponse().withStatus(202)));
    Channel.Delivery second = await(channel(true).deliver(List.of(due(Kind.ROLLED_BACK))));

    assertThat(first).isEqualTo(new Channel.Delivery.Later("answered 503", Optional.empty()));
    assertThat(second).isEqualTo(new Channel.Delivery.Sent());
    List<String> bodies = received().stream().map(LoggedRequest::getBodyAsString).toList();
    assertThat(bodies).hasSize(4);
    assertThat(bodies.subList(2, 4)).isEqualTo(bodies.subList(0, 2));
  }

  @Test
  void journalThatIsAway_isWaitedFor() {
    outbox.tell(Future.failedFuture(new JournalException("no connection")));

    assertThat(await(channel(true).deliver(List.of(due(Kind.ROLLBACK)))))
        .isEqualTo(
            new Channel.Delivery.Later(
                "the journal cannot be read: no connection", Optional.empty()));
    assertThat(received()).isEmpty();
  }

  @Test
  void withoutAJournal_onlyATestIsSent_asAnEventOfOurOwn() {
    CdEventsChannel channel = channel(false);

    assertThat(channel.route().kinds()).containsExactly(Kind.TEST);
    await(channel.deliver(List.of(due(Kind.TEST))));

    assertThat(received())
        .extracting(request -> request.getHeader("ce-type"))
        .containsExactly("dev.cdeventsx.ripcord-channel.tested.0.1.0");
  }
}
