package dev.ripcord.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.health.Counts;
import dev.ripcord.health.Liveness;
import dev.ripcord.health.Reason;
import dev.ripcord.health.Sample;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What answers mean that other clients read, or that no client reads. */
class ProbeAnswersTest {
  private static final Duration NO_SPREAD = Duration.ZERO;
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  private static final String OK = "\r\nContent-Length: 2\r\n\r\nok";

  private final Services services = new Services();

  @AfterEach
  void close() {
    services.close();
  }

  private Sample pollUrl(String url, Duration timeout) {
    return services.poll(services.probe(Optional.of(url), Optional.empty(), timeout), NO_SPREAD);
  }

  private void assertWell(String name, String answer) {
    Sample sample = pollUrl(services.bytes(answer), LONG);
    assertThat(sample.reasons()).as(name).isEmpty();
    assertThat(sample.counts()).as(name).contains(new Counts(10, 0));
    assertThat(sample.liveness()).as(name).isEqualTo(Liveness.ANSWERS);
  }

  private Reason assertUnknown(String name, String url) {
    Sample sample = pollUrl(url, LONG);
    assertThat(sample.counts()).as(name).isEmpty();
    assertThat(sample.liveness()).as(name).isNotEqualTo(Liveness.SILENT);
    return sample.reasons().getFirst();
  }

  private static Map<String, String> chunks() {
    return Map.of(
        "extension", CHUNKED + "2;a=b\r\nok\r\n0\r\n\r\n",
        "quoted extension", CHUNKED + "2;a=\"b;\\\"c\"\r\nok\r\n0\r\n\r\n",
        "extension of the last chunk", CHUNKED + "2\r\nok\r\n0;a=b\r\n\r\n",
        "extension without a value", CHUNKED + "2;a\r\nok\r\n0;a\r\n\r\n",
        "length beside chunks",
            CHUNKED.replace("\r\n\r\n", "\r\nContent-Length: 9\r\n\r\n") + "2\r\nok\r\n0\r\n\r\n",
        "chunks in HTTP/1.0", CHUNKED.replace("1.1", "1.0") + "2\r\nok\r\n0\r\n\r\n");
  }

  @Test
  void a14_chunkExtension_isIgnored() {
    chunks().forEach(this::assertWell);
  }

  @Test
  void a14_linesThatEndInLineFeed_areRead() {
    assertWell("lf", "HTTP/1.1 200 OK\nContent-Length: 2\n\nok");
    Sample down = pollUrl(services.bytes("HTTP/1.1 503 No\nContent-Length: 2\n\nno"), LONG);
    assertThat(down.liveness()).isEqualTo(Liveness.SILENT);
    assertThat(down.status()).hasValue(503);
  }

