package dev.ripcord.alert;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import dev.ripcord.FreePort;
import dev.ripcord.config.AlertSettings;
import dev.ripcord.port.Alert;
import dev.ripcord.release.Secret;
import dev.ripcord.release.ServiceName;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class AlertsTest {
  private static final String SECRET_PATH = "/services/T0/B0/verysecret";
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
    log.start();
    ((Logger) LoggerFactory.getLogger("dev.ripcord.alert")).addAppender(log);
  }

  @AfterEach
  void end() throws Exception {
    ((Logger) LoggerFactory.getLogger("dev.ripcord.alert")).detachAppender(log);
    alerts.ifPresent(a -> await(a.stop()));
    server.stop();
    await(vertx.close());
  }

  private static <T> T await(Future<T> future) {
    return future.timeout(20, TimeUnit.SECONDS).await();
  }

  private RetryPolicy pace(InstantSource clock) {
    return new RetryPolicy(
        clock,
        () -> 0.5,
        Duration.ofMillis(20),
        Duration.ofMillis(20),
        Duration.ofMillis(100),
        deadline,
        Duration.ofHours(24));
  }

  private Alerts started(AlertSettings settings, InstantSource clock) {
    Alerts started =
        new Alerts(
            vertx,
            outbox,
            settings,
            pace(clock),
            (channel, outcome) -> counts.merge(channel + " " + outcome, 1, Integer::sum));
    alerts = Optional.of(started);
    await(started.start());
    return started;
  }

  private Alerts slack() {
    return started(
        new AlertSettings(Optional.of(url(SECRET_PATH)), Optional.of("#ops"), Optional.empty()),
        () -> AT);
  }

  private Alerts realTimeSlack() {
    return started(
        new AlertSettings(Optional.of(url(SECRET_PATH)), Optional.empty(), Optional.empty()),
        InstantSource.system());
  }

  private Secret url(String path) {
    return new Secret("http://127.0.0.1:" + server.port() + path);
  }

  private static Alert alert(String key, String title, String... lines) {
    return new Alert(
        key,
        Alert.Kind.ROLLBACK,
        new ServiceName("shop"),
        "v42",
        title,
        Arrays.asList(lines),
        Instant.now());
  }

  private JsonNode lastBody(String path) throws Exception {
    List<LoggedRequest> requests = server.findAll(postRequestedFor(urlEqualTo(path)));
    return new ObjectMapper().readTree(requests.getLast().getBodyAsString());
  }

  @Test
  void slack_answersOk_getsTextAndBlocks() throws Exception {
    server.stubFor(post(SECRET_PATH).willReturn(ok("ok")));
    outbox.put("slack", alert("k1", "shop v42: rolling back", "Rate <9%> & more", "Do nothing."));

    assertThat(await(slack().flush(Duration.ofSeconds(60)))).isTrue();

    JsonNode body = lastBody(SECRET_PATH);
    assertThat(body.get("channel").textValue()).isEqualTo("#ops");
    assertThat(body.get("username").textValue()).isEqualTo("Ripcord");
    assertThat(body.get("text").textValue())
        .isEqualTo("✖ shop v42: rolling back\nRate &lt;9%&gt; &amp; more\nDo nothing.");
    assertThat(body.get("blocks").findValuesAsText("type"))
        .containsExactly("header", "plain_text", "section", "plain_text", "context", "plain_text");
    assertThat(outbox.log()).containsExactly("delivered slack k1");
    assertThat(counts).containsExactly(Map.entry("slack sent", 1));
  }

  @Test
  void slack_longMessage_isCutToItsLimits() throws Exception {
    server.stubFor(post(SECRET_PATH).willReturn(ok()));
    outbox.put("slack", alert("k1", "t".repeat(500), "😀<".repeat(2000)));

    assertThat(await(slack().flush(Duration.ofSeconds(60)))).isTrue();

    JsonNode blocks = lastBody(SECRET_PATH).get("blocks");
    String header = blocks.get(0).get("text").get("text").textValue();
    String section = blocks.get(1).get("text").get("text").textValue();
    assertThat(header).hasSizeLessThanOrEqualTo(150).endsWith("…");
    assertThat(section).hasSizeBetween(2990, 3000).matches("(?s)(😀(&lt;)?)+…|(😀&lt;)+…");
  }

  @Test
  void slack_500Then200_isTriedAgain() {
    failsOnceWith(500, "");
    outbox.put("slack", alert("k1", "title"));

    assertThat(await(realTimeSlack().flush(Duration.ofSeconds(60)))).isTrue();

    assertThat(outbox.log()).containsExactly("retry slack k1: answered 500", "delivered slack k1");
    assertThat(counts).containsOnly(Map.entry("slack retried", 1), Map.entry("slack sent", 1));
  }

  private void failsOnceWith(int status, String retryAfter) {
    var failure = aResponse().withStatus(status);
    server.stubFor(
        post(SECRET_PATH)
            .inScenario("once")
            .whenScenarioStateIs(Scenario.STARTED)
            .willReturn(
                retryAfter.isEmpty() ? failure : failure.withHeader("Retry-After", retryAfter))
            .willSetStateTo("well"));
    server.stubFor(
        post(SECRET_PATH).inScenario("once").whenScenarioStateIs("well").willReturn(ok()));
  }

  @Test
  void slack_429_isLeftAloneAsLongAsItAsks() {
    failsOnceWith(429, "7");
    outbox.put("slack", alert("k1", "title"));
    slack();

    await(outbox.logged(1));

    assertThat(outbox.nextTry(1)).isEqualTo(AT.plusSeconds(7));
  }

  @Test
  void slack_404_isGivenUpAndTheNextOneIsTold() {
    server.stubFor(
        post(SECRET_PATH)
            .inScenario("once")
            .whenScenarioStateIs(Scenario.STARTED)
            .willReturn(aResponse().withStatus(404).withBody("no_service"))
            .willSetStateTo("well"));
    server.stubFor(
        post(SECRET_PATH).inScenario("once").whenScenarioStateIs("well").willReturn(ok()));
    outbox.put("slack", alert("k1", "title"));
    outbox.put("slack", alert("k2", "title"));

    assertThat(await(slack().flush(Duration.ofSeconds(60)))).isTrue();

    assertThat(outbox.log())
        .containsExactly(
            "gave up slack k1: answered 404 no_service: check the address and what it allows",
            "delivered slack k2");
    assertThat(counts).containsOnly(Map.entry("slack gave-up", 1), Map.entry("slack sent", 1));
    assertThat(log.list).isNotEmpty();
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .noneMatch(line -> line.contains("verysecret") || line.contains("http"));
  }

  @Test
  void slack_hangs_doesNotHoldUpTheWebhook() {
    server.stubFor(post(SECRET_PATH).willReturn(ok().withFixedDelay(60_000)));
    server.stubFor(post("/hook").willReturn(ok()));
    outbox.put("slack", alert("k1", "title"));
    outbox.put("webhook", alert("k1", "title"));

    deadline = Duration.ofSeconds(2);
    started(
        new AlertSettings(
            Optional.of(url(SECRET_PATH)), Optional.empty(), Optional.of(url("/hook"))),
        InstantSource.system());
    await(outbox.logged(2));

    assertThat(outbox.log())
        .startsWith("delivered webhook k1", "retry slack k1: no whole answer within 2000 ms");
  }

  @Test
  void slack_drips_isCutOffAtTheDeadline() {
    server.stubFor(
        post(SECRET_PATH).willReturn(ok("o".repeat(100)).withChunkedDribbleDelay(100, 60_000)));
    outbox.put("slack", alert("k1", "title"));

    deadline = Duration.ofSeconds(1);
    realTimeSlack();
    await(outbox.logged(1));

    assertThat(outbox.log()).startsWith("retry slack k1: no whole answer within 1000 ms");
  }

  @Test
  void slack_refusesConnections_isRetriedInOrder() throws Exception {
    int port = FreePort.next();
    outbox.put("slack", alert("k1", "title"));
    outbox.put("slack", alert("k2", "title"));
    Secret closed = new Secret("http://127.0.0.1:" + port + SECRET_PATH);

    Alerts slack =
        started(
            new AlertSettings(Optional.of(closed), Optional.empty(), Optional.empty()),
            InstantSource.system());
    assertThat(await(slack.flush(Duration.ofMillis(10)))).isFalse();
    await(outbox.logged(4));

    assertThat(outbox.log().subList(0, 4))
        .containsExactly(
            "retry slack k1: no connection: refused or unreachable",
            "retry slack k1: no connection: refused or unreachable",
            "retry slack k1: no connection: refused or unreachable",
            "retry slack k1: no connection: refused or unreachable");
    assertThat(outbox.attempts(2)).isZero();
  }

  @Test
  void alerts_thatComeWhileOneIsTriedOrWaits_stayInOrder() {
    deadline = Duration.ofSeconds(1);
    server.stubFor(
        post(SECRET_PATH)
            .inScenario("once")
            .whenScenarioStateIs(Scenario.STARTED)
            .willReturn(ok().withFixedDelay(60_000))
            .willSetStateTo("well"));
    server.stubFor(
        post(SECRET_PATH).inScenario("once").whenScenarioStateIs("well").willReturn(ok()));
    outbox.put("slack", alert("k1", "title"));
    Alerts slack = realTimeSlack();
    outbox.put("slack", alert("k2", "title"));
    slack.wake();
    await(outbox.logged(1));
    outbox.put("slack", alert("k3", "title"));

    assertThat(await(slack.flush(Duration.ofSeconds(60)))).isTrue();

    assertThat(outbox.log().stream().filter(line -> line.startsWith("delivered")))
        .containsExactly("delivered slack k1", "delivered slack k2", "delivered slack k3");
  }

  @Test
  void alert_failsForADay_isGivenUp() {
    server.stubFor(post(SECRET_PATH).willReturn(aResponse().withStatus(503)));
    outbox.put("slack", alert("k1", "title"));
    Alerts late =
        started(
            new AlertSettings(Optional.of(url(SECRET_PATH)), Optional.empty(), Optional.empty()),
            () -> Instant.now().plus(Duration.ofHours(25)));

    assertThat(await(late.flush(Duration.ofSeconds(60)))).isTrue();

    assertThat(outbox.log()).containsExactly("gave up slack k1: answered 503, for 24 h");
  }

  @Test
  void delivered_andNotMarked_isMarkedLaterAndNotSentTwice() {
    server.stubFor(post(SECRET_PATH).willReturn(ok()));
    outbox.failMarks(2);
    outbox.put("slack", alert("k1", "title"));

    assertThat(await(realTimeSlack().flush(Duration.ofSeconds(60)))).isTrue();

    assertThat(outbox.log())
        .containsExactly("mark failed k1", "mark failed k1", "delivered slack k1");
    server.verify(1, postRequestedFor(urlEqualTo(SECRET_PATH)));
  }

  @Test
  void webhook_getsOurJsonAndTheKey() throws Exception {
    server.stubFor(post("/hook").willReturn(ok()));
    Alert alert =
        new Alert(
            "watch-17 é",
            Alert.Kind.MIGRATION_FAILED,
            new ServiceName("shop"),
            "",
            "t",
            List.of("a", "b"),
            AT);
    outbox.put("webhook", alert);

    Alerts hook =
        started(
            new AlertSettings(Optional.empty(), Optional.empty(), Optional.of(url("/hook"))),
            () -> AT);
    assertThat(await(hook.flush(Duration.ofSeconds(60)))).isTrue();

    LoggedRequest request = server.findAll(postRequestedFor(urlEqualTo("/hook"))).getFirst();
    assertThat(request.getBodyAsString())
        .isEqualTo(
            "{\"key\":\"watch-17 é/"
                + MemoryOutbox.JOURNAL
                + "\",\"kind\":\"migration-failed\",\"severity\":\"critical\","
                + "\"service\":\"shop\",\"release\":null,\"title\":\"t\",\"lines\":[\"a\",\"b\"],"
                + "\"time\":\"2026-01-02T03:04:05.000Z\"}");
    assertThat(request.getHeader("Idempotency-Key"))
        .isEqualTo("watch-17+%C3%A9%2F" + MemoryOutbox.JOURNAL);
  }

  @Test
  void webhook_withASecret_signsItsBodyWhichSaysWhenItWasSent() throws Exception {
    server.stubFor(post("/hook").willReturn(ok()));
    outbox.put("webhook", alert("watch-17/rollback", "größer"));

    Alerts hook =
        started(
            new AlertSettings(
                Optional.empty(),
                Optional.empty(),
                Optional.of(url("/hook")),
                Optional.of(new Secret("s3cret")),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                links()),
            () -> AT);
    assertThat(await(hook.flush(Duration.ofSeconds(60)))).isTrue();

    LoggedRequest request = server.findAll(postRequestedFor(urlEqualTo("/hook"))).getFirst();
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec("s3cret".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    assertThat(request.getHeader("X-Ripcord-Signature-256"))
        .isEqualTo("sha256=" + HexFormat.of().formatHex(mac.doFinal(request.getBody())));
    JsonNode body = lastBody("/hook");
    assertThat(body.get("sentAt").asText()).isEqualTo("2026-01-02T03:04:05.000Z");
    assertThat(body.get("page").asText()).isEqualTo("https://r.example/releases/17");
    assertThat(body.get("runbook").asText()).isEqualTo("https://wiki.example#rollback");
  }

  @Test
  void slack_withPages_getsALineOfLinksBeforeTheOrigin() throws Exception {
    server.stubFor(post(SECRET_PATH).willReturn(ok()));
    outbox.put("slack", alert("service-shop/limit/1", "title", "line"));

    Alerts slack =
        started(
            new AlertSettings(
                Optional.of(url(SECRET_PATH)),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                links()),
            () -> AT);
    assertThat(await(slack.flush(Duration.ofSeconds(60)))).isTrue();

    JsonNode blocks = lastBody(SECRET_PATH).get("blocks");
    assertThat(blocks.get(2).get("text").get("type").asText()).isEqualTo("mrkdwn");
    assertThat(blocks.get(2).get("text").get("text").asText())
        .isEqualTo(
            "<https://r.example/services/shop|Service page> · "
                + "<https://wiki.example#rollback|What to do>");
  }

  private static AlertSettings.Links links() {
    return new AlertSettings.Links(
        Optional.of(URI.create("https://r.example/")),
        Optional.of(URI.create("https://wiki.example")));
  }

  @Test
  void alert_ofAChannelNobodyConfigured_doesNotKeepAFlushWaiting() {
    outbox.put("pager", alert("k1", "title"));

    assertThat(await(slack().flush(Duration.ofSeconds(60)))).isTrue();

    assertThat(outbox.log()).isEmpty();
  }

  @Test
  void stop_whileAnAlertHangs_endsWithItsDeadlineAndSendsNothingMore() {
    server.stubFor(post(SECRET_PATH).willReturn(ok().withFixedDelay(60_000)));
    outbox.put("slack", alert("k1", "title"));
    outbox.put("slack", alert("k2", "title"));
    deadline = Duration.ofSeconds(1);
    Alerts stopping = realTimeSlack();
    Future<Boolean> flush = stopping.flush(Duration.ofSeconds(60));

    await(stopping.stop());

    assertThat(await(flush)).isFalse();
    assertThat(outbox.log()).noneMatch(line -> line.startsWith("delivered"));
    assertThat(server.getAllServeEvents()).hasSizeLessThanOrEqualTo(1);
  }

  @Test
  void address_thatIsNoUrl_isRefusedWithoutShowingIt() {
    AlertSettings bad =
        new AlertSettings(
            Optional.of(new Secret("ht tp://verysecret")), Optional.empty(), Optional.empty());

    assertThatThrownBy(() -> new Alerts(vertx, outbox, bad, pace(() -> AT), (_, _) -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("alerts.slack is not an http:// or https:// URL")
        .hasNoCause();
  }

  @Test
  void wait_growsAndIsBounded() {
    RetryPolicy pace = RetryPolicy.standard(() -> AT, new java.util.Random(7));
    for (int failures = 0; failures < 60; failures++) {
      Duration wait = pace.waitAfter(failures, Optional.empty());
      assertThat(wait).isBetween(Duration.ofMillis(500), Duration.ofMinutes(5));
    }
    assertThat(pace.waitAfter(50, Optional.empty())).isGreaterThan(Duration.ofSeconds(149));
    assertThat(pace.waitAfter(0, Optional.of(Duration.ofSeconds(30)))).hasSeconds(30);
    assertThat(pace.waitAfter(0, Optional.of(Duration.ofDays(9)))).hasHours(1);
  }
}
