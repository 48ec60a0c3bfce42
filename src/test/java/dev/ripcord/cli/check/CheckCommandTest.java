package dev.ripcord.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.cli.console.CommandRunner;
import dev.ripcord.cli.console.Console;
import dev.ripcord.port.Clocks;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CheckCommandTest {
  private final Vertx vertx = Vertx.vertx();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @AfterEach
  void close() {
    vertx.close().await();
  }

  private String place(Handler<HttpServerRequest> handler) {
    var server = vertx.createHttpServer().requestHandler(handler);
    return "127.0.0.1:" + server.listen(0, "127.0.0.1").await().actualPort();
  }

  private int check(String... more) {
    return check(Map.of(), more);
  }

  private int check(Map<String, String> environment, String... more) {
    PrintStream toOut = new PrintStream(out, true, StandardCharsets.UTF_8);
    PrintStream toErr = new PrintStream(err, true, StandardCharsets.UTF_8);
    Console console = new Console(toOut, toErr, environment, false);
    Clocks clocks = new Clocks(InstantSource.system(), System::nanoTime);
    CommandLine line = new CommandLine(new CheckCommand(console, clocks));
    return CommandRunner.run(CommandRunner.prepare(line, console), more, console);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void e25_checkOverNoTime_isRefused() {
    assertThat(check("--url", "http://127.0.0.1:1/h", "--over", "0s")).isEqualTo(3);
    assertThat(err()).contains("--over: \"0s\" is no time to count in");
  }

  @Test
  void podsOfThePlatformsWorkload_areShown_withoutASourceOfTheirOwn(@TempDir Path folder)
      throws IOException {
    Map<String, String> cluster =
        Map.of(
            "/apis/metrics.k8s.io",
            "{\"preferredVersion\":{\"version\":\"v1\"}}",
            "/apis/apps/v1/namespaces/live/statefulsets/shop",
            "{\"spec\":{\"selector\":{\"matchLabels\":{\"app\":\"shop\"}}}}",
            "/api/v1/namespaces/live/pods?labelSelector=app%3Dshop",
            """
            {"items":[{"metadata":{"name":"shop-0"},"spec":{"containers":[{"name":"app",
              "resources":{"limits":{"cpu":"1","memory":"100Mi"}}}]},
              "status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}}]}
            """,
            "/apis/metrics.k8s.io/v1/namespaces/live/pods?labelSelector=app%3Dshop",
            """
            {"items":[{"metadata":{"name":"shop-0"},"timestamp":"2026-01-02T03:04:00Z",
              "containers":[{"name":"app","usage":{"cpu":"250m","memory":"75Mi"}}]}]}
            """);
    String place =
        place(
            request ->
                request.response().end(cluster.getOrDefault(request.uri(), "{\"ok\":true}")));
    Files.writeString(
        folder.resolve("kubeconfig"),
        """
        apiVersion: v1
        kind: Config
        current-context: c
        clusters: [{name: k, cluster: {server: "http://%s"}}]
        contexts: [{name: c, context: {cluster: k, user: u}}]
        users: [{name: u, user: {token: s3cret}}]
        """
            .formatted(place));
    Path file =
        Files.writeString(
            folder.resolve("ripcord.yaml"),
            """
            services:
              shop:
                url: http://%s/health
                platform: {kubernetes: {namespace: live, statefulset: shop, kubeconfig: kubeconfig}}
            """
                .formatted(place));

    assertThat(check("shop", "-c", file.toString(), "--over", "50ms", "-v")).isZero();

    assertThat(out())
        .containsPattern("cpu +25% +memory +75%")
        .contains("app=shop (selector of StatefulSet shop): 1 of 1 pods ready");
    assertThat(out() + err()).doesNotContain("s3cret");
  }

  @Test
  void a13_firstProbe_isNotJudged() {
    AtomicInteger calls = new AtomicInteger();
    String place =
        place(
            request ->
                request.response().setStatusCode(calls.incrementAndGet() == 1 ? 500 : 200).end());
    assertThat(check("--url", "http://" + place + "/h", "--over", "50ms")).isZero();
    assertThat(calls).hasValue(11);
    assertThat(out()).contains("0 of 10 probes");
  }

  @Test
  void a19_schemeInCapitals_isTaken() {
    String place = place(request -> request.response().end());
    assertThat(check("--url", "HTTP://" + place + "/h", "--over", "50ms")).isZero();
  }

  @Test
  void a19_nameWithAnUnderscore_isAskedFor() {
    String url = "http://my_shop.invalid:8080/h";
    assertThat(check("--url", url, "--over", "50ms", "--timeout", "500ms")).isEqualTo(3);
    assertThat(err()).isEmpty();
    assertThat(out()).contains("my_shop.invalid").contains("was not asked: ");
  }

  @Test
  void a19_whatIsNoUrl_isRefusedWithoutItsPassword() {
    assertThat(check("--url", "http://ann:geheim@a,b/h")).isEqualTo(3);
    assertThat(err()).contains("--url: \"http://***@a,b/h\" has a host that is neither");
  }

  @Test
  void e19_nagiosLineOfAPageThatHasNotAll_namesTheRateFirst() {
    AtomicInteger scrapes = new AtomicInteger();
    String place =
        place(
            request ->
                request
                    .response()
                    .putHeader("Content-Type", "text/plain; version=0.0.4")
                    .end(
                        """
                        # TYPE http_requests_total counter
                        http_requests_total{code="200"} %d
                        http_requests_total{code="500"} %d
                        """
                            .formatted(
                                1_000 + 999 * scrapes.incrementAndGet(), 10 + scrapes.get())));
    String url = "http://" + place + "/metrics";

    assertThat(check("--metrics-url", url, "--over", "50ms", "-o", "nagios")).isZero();
    assertThat(out())
        .startsWith("OK - 127.0.0.1: error rate 0.1% (1 of 1000)")
        .contains(" | error_rate=0.1000%;;5.0000;0;100 requests=1000;;;0 errors=1;;;0");
  }

  @Test
  void dumbTerminal_getsAsciiAlone() {
    check(Map.of("TERM", "dumb"), "--url", "http://127.0.0.1:1/h", "--over", "50ms");

    assertThat(out()).contains("requests ", "cpu ").isASCII();
  }

  @Test
  void nagios_withoutACheck_saysWhyOnStandardOutput(@TempDir Path folder) throws IOException {
    assertThat(check("--url", "http://127.0.0.1:1/h", "--over", "0s", "-o", "nagios")).isEqualTo(3);
    assertThat(out()).startsWith("UNKNOWN - --over: \"0s\" is no time to count in");

    out.reset();
    Path file = Files.writeString(folder.resolve("r.yaml"), "nonsense: 1\n");
    assertThat(check("-c", file.toString(), "-o", "nagios")).isEqualTo(3);
    assertThat(out()).startsWith("UNKNOWN - the configuration cannot be used");
  }

  @Test
  void a30_nagiosLine_beginsWithTheRate() {
    String place =
        place(
            request -> {
              boolean login = request.path().equals("/login");
              request.response().setStatusCode(login ? 200 : 302).putHeader("Location", "/login");
              request.response().end();
            });
    String url = "http://" + place + "/h";
    assertThat(check("--url", url, "--over", "50ms", "-o", "nagios")).isZero();
    assertThat(out())
        .startsWith(
            "OK - 127.0.0.1: error rate 0.0% (0 of 10); url answered 200 after a redirect to"
                + " http://"
                + place
                + "/login");
  }

  @Test
  void a30_redirect_isToldOfAHealthyServiceToo() {
    String place =
        place(
            request -> {
              boolean login = request.path().equals("/login");
              request.response().setStatusCode(login ? 200 : 302).putHeader("Location", "/login");
              request.response().end();
            });
    assertThat(check("--url", "http://" + place + "/h", "--over", "50ms")).isZero();
    assertThat(out())
        .contains("healthy")
        .contains("after a redirect to http://" + place + "/login");
  }
}
