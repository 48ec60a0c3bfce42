package dev.ripcord.web;

import static dev.ripcord.web.WebBench.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.config.AccessSettings;
import dev.ripcord.config.AccessSettings.NamedToken;
import dev.ripcord.config.AccessSettings.Reading;
import dev.ripcord.config.AccessSettings.Role;
import dev.ripcord.json.Examples;
import dev.ripcord.release.Secret;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Silences by the forms of the pages. */
class SilencePagesTest {
  private static final AccessSettings TOKENS =
      new AccessSettings(
          Optional.empty(),
          List.of(
              new NamedToken("oli", Role.OPERATOR, new Secret("olis")),
              new NamedToken("vic", Role.VIEWER, new Secret("vics"))),
          Reading.OPEN,
          Optional.empty(),
          Optional.empty());

  @RegisterExtension final WebBench web = new WebBench();
  private final MemorySilences silences = new MemorySilences();

  private void start(AccessSettings access) {
    ScriptedControl control = new ScriptedControl();
    control.services(List.of(Examples.idle("shop"), Examples.idle("pay")));
    web.start(
        access,
        control,
        new WebServer.Program("0.1.0", Instant::now, new Metrics("0.1.0"), silences));
  }

  private HttpResponse<String> get(String path, String cookie) throws Exception {
    return web.send(web.to(path).header("Cookie", cookie));
  }

  private HttpResponse<String> send(String path, String cookie, String origin, String... fields)
      throws Exception {
    return web.send(web.form(path, fields).header("Cookie", cookie).setHeader("Origin", origin));
  }

  private HttpResponse<String> form(String path, String cookie, String... fields) throws Exception {
    return send(path, cookie, web.address(), fields);
  }

  private String session(String token) throws Exception {
    String set =
        form("/sign-in", "a=b", "token", token).headers().firstValue("Set-Cookie").orElse("");
    return set.substring(0, set.indexOf(';'));
  }

  private String holding() throws Exception {
    return get("/api/v1/silences", "a=b").body().strip();
  }

  @Test
  void silence_isBegunAndEndedInTheNameOfTheToken_andOneComesBackToWhereOneWas() throws Exception {
    start(TOKENS);
    String oli = session("olis");

    var begun =
        form(
            "/silences",
            oli,
            "services",
            "shop",
            "for",
            "2h",
            "kind",
            "breach",
            "reason",
            "rack",
            "to",
            "services/shop");

    assertThat(begun.statusCode()).isEqualTo(303);
    assertThat(begun.headers().firstValue("Location")).hasValue("./services/shop");
    assertThat(holding())
        .contains("\"services\":\"shop\",\"kind\":\"breach\",\"by\":\"oli\",\"reason\":\"rack\"");
    assertThat(get("/services/shop", oli).body())
        .contains("Its alerts are silenced until ", "by oli, breach only: rack", "dialog-end-1");
    assertThat(get("/services/pay", oli).body()).doesNotContain("are silenced");
    assertThat(get("/", oli).body()).contains("href=\"silences\">1 silence holds</a>");
    assertThat(get("/silences/1/end?to=services/shop", oli).body())
        .contains("End the silence of shop?", "href=\"../../services/shop\">Cancel</a>");

    var ended = form("/silences/1/end", oli, "to", "services/shop");

    assertThat(ended.headers().firstValue("Location")).hasValue("../../services/shop");
    assertThat(holding()).isEqualTo("[]");
    assertThat(await(silences.end(1, "x", Instant.now())).orElseThrow().ended().orElseThrow().by())
        .isEqualTo("oli");
    assertThat(get("/", oli).body()).doesNotContain("1 silence holds");
    assertThat(get("/silences/1/end", oli).statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "shop  | 2h | ''        | ''   | a reason of 0 characters",
        "sh?p  | 2h | ''        | rack | names no services",
        "other | 2h | ''        | rack | no service other is configured",
        "shop  | 31d | ''       | rack | a silence lasts 30d at most",
        "shop  | soon | ''      | rack | is not a duration",
        "shop  | 2h | recovered | rack | is no kind that can be silenced",
      })
  void whatIsWrong_isSaidOnThePage_andWhatWasTypedIsKept(
      String services, String time, String kind, String reason, String said) throws Exception {
    start(TOKENS);

    var answer =
        form(
            "/silences",
            session("olis"),
            "services",
            services,
            "for",
            time,
            "kind",
            kind,
            "reason",
            reason);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .contains("✖ Not silenced: ", said, "name=\"services\" value=\"" + services);
    assertThat(holding()).isEqualTo("[]");
  }

  @Test
  void whoHasNotSignedIn_isSentThere_andWhoMayNot_isRefused() throws Exception {
    start(TOKENS);
    String[] fields = {"services", "shop", "for", "2h", "reason", "rack"};

    var nobody = form("/silences", "a=b", fields);

    assertThat(nobody.statusCode()).isEqualTo(303);
    assertThat(nobody.headers().firstValue("Location")).hasValue("./sign-in?to=silences");
    assertThat(get("/silences/1/end", "a=b").headers().firstValue("Location"))
        .hasValue("../../sign-in?to=silences%2F1%2Fend");
    assertThat(form("/silences", session("vics"), fields).statusCode()).isEqualTo(403);
    assertThat(form("/silences/1/end", session("vics")).statusCode()).isEqualTo(403);
    assertThat(holding()).isEqualTo("[]");
  }

  @Test
  void formOfAnotherSite_doesNothing() throws Exception {
    start(TOKENS);
    String oli = session("olis");

    var answer =
        send(
            "/silences",
            oli,
            "http://evil.example",
            "services",
            "*",
            "for",
            "2h",
            "reason",
            "rack");

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(holding()).isEqualTo("[]");
  }

  @Test
  void withoutTokens_theNameIsAskedFor() throws Exception {
    start(AccessSettings.OPEN);

    assertThat(form("/silences", "a=b", "services", "*", "for", "1h", "reason", "rack").body())
        .contains("✖ Not silenced: a name of 0 characters");
    assertThat(
            form("/silences", "a=b", "services", "*", "for", "1h", "reason", "rack", "by", "kim")
                .headers()
                .firstValue("Location"))
        .hasValue("./");
    assertThat(holding()).contains("\"by\":\"kim\"");
    assertThat(form("/silences/1/end", "a=b").body()).contains("✖ Not ended: a name of 0");
    assertThat(form("/silences/1/end", "a=b", "by", "ann").statusCode()).isEqualTo(303);
    assertThat(holding()).isEqualTo("[]");
  }
}
