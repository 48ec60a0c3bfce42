package dev.ripcord.web;

import static dev.ripcord.web.WebBench.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ripcord.config.AccessSettings;
import dev.ripcord.config.Listen;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Sample;
import dev.ripcord.json.CheckJson;
import dev.ripcord.json.Examples;
import dev.ripcord.port.Control.ServiceStatus;
import dev.ripcord.port.Control.WatchStatus;
import dev.ripcord.port.Journal.StoredSample;
import dev.ripcord.port.Journal.WatchRow;
import dev.ripcord.release.Secret;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchState.Phase;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebServerTest {
  @RegisterExtension final WebBench web = new WebBench();
  private final ScriptedControl control = new ScriptedControl();

  private void start(String host, Optional<Secret> token) {
    web.start(
        host, AccessSettings.of(token), control, ScriptedControl.program(new Metrics("0.1.0")));
  }

  private void start() {
    start("127.0.0.1", Optional.empty());
  }

  private HttpRequest.Builder to(String path) {
    return web.to(path);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return web.send(request);
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send(to(path));
  }

  private HttpRequest.Builder posting(String path, String json) {
    return to(path)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(json));
  }

  private HttpResponse<String> post(String path, String json) throws Exception {
    return send(posting(path, json));
  }

  @Test
  void release_announced_isCreatedAndLocated() throws Exception {
    start();

    var answer =
        post(
            "/api/v1/releases",
            "{\"service\":\"shop\",\"release\":\"v42\",\"image\":\"acme/shop:42\","
                + "\"bake\":\"15m\",\"retry\":true}");

    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(answer.headers().firstValue("Location")).hasValue("/api/v1/releases/17");
    assertThat(answer.body()).startsWith("{\"id\":17,\"service\":\"shop\",\"release\":\"v42\"");
    assertThat(control.asked)
        .contains(
            "Announcement[service=shop, release=v42, image=Optional[acme/shop:42],"
                + " previousImage=Optional.empty, bake=Optional[PT15M], retry=true,"
                + " traceParent=Optional.empty]");
  }

  @ParameterizedTest
  @CsvSource({
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01, true",
    "00-0af7651916cd43dd8448eb211c80319c, false",
  })
  void release_announcedWithinATrace_takesItWhereItIsOne(String span, boolean taken)
      throws Exception {
    start();

    String body = "{\"service\":\"shop\",\"release\":\"v42\"}";
    var answer = send(posting("/api/v1/releases", body).header("traceparent", span));

    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(control.asked.getLast())
        .endsWith("traceParent=" + (taken ? "Optional[" + span + "]" : "Optional.empty") + "]");
  }

  @Test
  void release_announcedAgainWhileItRuns_isOk() throws Exception {
    control.services(List.of(Examples.status("v42", HealthReading.Kind.HEALTHY)));
    start();

    assertThat(post("/api/v1/releases", "{\"service\":\"shop\",\"release\":\"v42\"}").statusCode())
        .isEqualTo(200);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"service\":\"shop\",\"relaese\":\"v42\"}|400|\\\"relaese\\\" is not known; did you mean"
            + " \\\"release\\\"?",
        "{\"service\":\"shop\",\"colour\":\"v42\"}|400|\\\"colour\\\" is not known; known are"
            + " service, release",
        "{\"service\":\"shop\"}|400|\\\"release\\\" is needed",
        "{\"service\":\"shop\",\"release\":42}|400|\\\"release\\\" is 42; a text is needed",
        "{\"service\":\"shop\",\"release\":\" \"}|400|a text is needed",
        "{\"service\":\"../x\",\"release\":\"v\"}|400|is not a service name",
        "{\"service\":\"shop\",\"release\":\"v\",\"bake\":\"15\"}|400|is not a duration; write"
            + " 30s, 15m, 1h30m or 7d",
        "{\"service\":\"shop\",\"release\":\"v\",\"retry\":\"yes\"}|400|true or false is needed",
        "{\"service\":\"shop\",\"service\":\"pay\"}|400|Duplicate field 'service'",
        "{\"service\":\"shop\",}|400|\"line\":1,\"column\":",
        "[1]|400|the body must be a JSON object",
        "{|400|1:2 Unexpected end-of-input: expected close marker for Object\",",
        "{} x|400|\"line\":1,\"column\":",
        "{\"service\":\"nobody\",\"release\":\"v\"}|404|no service nobody",
      })
  void release_badlyAnnounced_isAProblemThatSaysWhy(String body, int status, String detail)
      throws Exception {
    start();

    var answer = post("/api/v1/releases", body);

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(answer.body()).contains("\"type\":\"urn:ripcord:problem:").contains(detail);
  }

  @Test
  void e25_releaseThatHasEnded_announcedAgain_isOkAndNotCreated() throws Exception {
    start();

    var answer = post("/api/v1/releases", "{\"service\":\"shop\",\"release\":\"ended\"}");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Location")).hasValue("/api/v1/releases/16");
  }

  @Test
  void e11_releases_areListedWithTheirEnds() throws Exception {
    start();

    assertThat(get("/api/v1/releases?service=shop&limit=5").body())
        .contains("\"outcome\":\"rolled-back\"", "\"polls\":7", "\"state\":\"ended\"")
        .contains("\"rollback\":\"a rollback to acme/shop:41 was begun\"");
    assertThat(control.asked).contains("recent Optional[shop] 5");
    assertThat(get("/api/v1/releases?service=nosuch").statusCode()).isEqualTo(404);
    assertThat(get("/api/v1/releases?limit=0").statusCode()).isEqualTo(400);
    assertThat(get("/api/v1/releases?limit=many").statusCode()).isEqualTo(400);
  }

  private static ServiceStatus shop(WatchStatus watch, boolean running) {
    ServiceStatus well = Examples.status("v42", HealthReading.Kind.HEALTHY);
    return new ServiceStatus(
        well.service(),
        well.sample(),
        well.reading(),
        0,
        well.breaches(),
        well.nextPoll(),
        Optional.of(watch).filter(w -> running),
        well.threshold(),
        Optional.empty(),
        Optional.of(watch).filter(w -> !running));
  }

  @Test
  void e11_page_afterARollback_saysWhatEndedAndHow() throws Exception {
    WatchRow row = Examples.ended(16, Outcome.ROLLED_BACK, "rolled back, healthy again");
    control.services(
        List.of(shop(new WatchStatus(row, Phase.ENDED, 7, false, "to acme/shop:41"), false)));
    start();

    assertThat(get("/").body())
        .contains("; 1 rolled back", "<a href=\"releases/16\">v42</a>")
        .contains("</span> rolled back</span>");
    assertThat(get("/services/shop").body()).contains("rolled back, healthy again");
    assertThat(get("/api/v1/services/shop").body()).contains("\"last\":{\"id\":16,");
  }

  @Test
  void e11_page_duringARollback_isNotAllHealthy() throws Exception {
    WatchStatus running = Examples.watch(17, "v42");
    WatchStatus rolling =
        new WatchStatus(running.row(), Phase.ROLLING_BACK, 7, false, "being rolled back");
    control.services(List.of(shop(rolling, true)));
    start();

    assertThat(get("/").body()).contains("1 being rolled back").doesNotContain("Nothing is wrong");
  }

  @Test
  void body_tooLarge_isRefused() throws Exception {
    start();

    var answer = post("/api/v1/releases", "\"" + "x".repeat(70_000) + "\"");

    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(answer.body()).contains("a body may have 65536 bytes");
  }

  @Test
  void body_ofAForm_isRefused() throws Exception {
    start();

    var answer =
        send(to("/api/v1/releases").POST(HttpRequest.BodyPublishers.ofString("service=shop")));

    assertThat(answer.statusCode()).isEqualTo(415);
  }

  @Test
  void wishes_reachTheDaemon() throws Exception {
    start();

    assertThat(post("/api/v1/releases/17/pause", "{\"by\":\"ann\",\"for\":\"1h30m\"}").statusCode())
        .isEqualTo(200);
    assertThat(
            send(to("/api/v1/releases/17/abort").POST(HttpRequest.BodyPublishers.noBody()))
                .statusCode())
        .isEqualTo(200);
    var approve = post("/api/v1/releases/17/approve", "{\"by\":\"ann\"}");
    var nameless = post("/api/v1/releases/17/approve", "{}");
    var unknown = post("/api/v1/releases/17/explode", "{}");

    assertThat(approve.statusCode()).isEqualTo(409);
    assertThat(approve.body()).contains("nothing waits for approval");
    assertThat(nameless.statusCode()).isEqualTo(400);
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(control.asked)
        .containsExactly(
            "17 PAUSE by ann for PT1H30M",
            "17 ABORT by HTTP from 127.0.0.1 for PT1H",
            "17 APPROVE by ann for PT1H");
  }

  @Test
  void reads_giveWhatTheDaemonKnows() throws Exception {
    control.services(List.of(Examples.status("v42", HealthReading.Kind.BREACH)));
    start();

    assertThat(get("/api/v1/services").body()).startsWith("[{\"service\":\"shop\"");
    assertThat(get("/api/v1/services/shop").body()).startsWith("{\"service\":\"shop\"");
    assertThat(get("/api/v1/services/pay").statusCode()).isEqualTo(404);
    assertThat(get("/api/v1/releases/17").body()).startsWith("{\"id\":17,");
    assertThat(get("/api/v1/releases/18").statusCode()).isEqualTo(404);
    assertThat(get("/api/v1/releases/x").statusCode()).isEqualTo(404);
    assertThat(get("/nowhere").body())
        .isEqualTo(
            "{\"type\":\"urn:ripcord:problem:not-found\",\"title\":\"Not found\",\"status\":404,"
                + "\"detail\":\"there is nothing at /nowhere\"}\n");
  }

  @Test
  void method_thatIsNotTaken_isRefusedWithThoseThatAre() throws Exception {
    start();

    var answer = send(to("/api/v1/services").DELETE());
    var read = get("/api/v1/releases/17/pause");

    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.headers().firstValue("Allow")).hasValue("GET, HEAD");
    assertThat(read.statusCode()).isEqualTo(405);
    assertThat(read.headers().firstValue("Allow")).hasValue("POST");
  }

  @ParameterizedTest
  @CsvSource({"/%ZZ", "/?q=%ZZ", "/services/%4", "/api/v1/releases?limit=%", "/livez?%%41"})
  void address_withABadEscape_isABadRequestAndNoFailure(String path) throws Exception {
    start();

    String answer =
        web.raw("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");

    assertThat(answer)
        .startsWith("HTTP/1.1 400 Bad Request")
        .contains("application/problem+json")
        .contains("a percent sign is %25");
  }

  @Test
  void health_tellsLivenessAndReadinessApart() throws Exception {
    start();
    assertThat(get("/readyz").statusCode()).isEqualTo(200);

    control.unready("the journal does not answer");

    assertThat(get("/livez").statusCode()).isEqualTo(200);
    assertThat(get("/readyz").statusCode()).isEqualTo(503);
    assertThat(get("/readyz").body()).contains("the journal does not answer");
    assertThat(send(to("/livez").method("HEAD", HttpRequest.BodyPublishers.noBody())).statusCode())
        .isEqualTo(200);
  }

  @Test
  void writing_elsewhereThanLoopback_needsTheToken() throws Exception {
    start("0.0.0.0", Optional.of(new Secret("s3cret")));
    String path = "/api/v1/releases/17/resume";

    var without = post(path, "{}");
    var wrong = send(posting(path, "{}").header("Authorization", "Bearer s3cre"));
    var right = send(posting(path, "{}").header("Authorization", "Bearer s3cret"));

    assertThat(without.statusCode()).isEqualTo(401);
    assertThat(without.headers().firstValue("WWW-Authenticate"))
        .hasValue("Bearer realm=\"ripcord\"");
    assertThat(without.body()).contains("no token was sent").doesNotContain("s3cret");
    assertThat(wrong.statusCode()).isEqualTo(401);
    assertThat(wrong.body()).contains("the token is wrong");
    assertThat(right.statusCode()).isEqualTo(200);
    assertThat(get("/api/v1/services").statusCode()).isEqualTo(200);
  }

  @Test
  void writing_elsewhereThanLoopbackWithoutAToken_isOff() throws Exception {
    start("0.0.0.0", Optional.empty());

    var answer = post("/api/v1/releases/17/resume", "{}");

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body()).contains("set `token`");
    assertThat(control.asked).isEmpty();
  }

  @Test
  void writing_fromAPageOfAnotherSite_isRefused() throws Exception {
    start();
    String path = "/api/v1/releases/17/resume";

    assertThat(send(posting(path, "{}").header("Origin", "https://evil.example")).statusCode())
        .isEqualTo(403);
    assertThat(send(posting(path, "{}").header("Origin", "null")).statusCode()).isEqualTo(403);
    assertThat(send(posting(path, "{}").header("Sec-Fetch-Site", "cross-site")).statusCode())
        .isEqualTo(403);
    assertThat(send(posting(path, "{}").header("Sec-Fetch-Site", "same-site")).statusCode())
        .isEqualTo(403);
    assertThat(control.asked).isEmpty();
    assertThat(
            send(posting(path, "{}")
                    .header("Origin", web.address())
                    .header("Sec-Fetch-Site", "same-origin"))
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void writing_withTheHostOfAnotherName_isRefused() throws Exception {
    start();

    assertThat(raw("rebound.example:" + web.port())).startsWith("HTTP/1.1 403");
    assertThat(raw("localhost:" + web.port())).startsWith("HTTP/1.1 200");
    assertThat(raw("[::1]:" + web.port())).startsWith("HTTP/1.1 200");
    assertThat(raw("127.0.0.1.evil.example:" + web.port())).startsWith("HTTP/1.1 403");
  }

  /** The JDK's client does not let a test choose the Host. */
  private String raw(String host) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), web.port())) {
      String request =
          "POST /api/v1/releases/17/resume HTTP/1.1\r\nHost: "
              + host
              + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void a28_portThatIsTaken_isSaidClearly() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Listen listen = new Listen("127.0.0.1", taken.getLocalPort());
      WebServer second =
          web.server(
              listen, AccessSettings.OPEN, control, ScriptedControl.program(new Metrics("0.1.0")));

      assertThatThrownBy(() -> await(second.start()))
          .isInstanceOf(BindException.class)
          .hasMessageStartingWith("cannot listen on " + listen + ": the address is already in use")
          .hasMessageContaining("; stop the process that listens there")
          .hasMessageEndingWith(", or set `listen` to another port");
      assertThat(control.observers()).isZero();
    }
  }

  @Test
  void e13_portOfAnotherDaemon_isSaidToBeOne() throws Exception {
    start();
    Listen listen = new Listen("127.0.0.1", web.port());
    WebServer second =
        web.server(
            listen, AccessSettings.OPEN, control, ScriptedControl.program(new Metrics("0.1.0")));

    assertThatThrownBy(() -> await(second.start()))
        .hasMessageStartingWith(
            "cannot listen on "
                + listen
                + ": the address is already in use by another Ripcord daemon")
        .hasMessageEndingWith(
            "; stop the process that listens there, or set `listen` to another port");
  }

  @Test
  void metrics_areGivenInTheFormThatIsAskedFor() throws Exception {
    start();

    var text = get("/metrics");
    var open = send(to("/metrics").header("Accept", "application/openmetrics-text;version=1.0.0"));

    assertThat(text.headers().firstValue("Content-Type"))
        .hasValue("text/plain; version=0.0.4; charset=utf-8");
    assertThat(text.body()).contains("database_migrations_total 0.0");
    assertThat(open.body()).endsWith("# EOF\n");
  }

  @Test
  void pages_loadOnlyTheirOwnFilesWhichMayBeKeptForGood() throws Exception {
    start();

    for (String path : List.of("/", "/services/shop")) {
      var page = get(path);

      assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
          .startsWith("default-src 'none'; style-src 'self'; script-src 'self'")
          .contains("frame-ancestors 'none'", "base-uri 'none'")
          .doesNotContain("unsafe");
      List<String> files =
          Pattern.compile("(?:src|href)=\"([^\"]*assets/[^\"]+)\"")
              .matcher(page.body())
              .results()
              .map(m -> m.group(1))
              .toList();
      assertThat(files).hasSize(5);
      for (String file : files) {
        var asset = get(URI.create(path).resolve(file).getPath());
        assertThat(asset.statusCode()).as(file).isEqualTo(200);
        assertThat(asset.headers().firstValue("Cache-Control"))
            .hasValue("public, max-age=31536000, immutable");
      }
    }
    assertThat(get("/assets/ripcord-0.css").statusCode()).isEqualTo(404);
  }

  @Test
  void page_isPackedForWhoTakesIt() throws Exception {
    start();

    var packed =
        web.send(
            to("/").header("Accept-Encoding", "gzip"), HttpResponse.BodyHandlers.ofByteArray());

    assertThat(packed.headers().firstValue("Content-Encoding")).hasValue("gzip");
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed.body()))) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(get("/").body());
    }
    assertThat(get("/").headers().firstValue("Content-Encoding")).isEmpty();
  }

  @Test
  void rows_areThoseOfTheNamedServices() throws Exception {
    control.services(
        List.of(Examples.status("v42", HealthReading.Kind.BREACH), Examples.idle("pay")));
    start();

    assertThat(get("/rows?service=pay").body()).contains("id=\"s-pay\"").doesNotContain("s-shop");
    assertThat(get("/").body()).contains("id=\"s-pay\"", "id=\"s-shop\"", "03:04:25");
  }

  @Test
  void pageOfAService_thatIsNotConfigured_saysSo() throws Exception {
    start();

    var page = get("/services/%3Cb%3E");

    assertThat(page.statusCode()).isEqualTo(404);
    assertThat(page.body()).contains("No service &quot;&lt;b&gt;&quot; is configured");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/nope|404|There is nothing at /nope.|./",
        "/services|404|There is nothing at /services.|./",
        "/releases/abc|404|&quot;abc&quot; is not the number of a watch, such as 17.|../",
        "/releases/17/explode|404|There is nothing at /releases/17/explode.|../../",
      })
  void browser_thatAsksForWhatIsNotThere_getsAPage(String path, int status, String why, String base)
      throws Exception {
    start();

    var page = send(to(path).header("Accept", "text/html,*/*;q=0.8"));
    var document = get(path);

    assertThat(page.statusCode()).isEqualTo(status);
    assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
    assertThat(page.headers().firstValue("Content-Security-Policy")).isPresent();
    assertThat(page.body())
        .contains("<h1>? Not found</h1>", why)
        .contains("See <a href=\"" + base + "\">all services</a>");
    assertThat(document.statusCode()).isEqualTo(status);
    assertThat(document.headers().firstValue("Content-Type")).hasValue("application/problem+json");
  }

  @Test
  void browser_thatAsksTheApi_getsAProblemDocument() throws Exception {
    start();

    var answer = send(to("/api/v1/services/nope").header("Accept", "text/html"));

    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
  }

  @Test
  void polls_areLinesThatReplayReads() throws Exception {
    Sample sample = Examples.sample(1000, 71);
    List<StoredSample> polls = new ArrayList<>();
    for (int i = 1200; i > 0; i--) {
      polls.add(
          new StoredSample(
              Examples.SHOP,
              Examples.at(sample, Examples.AT.minusSeconds(i)),
              HealthReading.Kind.BREACH));
    }
    control.polls(polls);
    start();

    var answer = get("/api/v1/services/shop/polls");

    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/x-ndjson");
    List<String> lines = answer.body().lines().toList();
    assertThat(lines).hasSize(1200).doesNotHaveDuplicates();
    JsonNode first = new ObjectMapper().readTree(lines.getFirst());
    assertThat(first.get("time").asText()).isEqualTo("2026-01-02T02:44:05.678Z");
    assertThat(first.get("verdict").asText()).isEqualTo("breach");
    assertThat(CheckJson.recorded(first).counts()).isEqualTo(sample.counts());
    assertThat(get("/api/v1/services/shop/polls?from=2026-01-02T03:00:00Z").body().lines())
        .hasSize(245);
  }

  @ParameterizedTest
  @CsvSource({
    "nobody/polls, 404, no service \\\"nobody\\\" is configured",
    "shop/polls?from=yesterday, 400, which is no time; write 2026-01-02T03:04:05Z",
    "shop/polls?from=2026-01-03T00:00:00Z, 400, is not before",
    "shop/polls?from=2025-01-03T00:00:00Z, 400, longer than 31 days",
    "shop/polls?step=5, 400, is not a duration; write 30s",
    "shop/polls?step=1s, 400, 'at most 2000 steps, here 2s or more'",
  })
  void polls_badlyAskedFor_areAProblemThatSaysWhy(String path, int status, String detail)
      throws Exception {
    start();

    var answer = get("/api/v1/services/" + path);

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(answer.body()).contains(detail);
  }

  @Test
  void page_withMarkupInNames_showsItAsText() throws Exception {
    control.services(
        List.of(Examples.status("<script>alert(1)</script>\"'&", HealthReading.Kind.HEALTHY)));
    control.unready("<img src=x onerror=alert(1)>");
    start();

    String page = get("/").body();

    assertThat(page)
        .contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;")
        .doesNotContain("<script>alert")
        .doesNotContain("<img");
  }

  @Test
  void a25_pollsThatAreTooOld_areNoFigures() throws Exception {
    Metrics metrics = new Metrics("0.1.0");
    control.observe(metrics);
    web.start(AccessSettings.OPEN, control, ScriptedControl.program(metrics));
    control.polled(HealthReading.Kind.HEALTHY);
    String fresh = get("/metrics").body();
    control.outdated(Set.of(Examples.SHOP));
    String outdated = get("/metrics").body();

    assertThat(fresh)
        .contains("ripcord_error_ratio{service=\"shop\"} 0.071")
        .contains("ripcord_consecutive_breaches{service=\"shop\"}");
    assertThat(outdated)
        .doesNotContain(
            "ripcord_error_ratio{", "ripcord_latency_seconds{", "ripcord_consecutive_breaches{")
        .contains("ripcord_checks_total{service=\"shop\",verdict=\"healthy\"} 1.0")
        .contains("ripcord_last_poll_timestamp_seconds{service=\"shop\"}");
  }

  @Test
  void a25_pageOfADaemonThatIsNotReady_isNotGreen() throws Exception {
    control.services(List.of(Examples.status("v42", HealthReading.Kind.HEALTHY)));
    control.unready("the journal does not answer");
    start();

    assertThat(get("/").body())
        .contains("<h1>✖ Ripcord is not ready; last known: nothing wrong, of 1 service</h1>")
        .contains("Ripcord itself is not ready: the journal does not answer")
        .doesNotContain("Nothing is wrong");
    assertThat(get("/readyz").statusCode()).isEqualTo(503);
  }
}
