package dev.ripcord.alert;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import dev.ripcord.alert.Channel.Delivery;
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
import dev.ripcord.report.trace.Otlp;
import dev.ripcord.watch.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TracesChannelTest {
  private final Vertx vertx = Vertx.vertx();
  private final WireMockServer server = new WireMockServer(options().dynamicPort());
  private final JsonPoster poster = new JsonPoster(vertx, () -> Examples.AT, Duration.ofSeconds(5));
  private final MemoryOutbox outbox = new MemoryOutbox();

  @BeforeEach
  void begin() {
    server.start();
    answer(okJson("{}"));
    WatchReport report = Stories.bad();
    outbox.tell(
        Future.succeededFuture(Optional.of(new Story(report.row(), report.entries(), false))));
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

  private void answer(ResponseDefinitionBuilder answer) {
    server.stubFor(post(anyUrl()).willReturn(answer));
  }

  private TracesChannel channel(String path, boolean withJournal) {
    return new TracesChannel(
        poster,
        new AlertSettings.Traces(
            new Secret("http://127.0.0.1:" + server.port() + path),
            Map.of("Authorization", new Secret("Bearer verysecret"))),
        "staging",
        withJournal ? Optional.of(outbox) : Optional.empty());
  }

  private Delivery delivered() {
    Alert ended = Alert.ended(17, Examples.SHOP, "v42", Outcome.ROLLED_BACK, Examples.AT);
    Due due = new Due(1, "traces", ended.key() + "/" + MemoryOutbox.JOURNAL, ended, 0);
    return await(channel("", true).deliver(List.of(due)));
  }

  private List<LoggedRequest> received() {
    return server.findAll(postRequestedFor(anyUrl()));
  }

  @Test
  void watchThatEnded_isATrace_andTheSameWhenItIsSentAgain() {
    assertThat(delivered()).isEqualTo(new Delivery.Sent());
    assertThat(delivered()).isEqualTo(new Delivery.Sent());

    LoggedRequest request = received().getFirst();
    assertThat(request.getUrl()).isEqualTo("/v1/traces");
    assertThat(request.getHeaders().getHeader("Content-Type").values())
        .containsExactly("application/json");
    assertThat(request.getHeader("Authorization")).isEqualTo("Bearer verysecret");
    assertThat(
            Otlp.read(request.getBodyAsString())
                .getResourceSpans(0)
                .getScopeSpans(0)
                .getSpansCount())
        .isEqualTo(6);
    assertThat(received().getLast().getBodyAsString()).isEqualTo(request.getBodyAsString());
  }

  @ParameterizedTest
  @CsvSource({
    "/otlp,/otlp/v1/traces",
    "/otlp/,/otlp/v1/traces",
    "/api/v1/traces,/api/v1/traces",
  })
  void path_isAppendedWhereItIsMissing(String given, String asked) {
    Alert test = new Alert("t", Kind.TEST, Examples.SHOP, "", "t", List.of(), Examples.AT);

    await(channel(given, false).deliver(List.of(new Due(0, "traces", "t", test, 0))));

    assertThat(received()).extracting(LoggedRequest::getUrl).containsExactly(asked);
    assertThat(Otlp.read(received().getFirst().getBodyAsString()).getResourceSpansCount()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 502, 503, 504})
  void failureThatPasses_isTriedAgain_whenTheReceiverSays(int status) {
    answer(aResponse().withStatus(status).withHeader("Retry-After", "7"));

    assertThat(delivered())
        .isEqualTo(new Delivery.Later("answered " + status, Optional.of(Duration.ofSeconds(7))));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 404, 408, 413, 500, 501})
  void failureThatDoesNotPass_isGivenUp(int status) {
    answer(aResponse().withStatus(status).withBody("Bearer verysecret"));

    assertThat(delivered())
        .isEqualTo(
            new Delivery.Never("answered " + status + ": check the address and what it allows"));
  }

  @Test
  void partThatIsRefused_isToldAndNotSentAgain() {
    answer(
        okJson("{\"partialSuccess\":{\"rejectedSpans\":\"2\",\"errorMessage\":\"verysecret\"}}"));

    assertThat(delivered()).isEqualTo(new Delivery.Never("2 of its spans were refused"));
  }

  @Test
  void warningOfAReceiverThatTookAll_isNoTrouble() {
    answer(okJson("{\"partialSuccess\":{\"rejectedSpans\":\"0\",\"errorMessage\":\"soon\"}}"));

    assertThat(delivered()).isEqualTo(new Delivery.Sent());
  }

  @Test
  void watchThatIsGoneFromTheJournal_isGivenUp_andAJournalThatIsAwayWaitedFor() {
    outbox.tell(Future.succeededFuture(Optional.empty()));
    assertThat(delivered()).isEqualTo(new Delivery.Never("its watch is not in the journal"));

    outbox.tell(Future.failedFuture(new JournalException("no connection")));
    assertThat(delivered())
        .isEqualTo(
            new Delivery.Later("the journal cannot be read: no connection", Optional.empty()));
    assertThat(received()).isEmpty();
  }

  @Test
  void itIsGivenEnds_andAloneATest() {
    assertThat(channel("", true).route().kinds()).containsExactlyInAnyOrder(Kind.ENDED, Kind.TEST);
    assertThat(channel("", false).route().kinds()).containsExactly(Kind.TEST);
  }
}
