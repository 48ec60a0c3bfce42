package dev.ripcord.alert;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.github.tomakehurst.wiremock.WireMockServer;
import dev.ripcord.FreePort;
import dev.ripcord.config.AlertSettings;
import dev.ripcord.port.Alert;
import dev.ripcord.port.Outbox;
import dev.ripcord.release.Secret;
import dev.ripcord.release.ServiceName;
import dev.ripcord.report.Stories;
import dev.ripcord.report.WatchReport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** What holds for every channel that speaks HTTP: {@link EmailChannelTest} shows it of mail. */
class ChannelConformanceTest {
  private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");

  private final Vertx vertx = Vertx.vertx();
  private final WireMockServer server = new WireMockServer(options().dynamicPort());
  private final MemoryOutbox outbox = new MemoryOutbox();
  private final Map<String, Integer> counts = new ConcurrentHashMap<>();
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private Duration deadline = Duration.ofSeconds(15);
  private Optional<Alerts> alerts = Optional.empty();

  @BeforeEach
  void begin() {
    server.start();
    WatchReport ended = Stories.good();
    outbox.tell(
        Future.succeededFuture(Optional.of(new Outbox.Story(ended.row(), ended.entries(), false))));
    log.start();
    ((Logger) LoggerFactory.getLogger("dev.ripcord")).addAppender(log);
  }

  @AfterEach
  void end() {
    ((Logger) LoggerFactory.getLogger("dev.ripcord")).detachAppender(log);
    alerts.ifPresent(a -> await(a.stop()));
    server.stop();
    await(vertx.close());
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .noneMatch(line -> line.contains("verysecret") || line.contains("http:"));
    assertThat(outbox.log()).noneMatch(line -> line.contains("verysecret"));
  }

  private static <T> T await(Future<T> future) {
    return future.timeout(20, TimeUnit.SECONDS).await();
  }

  static Stream<String> channels() {
    return Stream.of("slack", "webhook", "alertmanager", "pagerduty", "cdevents", "traces");
  }

  /** One channel that goes to a port of this machine. */
  private static AlertSettings only(String channel, int port) {
    Secret url = new Secret("http://127.0.0.1:" + port + "/verysecret");
    Optional<Secret> none = Optional.empty();
    return new AlertSettings(
        channel.equals("slack") ? Optional.of(url) : none,
        Optional.empty(),
        channel.equals("webhook") ? Optional.of(url) : none,
        Optional.of(new Secret("verysecret")),
        channel.equals("alertmanager") ? List.of(url) : List.of(),
        channel.equals("pagerduty")
            ? Optional.of(
                new AlertSettings.PagerDuty(
                    new Secret("verysecret"),
                    URI.create("http://127.0.0.1:" + port),
                    AlertSettings.From.CRITICAL))
            : Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        AlertSettings.Links.NONE,
        new AlertSettings.Programs(
            "production",
            channel.equals("cdevents")
                ? Optional.of(
                    new AlertSettings.CdEvents(url, Optional.of(new Secret("verysecret"))))
                : Optional.empty(),
            channel.equals("traces")
                ? Optional.of(
                    new AlertSettings.Traces(url, Map.of("key", new Secret("verysecret"))))
                : Optional.empty()));
  }

  private Alerts started(AlertSettings settings, InstantSource clock) {
    RetryPolicy pace =
        new RetryPolicy(
            clock,
            () -> 0.5,
            Duration.ofMillis(20),
            Duration.ofMillis(20),
            Duration.ofMillis(100),
            deadline,
            Duration.ofHours(24));
    Alerts started =
        new Alerts(
            vertx,
            outbox,
            settings,
            pace,
            (channel, outcome) -> counts.merge(channel + " " + outcome, 1, Integer::sum));
    alerts = Optional.of(started);
    await(started.start());
    return started;
  }

  /** Written, and firing for a channel that asks what fires only when it is told to. */
  private void put(String channel, String key) {
    Alert alert =
        new Alert(
            key,
            Alert.Kind.ROLLBACK,
            new ServiceName("shop"),
            "v42",
            "shop v42: rolling back",
            List.of("why"),
            InstantSource.system().instant());
    outbox.put(channel, alert);
    outbox.fire(new Outbox.Firing(alert, Optional.empty()));
  }

  @ParameterizedTest
  @MethodSource("channels")
  void anyOf2xx_isTaken(String channel) {
    server.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(202)));
    put(channel, "k1");

    Alerts started = started(only(channel, server.port()), InstantSource.system());
    assertThat(await(started.flush(Duration.ofSeconds(60)))).isTrue();

    assertThat(outbox.log()).containsExactly("delivered " + channel + " k1");
    assertThat(counts).containsOnlyKeys(channel + " sent");
  }

  @ParameterizedTest
  @MethodSource("channels")
  void serverError_isTriedAgainUntilItIsTaken(String channel) {
    server.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(503)));
    put(channel, "k1");
    Alerts started = started(only(channel, server.port()), InstantSource.system());
    await(outbox.logged(2));
    server.stubFor(any(anyUrl()).willReturn(ok()));

    assertThat(await(started.flush(Duration.ofSeconds(60)))).isTrue();

    assertThat(outbox.log())
        .startsWith("retry " + channel + " k1: answered 503")
        .endsWith("delivered " + channel + " k1");
    assertThat(counts).containsKeys(channel + " retried", channel + " sent");
  }

  @ParameterizedTest
  @MethodSource("channels")
  void tooMany_isLeftAloneAsLongAsItAsks(String channel) {
    server.stubFor(
        any(anyUrl()).willReturn(aResponse().withStatus(429).withHeader("Retry-After", "7")));
    put(channel, "k1");
    started(only(channel, server.port()), () -> AT);
    await(outbox.logged(1));

    assertThat(outbox.nextTry(1)).isEqualTo(AT.plusSeconds(7));
  }

  @ParameterizedTest
  @MethodSource("channels")
  void refusal_isGivenUp_andTheNextOneIsTold(String channel) {
    server.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(400).withBody("verysecret!")));
    put(channel, "k1");
    Alerts started = started(only(channel, server.port()), InstantSource.system());
    await(outbox.logged(1));
    server.stubFor(any(anyUrl()).willReturn(ok()));
    put(channel, "k2");

    assertThat(await(started.flush(Duration.ofSeconds(60)))).isTrue();

    assertThat(outbox.log())
        .containsExactly(
            "gave up " + channel + " k1: answered 400: check the address and what it allows",
            "delivered " + channel + " k2");
    assertThat(counts).containsEntry(channel + " gave-up", 1);
  }

  @ParameterizedTest
  @MethodSource("channels")
  void nobodyThere_isTriedAgain(String channel) {
    put(channel, "k1");
    started(only(channel, FreePort.next()), InstantSource.system());
    await(outbox.logged(2));

    assertThat(outbox.log())
        .startsWith("retry " + channel + " k1: no connection: refused or unreachable");
  }

  @ParameterizedTest
  @MethodSource("channels")
  void hang_endsAtTheDeadline(String channel) {
    deadline = Duration.ofSeconds(2);
    server.stubFor(any(anyUrl()).willReturn(ok().withFixedDelay(60_000)));
    put(channel, "k1");
    started(only(channel, server.port()), InstantSource.system());
    await(outbox.logged(1));

    assertThat(outbox.log()).startsWith("retry " + channel + " k1: no whole answer within 2000 ms");
  }
}