  @Test
  void a14_largeHeaders_areRead() {
    assertWell("40 KB", "HTTP/1.1 200 OK\r\nX-A: " + "a".repeat(40_000) + OK);
    assertWell("300 KB", "HTTP/1.1 200 OK\r\nX-A: " + "a".repeat(300_000) + OK);
    assertWell("5000 headers", "HTTP/1.1 200 OK\r\n" + "X-A: a\r\n".repeat(5000) + OK.strip());
    assertWell("long reason", "HTTP/1.1 200 " + "O".repeat(10_000) + OK);
    String endless = "HTTP/1.1 200 OK\r\nX-A: " + "a".repeat(2_000_000) + OK;
    Reason reason = assertUnknown("2 MB", services.bytes(endless));
    assertThat(reason.text()).contains("cannot be read: headers above 1 MiB");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200",
        "HTTP/1.1 200 ",
        "HTTP/1.1  200  OK",
        "http/1.1 200 OK",
        "HTTP/1.0 200 OK",
        "HTTP/1.2 200 OK",
        "\r\n\r\nHTTP/1.1 200 OK",
        "HTTP/1.1 200 OK\r\nX-A: a\rb",
        "HTTP/1.1 200 OK\r\nX-A: a\r\n  b\r\n\tc",
        "HTTP/1.1 200 OK\r\nX-A : a",
        "HTTP/1.1 200 OK\r\nX A(): \u0001",
        "HTTP/1.1 200 OK\r\nContent-Length: 2",
      })
  void a14_oddHead_isRead(String head) {
    assertWell(head, head + OK);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSH-2.0-x\r\n\r\n",
        "<html>ok</html>",
        "ICY 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "\u0015\u0003\u0001",
        "HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/0.9 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 abc OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\rContent-Length: 2\r\rok",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nok",
        CHUNKED + "zz\r\nok\r\n0\r\n\r\n",
      })
  void a14_answerThatNobodyReads_isUnknown(String answer) {
    Reason reason = assertUnknown(answer, services.bytes(answer));
    assertThat(reason.code()).isEqualTo(Reason.Code.PARSE);
    assertThat(reason.text()).contains("url sent an answer that cannot be read: it");
  }

  @Test
  void a14_programThatSpeaksSomethingElseAndWaits_isUnknown() {
    String url = services.raw(socket -> socket.write("J\0\0\0\n8.0.36"));
    assertThat(assertUnknown("banner", url).text()).contains("it is not HTTP");
  }

  @Test
  void a14_bodyThatCannotBeRead_leavesAStatusThatSaysFailure() {
    String answer = CHUNKED.replace("200 OK", "503 No") + "zz\r\n";
    Sample sample = pollUrl(services.bytes(answer), LONG);
    assertThat(sample.liveness()).isEqualTo(Liveness.SILENT);
    assertThat(sample.status()).hasValue(503);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\nContent-Le", CHUNKED + "2\r\no"})
  void a14_answerThatIsCutOff_isABrokenConnection(String answer) {
    Sample sample = pollUrl(services.bytes(answer), LONG);
    assertThat(sample.liveness()).isEqualTo(Liveness.SILENT);
    assertThat(sample.reasons().getFirst().code()).isEqualTo(Reason.Code.RESET);
  }

  @Test
  void a14_metricsPage_isReadTheSameWay() {
    AtomicInteger calls = new AtomicInteger();
    String page =
        services.raw(
            socket ->
                socket.handler(
                    request -> {
                      String text = "http_requests_total{code=\"500\"} " + calls.incrementAndGet();
                      socket.write(
                          "HTTP/1.1 102 P\n\nHTTP/1.1 200 OK\nContent-Length: "
                              + (text.length() + 1)
                              + "\n\n"
                              + text
                              + "\n");
                    }));
    var probe = services.probe(Optional.empty(), Optional.of(page), LONG);
    services.prime(probe);
    assertThat(services.poll(probe, NO_SPREAD).counts())
        .as("the first comparison reads the page several times")
        .hasValueSatisfying(counts -> assertThat(counts.errors()).isPositive());
    assertThat(services.poll(probe, NO_SPREAD).counts())
        .hasValueSatisfying(counts -> assertThat(counts.errors()).isEqualTo(counts.requests()));
  }

  @Test
  void a15_interimAnswers_arePassedOver() {
    String down = "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 503 No\r\nContent-Length: 2\r\n\r\nno";
    Sample sample = pollUrl(services.bytes(down), LONG);
    assertThat(sample.liveness()).isEqualTo(Liveness.SILENT);
    assertThat(sample.status()).hasValue(503);
    StringBuilder many = new StringBuilder();
    for (int status : new int[] {100, 102, 103, 104, 199}) {
      many.append("HTTP/1.1 ").append(status).append(" Wait\r\nLink: x\r\n\r\n");
    }
    assertWell("many", many + "HTTP/1.1 200 OK" + OK);
  }

  @Test
  void a15_interimAnswerAlone_isNoAnswer() {
    Sample sample =
        pollUrl(services.raw(socket -> socket.write("HTTP/1.1 102 Processing\r\n\r\n")), SHORT);
    assertThat(sample.liveness()).isEqualTo(Liveness.SILENT);
    assertThat(sample.reasons().getFirst().code()).isEqualTo(Reason.Code.TIMEOUT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade",
        "300 Choose",
        "302 Found",
        "302 Found\r\nLocation:",
        "304 Not Modified",
        "305 Use Proxy\r\nLocation: http://x/",
        "2000 Odd",
      })
  void a30_statusThatIsNoAnswer_isUnknown(String head) {
    Reason reason =
        assertUnknown(head, services.bytes("HTTP/1.1 " + head + "\r\nContent-Length: 0\r\n\r\n"));
    assertThat(reason.code()).isEqualTo(Reason.Code.STATUS);
    assertThat(reason.text()).contains("its health is unknown");
  }

  @Test
  void a30_redirectToWhatCannotBeAsked_isUnknown() {
    String url = services.bytes("HTTP/1.1 302 Found\r\nLocation: ftp://x/\r\n\r\n");
    assertThat(assertUnknown("ftp", url).text()).contains("no http or https address");
  }

  @Test
  void a30_redirectToALoginPage_isFollowedAndTold() {
    String url =
        services.http(
            request -> {
              if (request.path().equals("/login")) {
                request.response().end("<form>");
              } else {
                request.response().setStatusCode(302).putHeader("Location", "/login?next=%2F");
                request.response().end();
              }
            });
    Sample sample = pollUrl(url + "health", LONG);
    assertThat(sample.counts()).contains(new Counts(10, 0));
    assertThat(sample.reasons()).hasSize(1);
    assertThat(sample.reasons().getFirst().text())
        .contains("url answered 200 after a redirect to " + url + "login (10 of 10 probes)")
        .doesNotContain("next");
  }

  @Test
  void a30_redirectToTheSamePlace_isNotTold() {
    String url =
        services.http(
            request -> {
              boolean there = request.path().endsWith("/");
              request.response().setStatusCode(there ? 200 : 301).putHeader("Location", "/health/");
              request.response().end();
            });
    assertThat(pollUrl(url + "health", LONG).reasons()).isEmpty();
  }

  @Test
  void a30_locationWithBytesThatNoUrlHas_isFollowed() {
    AtomicInteger found = new AtomicInteger();
    String url =
        services.raw(
            socket ->
                socket.handler(
                    request -> {
                      if (request.toString().startsWith("GET /%C3%BCber%20uns%7C?q=%C3%A4 ")) {
                        found.incrementAndGet();
                        socket.end(Buffer.buffer("HTTP/1.1 200 OK" + OK));
                      } else {
                        socket.end(
                            Buffer.buffer(
                                "HTTP/1.1 302 F\r\nLocation: /über uns|?q=ä\r\n"
                                    + "Content-Length: 0\r\n\r\n"));
                      }
                    }));
    assertThat(pollUrl(url, LONG).counts()).contains(new Counts(10, 0));
    assertThat(found).hasValue(10);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\'',
      value = {
        "application/json, '{\"status\":\"unhealthy\"}'",
        "application/json, '{\"Status\":\"Unhealthy\",\"results\":{}}'",
        "application/json, '\"Unhealthy\"'",
        "text/plain; charset=utf-8, Unhealthy",
        "application/problem+json, '{\"a\":[1],\"status\":\"out-of-service\"}'",
        "application/json, '{\"status\":\"critical\"}'",
      })
  void a30_bodyThatSaysUnhealthy_isAFailure(String type, String body) {
    Sample sample = pollUrl(services.body(type, body), LONG);
    assertThat(sample.liveness()).isEqualTo(Liveness.SILENT);
    assertThat(sample.reasons().getFirst().code()).isEqualTo(Reason.Code.BODY);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\'',
      value = {
        "application/json, '{\"status\":\"degraded\"}'",
        "application/json, '{\"status\":\"healthy\"}'",
        "application/json, '{\"status\":503}'",
        "application/json, '\"Healthy\"'",
        "text/plain, 'no errors; nothing is down'",
        "text/html, Unhealthy",
      })
  void a30_bodyThatSaysSomethingElse_isJudgedByItsStatus(String type, String body) {
    assertThat(pollUrl(services.body(type, body), LONG).counts()).contains(new Counts(10, 0));
  }

  @Test
  void a20_tooManyRequests_isUnknown() {
    Sample sample = pollUrl(services.status(429), LONG);
    assertThat(sample.counts()).isEmpty();
    assertThat(sample.liveness()).isEqualTo(Liveness.ANSWERS);
    assertThat(sample.reasons().getFirst().text())
        .contains("url answered 429: it is asked too often (10 of 10 probes)");
  }

  @Test
  void a20_probesWithinTheWait_areNotSent() {
    AtomicInteger calls = new AtomicInteger();
    String url =
        services.http(
            request -> {
              calls.incrementAndGet();
              request.response().setStatusCode(429).putHeader("Retry-After", "120").end();
            });
    var probe = services.probe(Optional.of(url), Optional.of(url), LONG);
    services.prime(probe);
    Sample sample = services.poll(probe, NO_SPREAD);
    assertThat(calls).hasValue(1);
    assertThat(sample.counts()).isEmpty();
    assertThat(sample.liveness()).isEqualTo(Liveness.UNKNOWN);
    assertThat(sample.reasons())
        .allSatisfy(r -> assertThat(r.text()).contains("was not asked: it answered 429"))
        .hasSize(2);
  }

  @Test
  void a20_limiterBesideAFailure_doesNotHideIt() {
    AtomicInteger calls = new AtomicInteger();
    String url =
        services.http(
            request ->
                request
                    .response()
                    .setStatusCode(calls.incrementAndGet() % 2 == 0 ? 503 : 429)
                    .end());
    Sample sample = pollUrl(url, LONG);
    assertThat(sample.counts()).contains(new Counts(5, 5));
    assertThat(sample.reasons().getFirst().text()).contains("answered 503 (5 of 10 probes)");
    assertThat(sample.reasons().getLast().text()).contains("answered 429");
  }

  @Test
  void a20_unavailableWithRetryAfter_isAFailure() {
    String url =
        services.http(
            request -> request.response().setStatusCode(503).putHeader("Retry-After", "120").end());
    Sample sample = pollUrl(url, LONG);
    assertThat(sample.counts()).contains(new Counts(10, 10));
    assertThat(sample.liveness()).isEqualTo(Liveness.SILENT);
  }

  @Test
  void a13_firstProbe_isNotJudged() {
    AtomicInteger calls = new AtomicInteger();
    String url =
        services.http(
            request ->
                request.response().setStatusCode(calls.incrementAndGet() == 1 ? 500 : 200).end());
    var probe = services.probe(Optional.of(url), Optional.empty(), LONG);
    services.prime(probe);
    assertThat(services.poll(probe, NO_SPREAD).counts()).contains(new Counts(10, 0));
    assertThat(calls).hasValue(11);
  }
}
