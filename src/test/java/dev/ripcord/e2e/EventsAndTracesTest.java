package dev.ripcord.e2e;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import dev.ripcord.FreePort;
import dev.ripcord.TestPostgres;
import dev.ripcord.e2e.LoopbackService.Mode;
import dev.ripcord.report.event.CdEventSchemas;
import dev.ripcord.report.trace.Otlp;
import io.opentelemetry.proto.trace.v1.Span;
import io.vertx.pgclient.PgConnectOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What other programs are told of a bad release, by real processes. */
final class EventsAndTracesTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN = "b7ad6b7169203331";

  private final PgConnectOptions journal = TestPostgres.freshJournal();
  private final WireMockServer server = new WireMockServer(options().dynamicPort());
  @TempDir private Path folder;

  @BeforeEach
  void begin() throws IOException {
    server.start();
    write("image", "shop:2");
    write("switch.sh", "echo \"$RIPCORD_IMAGE\" > '" + folder.resolve("image") + "'");
  }

  @AfterEach
  void end() {
    server.stop();
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text + "\n");
  }

  private void answers(int status) {
    server.stubFor(post(urlEqualTo("/events")).willReturn(aResponse().withStatus(status)));
    server.stubFor(post(urlEqualTo("/v1/traces")).willReturn(okJson("{}").withStatus(status)));
  }

  private List<LoggedRequest> received(String path) {
    return server.findAll(postRequestedFor(urlEqualTo(path)));
  }

  private Path configuration(LoopbackService service) throws IOException {
    write(
        "ripcord.yaml",
        """
        database: %s
        listen: 127.0.0.1:%d
        interval: 500ms
        timeout: 400ms
        environment: staging
        cdevents: {url: "http://127.0.0.1:%d/events"}
        traces: {endpoint: "http://127.0.0.1:%d"}
        services:
          shop:
            url: http://127.0.0.1:%d/health
            metrics: http://127.0.0.1:%d/metrics
            platform: {command: {switch: [sh, %s], current: [cat, %s]}}
        """
            .formatted(
                TestPostgres.url(journal),
                FreePort.next(),
                server.port(),
                server.port(),
                service.port(),
                service.port(),
                folder.resolve("switch.sh"),
                folder.resolve("image")));
    return folder.resolve("ripcord.yaml");
  }

  /** Watches shop:2, which is bad, with shop:1 before it. */
  private Ripcord watch(Path configuration) {
    return Ripcord.begin(
        folder,
        Map.of("TRACEPARENT", "00-" + TRACE + "-" + SPAN + "-01"),
        "watch",
        "--service",
        "shop",
        "--release",
        "v2",
        "--image",
        "shop:2",
        "--previous-image",
        "shop:1",
        "--for",
        "5m",
        "-c",
        configuration.toString());
  }

  private List<JsonNode> events() throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<JsonNode> events = new ArrayList<>();
    for (LoggedRequest request : received("/events")) {
      CdEventSchemas.assertValid(request.getBodyAsString());
      events.add(json.readTree(request.getBodyAsString()));
    }
    return events;
  }

  private static List<String> types(List<JsonNode> events) {
    return events.stream()
        .map(event -> event.at("/context/type").asText())
        .map(type -> type.replace("dev.cdevents.", "").replace(".0.3.0", ""))
        .toList();
  }

  @Test
  void badRelease_isOneChainOfEvents_andASpanOfThePipelinesTrace() throws Exception {
    answers(200);
    try (LoopbackService service =
            new LoopbackService(Mode.AS_THE_FILE_SAYS, folder.resolve("image"));
        Ripcord watch = watch(configuration(service))) {
      assertThat(watch.exit()).as(watch.said()).isEqualTo(10);
    }

    List<JsonNode> events = events();
    assertThat(types(events))
        .containsExactly(
            "service.upgraded", "incident.detected", "service.rolledback", "incident.resolved");
    assertThat(events)
        .extracting(event -> event.at("/context/chainId").asText())
        .containsOnly(events.getFirst().at("/context/chainId").asText());
    assertThat(events.get(2).at("/subject/content/artifactId").asText())
        .isEqualTo("pkg:oci/shop?tag=1");
    List<Span> spans =
        Otlp.read(received("/v1/traces").getFirst().getBodyAsString())
            .getResourceSpans(0)
            .getScopeSpans(0)
            .getSpansList();
    assertThat(spans)
        .extracting(Span::getName)
        .containsExactly("watch", "rollback", "image", "verify");
    assertThat(spans)
        .extracting(span -> HexFormat.of().formatHex(span.getTraceId().toByteArray()))
        .containsOnly(TRACE);
    assertThat(HexFormat.of().formatHex(spans.getFirst().getParentSpanId().toByteArray()))
        .isEqualTo(SPAN);
  }

  @Test
  void receiversThatDoNotAnswer_changeNothingOfTheRollback_andAreToldByTheNextCommand()
      throws Exception {
    server.stubFor(post(anyUrl()).willReturn(aResponse().withFixedDelay(60_000)));
    try (LoopbackService service =
        new LoopbackService(Mode.AS_THE_FILE_SAYS, folder.resolve("image"))) {
      try (Ripcord watch = watch(configuration(service))) {
        assertThat(watch.exit()).as(watch.said()).isEqualTo(10);
      }
      assertThat(Files.readString(folder.resolve("image"))).isEqualTo("shop:1\n");
      server.resetRequests();
      answers(200);
      // A message that was under way is nobody else's for a minute.
      TestPostgres.execute(journal, "UPDATE ripcord_journal.outbox SET due_at = '-infinity'");
      try (Ripcord again = watch(configuration(service))) {
        assertThat(again.exit()).as(again.said()).isEqualTo(10);
      }
    }

    assertThat(types(events()))
        .containsExactly(
            "service.upgraded", "incident.detected", "service.rolledback", "incident.resolved");
    assertThat(received("/v1/traces")).hasSize(1);
  }

  @Test
  void watchThatADaemonDoes_isASpanOfThePipelinesTraceToo() throws Exception {
    answers(200);
    try (LoopbackService service =
        new LoopbackService(Mode.AS_THE_FILE_SAYS, folder.resolve("image"))) {
      Path configuration = configuration(service);
      // What is measured before the release is good.
      write("image", "shop:1");
      try (Ripcord daemon = Ripcord.daemon(folder, configuration)) {
        try (Ripcord watch = watch(configuration)) {
          watch.await("it polls", () -> watch.out().contains("poll 1"));
          write("image", "shop:2");
          assertThat(watch.exit()).as(watch.said()).isEqualTo(10);
        }
        daemon.await("the trace was sent", () -> !received("/v1/traces").isEmpty());
      }
    }

    Span root =
        Otlp.read(received("/v1/traces").getFirst().getBodyAsString())
            .getResourceSpans(0)
            .getScopeSpans(0)
            .getSpans(0);
    assertThat(HexFormat.of().formatHex(root.getTraceId().toByteArray())).isEqualTo(TRACE);
    assertThat(types(events())).contains("service.upgraded", "incident.detected");
  }
}
