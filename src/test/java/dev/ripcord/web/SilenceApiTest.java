package dev.ripcord.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.config.AccessSettings;
import dev.ripcord.config.AccessSettings.Reading;
import dev.ripcord.config.AccessSettings.Role;
import dev.ripcord.json.Examples;
import dev.ripcord.release.Secret;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Silences over HTTP, and where they are shown. */
class SilenceApiTest {
  private static final String WANTED =
      "{\"services\":\"shop\",\"for\":\"2h\",\"reason\":\"rack\",\"by\":\"kim\"}";

  @RegisterExtension final WebBench web = new WebBench();

  private void start(AccessSettings access) {
    ScriptedControl control = new ScriptedControl();
    control.services(List.of(Examples.idle("shop"), Examples.idle("pay")));
    web.start(access, control, ScriptedControl.program(new Metrics("0.1.0")));
  }

  private HttpResponse<String> send(String method, String path, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        web.to(path)
            .header("Content-Type", "application/json")
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return web.send(request);
  }

  @Test
  void silence_isBegun_shownAndEnded() throws Exception {
    start(AccessSettings.OPEN);

    var begun = send("POST", "/api/v1/silences", WANTED);

    assertThat(begun.statusCode()).isEqualTo(201);
    assertThat(begun.headers().firstValue("Location")).hasValue("/api/v1/silences/1");
    assertThat(begun.body())
        .startsWith(
            "{\"id\":1,\"services\":\"shop\",\"kind\":null,\"by\":\"kim\",\"reason\":\"rack\"");
    assertThat(send("GET", "/api/v1/silences", "").body()).contains("\"id\":1");
    assertThat(send("GET", "/api/v1/services/shop", "").body()).contains("\"silences\":[{\"id\":1");
    assertThat(send("GET", "/api/v1/services/pay", "").body()).contains("\"silences\":[]");
    String row = send("GET", "/rows?service=shop", "").body();
    assertThat(row).contains("silenced until <time").contains(" UTC</time> by kim: rack");
    assertThat(send("GET", "/rows?service=pay", "").body()).doesNotContain("silenced");

    var ended = send("DELETE", "/api/v1/silences/1", "{\"by\":\"ann\"}");

    assertThat(ended.statusCode()).isEqualTo(200);
    assertThat(ended.body()).contains("\"endedBy\":\"ann\"");
    assertThat(send("GET", "/api/v1/silences", "").body().strip()).isEqualTo("[]");
    assertThat(send("GET", "/rows?service=shop", "").body()).doesNotContain("silenced");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"services\":\"shop\",\"for\":\"2h\",\"by\":\"kim\"}|400|\\\"reason\\\" is needed",
        "{\"services\":\"shop\",\"for\":\"2h\",\"reason\":\"rack\"}|400|\\\"by\\\" is needed: who"
            + " asks",
        "{\"services\":\"shop\",\"for\":\"2h\",\"until\":\"2036-01-01T00:00Z\",\"reason\":\"r\",\"by\":\"kim\"}|400|30d"
            + " at most",
        "{\"services\":\"shop\",\"reason\":\"rack\",\"by\":\"kim\"}|400|one end",
        "{\"services\":\"shop\",\"for\":\"31d\",\"reason\":\"rack\",\"by\":\"kim\"}|400|30d at"
            + " most",
        "{\"services\":\"shop\",\"until\":\"2020-01-01T00:00Z\",\"reason\":\"rack\",\"by\":\"kim\"}|400|over"
            + " already",
        "{\"services\":\"shop\",\"kind\":\"recovered\",\"for\":\"2h\",\"reason\":\"r\",\"by\":\"kim\"}|400|no"
            + " kind that can be silenced",
        "{\"services\":\"sh?p\",\"for\":\"2h\",\"reason\":\"r\",\"by\":\"kim\"}|400|names no"
            + " services",
        "{\"services\":\"shopp*\",\"for\":\"2h\",\"reason\":\"r\",\"by\":\"kim\"}|404|is"
            + " configured",
      })
  void wantedWrongly_isRefusedWithTheRule(String body, int status, String rule) throws Exception {
    start(AccessSettings.OPEN);

    var answer = send("POST", "/api/v1/silences", body);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).contains(rule);
    assertThat(send("GET", "/api/v1/silences", "").body().strip()).isEqualTo("[]");
  }

  @Test
  void tokenSpeaksInItsOwnName_andNeedsTheRoleOfAnOperator() throws Exception {
    start(
        new AccessSettings(
            Optional.empty(),
            List.of(
                new AccessSettings.NamedToken("ann", Role.OPERATOR, new Secret("s3cret-ann")),
                new AccessSettings.NamedToken("bob", Role.VIEWER, new Secret("s3cret-bob"))),
            Reading.OPEN,
            Optional.empty(),
            Optional.empty()));
    String without = WANTED.replace(",\"by\":\"kim\"", "");

    assertThat(send("POST", "/api/v1/silences", WANTED).statusCode()).isEqualTo(401);
    assertThat(
            send("POST", "/api/v1/silences", without, "Authorization", "Bearer s3cret-bob")
                .statusCode())
        .isEqualTo(403);
    assertThat(
            send("POST", "/api/v1/silences", WANTED, "Authorization", "Bearer s3cret-ann").body())
        .contains("cannot speak as kim");
    assertThat(
            send("POST", "/api/v1/silences", without, "Authorization", "Bearer s3cret-ann").body())
        .contains("\"by\":\"ann\"");
    assertThat(send("DELETE", "/api/v1/silences/1", "").statusCode()).isEqualTo(401);
    assertThat(
            send("DELETE", "/api/v1/silences/1", "", "Authorization", "Bearer s3cret-ann").body())
        .contains("\"endedBy\":\"ann\"");
  }

  @Test
  void pageOfAnotherSite_mayNotEndASilence() throws Exception {
    start(AccessSettings.OPEN);
    send("POST", "/api/v1/silences", WANTED);

    assertThat(
            send("DELETE", "/api/v1/silences/1", "{\"by\":\"x\"}", "Origin", "http://evil.example")
                .statusCode())
        .isEqualTo(403);
    assertThat(send("GET", "/api/v1/silences", "").body()).contains("\"id\":1");
  }
}
