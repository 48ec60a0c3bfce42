package dev.ripcord.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.tomakehurst.wiremock.client.WireMock.JsonSchemaVersion;
import com.github.tomakehurst.wiremock.matching.MatchesJsonSchemaPattern;
import dev.ripcord.config.AccessSettings;
import dev.ripcord.config.Listen;
import dev.ripcord.health.HealthReading;
import dev.ripcord.json.Examples;
import dev.ripcord.port.Entry;
import dev.ripcord.silence.Silence;
import dev.ripcord.silence.SilenceScope;
import dev.ripcord.watch.Outcome;
import dev.ripcord.web.access.Access;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What /openapi.json says, against the routes that there are and the answers that they give. */
class OpenApiTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What people see and programs need no description of. */
  private static final Set<String> PAGES =
      Set.of(
          "/",
          "/rows",
          "/assets/{}",
          "/services/{}",
          "/silences",
          "/silences/{}/end",
          "/sign-in",
          "/sign-out",
          "/releases/{}",
          "/releases/{}/{}");

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client = HttpClient.newHttpClient();
  private final ScriptedControl control = new ScriptedControl();
  private final MemorySilences silences = new MemorySilences();
  private final WebServer server =
      new WebServer(
          vertx,
          new Listen("127.0.0.1", 0),
          new Access(AccessSettings.OPEN, System::nanoTime),
          control,
          new WebServer.Program("0.1.0", Instant::now, new Metrics("0.1.0"), silences));
  private int port;

  @BeforeEach
  void begin() {
    port = await(server.start());
    control.services(
        List.of(Examples.status("v42", HealthReading.Kind.BREACH), Examples.idle("pay")));
    await(
        silences.begin(
            new Silence.Wanted(
                SilenceScope.ALL, Optional.empty(), "kim", "rack", Instant.now().plusSeconds(3600)),
            Instant.now()));
    control.record(1, new Entry.Opened(Examples.charter("v42")), false);
    control.record(2, new Entry.Planned(Examples.plan()), false);
    control.record(3, new Entry.Finished(Outcome.ROLLED_BACK, "rolled back"), false);
  }

  @AfterEach
  void end() {
    await(server.stop());
    await(vertx.close());
    client.close();
  }

  private static <T> T await(Future<T> future) {
    return future.timeout(20, TimeUnit.SECONDS).await();
  }

  private HttpResponse<String> send(String method, String path, String body) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .header("Content-Type", "application/json")
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private JsonNode document() throws Exception {
    return JSON.readTree(send("GET", "/openapi.json", "").body());
  }

  @Test
  void document_hasTheVersionOfTheProgram() throws Exception {
    assertThat(document().path("openapi").asText()).isEqualTo("3.1.0");
    assertThat(document().path("info").path("version").asText()).isEqualTo("0.1.0");
  }

  /** {@code GET /api/v1/releases/{}}, of each that is described. */
  private Set<String> described() throws Exception {
    Set<String> described = new TreeSet<>();
    document()
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        method -> {
                          if (!method.equals("parameters")) {
                            String name = path.getKey().replaceAll("\\{[a-z]+}", "{}");
                            described.add(
                                HttpMethod.valueOf(method.toUpperCase(Locale.ROOT)) + " " + name);
                          }
                        }));
    return described;
  }

  private Set<String> routes() {
    Set<String> routes = new TreeSet<>();
    for (Route route : server.routes()) {
      if (route.getPath() == null || route.methods() == null) {
        continue;
      }
      String name = route.getPath().replaceAll(":[a-z]+", "{}");
      for (HttpMethod method : route.methods()) {
        if (!PAGES.contains(name) && !method.equals(HttpMethod.HEAD)) {
          routes.add(method + " " + name);
        }
      }
    }
    return routes;
  }

  @Test
  void everyRoute_isDescribed_andTheOtherWayRound() throws Exception {
    Set<String> wishes = Set.of("pause", "resume", "abort", "rollback", "approve");
    Set<String> described = new TreeSet<>();
    for (String each : described()) {
      String last = each.substring(each.lastIndexOf('/') + 1);
      described.add(
          each.startsWith("POST") && wishes.contains(last)
              ? each.replace("/" + last, "/{}")
              : each);
    }

    assertThat(described).containsExactlyInAnyOrderElementsOf(routes());
    assertThat(described()).filteredOn(each -> each.startsWith("POST")).hasSize(7);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "GET|/api/v1/services||200|/api/v1/services",
        "GET|/api/v1/services/shop||200|/api/v1/services/{name}",
        "GET|/api/v1/services/pay||200|/api/v1/services/{name}",
        "GET|/api/v1/services/nobody||404|/api/v1/services/{name}",
        "GET|/api/v1/releases||200|/api/v1/releases",
        "GET|/api/v1/releases?limit=0||400|/api/v1/releases",
        "GET|/api/v1/releases/17||200|/api/v1/releases/{id}",
        "GET|/api/v1/releases/4711||404|/api/v1/releases/{id}",
        "GET|/api/v1/releases/17/report||200|/api/v1/releases/{id}/report",
        "GET|/api/v1/releases/17/report?format=pdf||400|/api/v1/releases/{id}/report",
        "POST|/api/v1/releases|{\"service\":\"shop\",\"release\":\"v42\"}|200|/api/v1/releases",
        "POST|/api/v1/releases|{\"service\":\"shop\"}|400|/api/v1/releases",
        "POST|/api/v1/releases/17/pause|{\"by\":\"ann\",\"for\":\"30m\"}|200|/api/v1/releases/{id}/pause",
        "POST|/api/v1/releases/17/rollback|{\"imageOnly\":true}|200|/api/v1/releases/{id}/rollback",
        "GET|/api/v1/silences||200|/api/v1/silences",
        "POST|/api/v1/silences|{\"services\":\"sh*\",\"kind\":\"breach\",\"for\":\"2h\",\"reason\":\"rack\",\"by\":\"kim\"}|201|/api/v1/silences",
        "POST|/api/v1/silences|{\"services\":\"shop\",\"reason\":\"rack\",\"by\":\"kim\"}|400|/api/v1/silences",
        "POST|/api/v1/silences|{\"services\":\"nobody\",\"for\":\"2h\",\"reason\":\"rack\",\"by\":\"kim\"}|404|/api/v1/silences",
        "DELETE|/api/v1/silences/1|{\"by\":\"ann\"}|200|/api/v1/silences/{id}",
        "DELETE|/api/v1/silences/4711|{\"by\":\"ann\"}|404|/api/v1/silences/{id}",
        "POST|/api/v1/releases/17/approve|{\"by\":\"ann\"}|409|/api/v1/releases/{id}/approve",
      })
  void answer_isAsDescribed(String method, String path, String body, int status, String described)
      throws Exception {
    var answer = send(method, path, body == null ? "" : body);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    JsonNode document = document();
    JsonNode operation = document.at("/paths/" + described.replace("/", "~1")).path(lower(method));
    JsonNode response = resolved(document, operation.path("responses").path("" + status));
    String type = answer.headers().firstValue("Content-Type").orElse("").split(";", 2)[0];
    JsonNode schema = response.path("content").path(type).path("schema");
    assertThat(schema.isMissingNode()).as("a schema for " + type).isFalse();
    assertMatches(document, schema, answer.body());
    if (body != null && status < 300) {
      JsonNode asked = operation.at("/requestBody/content/application~1json/schema");
      assertMatches(document, asked, body);
    }
  }

  @Test
  void event_isAsDescribed() throws Exception {
    String frame = "";
    try (var lines =
        client
            .send(
                HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + "/api/v1/events?after=0"))
                    .build(),
                HttpResponse.BodyHandlers.ofLines())
            .body()) {
      frame = lines.filter(line -> line.startsWith("data: ")).findFirst().orElse("");
    }

    JsonNode document = document();
    assertMatches(document, document.at("/components/schemas/Event"), frame.substring(6));
  }

  private static String lower(String method) {
    return method.toLowerCase(java.util.Locale.ROOT);
  }

  private static JsonNode resolved(JsonNode document, JsonNode node) {
    String ref = node.path("$ref").asText("");
    return ref.isEmpty() ? node : document.at(ref.substring(1));
  }

  /** By the whole document's schemas; a field that is not described is as wrong as another type. */
  private static void assertMatches(JsonNode document, JsonNode schema, String json)
      throws Exception {
    ObjectNode whole = JSON.createObjectNode();
    whole.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    whole.setAll((ObjectNode) schema.deepCopy());
    JsonNode schemas = document.at("/components/schemas").deepCopy();
    close(schemas);
    whole.set("components", JSON.createObjectNode().set("schemas", schemas));
    List<String> wrong = new ArrayList<>();
    var match =
        new MatchesJsonSchemaPattern(whole.toString(), JsonSchemaVersion.V202012).match(json);
    match.getSubEvents().forEach(event -> wrong.add(event.getData().toString()));
    assertThat(match.isExactMatch()).as("%s: %s", json, wrong).isTrue();
  }

  private static void close(JsonNode schema) {
    if (schema instanceof ObjectNode object
        && object.path("properties").isObject()
        && object.path("type").asText().equals("object")
        && !object.path("description").asText().contains("fields of its own")) {
      object.put("additionalProperties", false);
    }
    schema.forEach(OpenApiTest::close);
  }
}
