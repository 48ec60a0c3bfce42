package dev.ripcord.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.config.AccessSettings;
import dev.ripcord.config.AccessSettings.NamedToken;
import dev.ripcord.config.AccessSettings.Reading;
import dev.ripcord.config.AccessSettings.Role;
import dev.ripcord.release.Secret;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens with roles, and signing in, over HTTP. */
class SignInTest {
  @RegisterExtension final WebBench web = new WebBench();
  private final ScriptedControl control = new ScriptedControl();

  private void start(Reading reading) {
    AccessSettings settings =
        new AccessSettings(
            Optional.of(new Secret("all")),
            List.of(
                new NamedToken("vic", Role.VIEWER, new Secret("vics")),
                new NamedToken("oli", Role.OPERATOR, new Secret("olis")),
                new NamedToken("ann", Role.APPROVER, new Secret("anns"))),
            reading,
            Optional.empty(),
            Optional.empty());
    web.start(
        settings,
        control,
        new WebServer.Program("0.1.0", Instant::now, new Metrics("0.1.0"), new MemorySilences()));
  }

  private HttpRequest.Builder to(String path) {
    return web.to(path);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return web.send(request);
  }

  private HttpRequest.Builder wish(String wish, String token, String json) {
    return to("/api/v1/releases/17/" + wish)
        .header("Authorization", "Bearer " + token)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(json));
  }

  private HttpRequest.Builder form(String path, String... pairs) {
    return web.form(path, pairs);
  }

  private String cookie(HttpResponse<?> answer) {
    return answer.headers().firstValue("Set-Cookie").orElse("");
  }

  /** What a browser sends back. */
  private String session(String token) throws Exception {
    String set = cookie(send(form("/sign-in", "token", token)));
    return set.substring(0, set.indexOf(';'));
  }

  @ParameterizedTest
  @CsvSource({
    "vics, pause, 403",
    "vics, approve, 403",
    "olis, pause, 200",
    "olis, resume, 200",
    "olis, abort, 200",
    "olis, rollback, 200",
    "olis, approve, 403",
    "anns, abort, 200",
    "anns, approve, 409",
    "all, pause, 200",
    "wrong, pause, 401",
    "'', pause, 401",
  })
  void wish_ofARole_isGrantedOrRefused(String token, String wish, int status) throws Exception {
    start(Reading.OPEN);

    var answer = send(wish(wish, token, "{}"));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(control.asked.isEmpty()).isEqualTo(status == 403 || status == 401);
  }

  @Test
  void refusal_namesTheRoleThatIsNeeded() throws Exception {
    start(Reading.OPEN);

    assertThat(send(wish("approve", "olis", "{}")).body())
        .contains("this needs the role approver; the token of oli has the role operator");
    assertThat(send(to("/api/v1/releases/17/approve").POST(BodyPublishers.noBody())).body())
        .contains("a token of the configuration with the role approver or a higher one");
    assertThat(
            send(to("/api/v1/releases")
                    .header("Authorization", "Bearer vics")
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString("{\"service\":\"shop\"}")))
                .body())
        .contains("this needs the role operator; the token of vic has the role viewer");
  }

  @Test
  void signIn_saysThatReadingNeedsIt_whereItDoes() throws Exception {
    start(Reading.TOKEN);

    assertThat(send(to("/sign-in")).body()).contains("To read, and to pause, resume");
  }

  @Test
  void decision_thatTheRoleMayNotTake_isNotAskedFor() throws Exception {
    start(Reading.OPEN);

    var page =
        send(
            to("/releases/17/abort")
                .header("Accept", "text/html")
                .header("Authorization", "Bearer vics"));

    assertThat(page.statusCode()).isEqualTo(403);
    assertThat(page.body())
        .contains("This needs the role operator; the token of vic has the role viewer.")
        .doesNotContain("Yes, abort");
  }

  @Test
  void namedToken_speaksInItsNameAlone() throws Exception {
    start(Reading.OPEN);

    assertThat(send(wish("pause", "olis", "{}")).statusCode()).isEqualTo(200);
    assertThat(send(wish("resume", "olis", "{\"by\":\"oli\"}")).statusCode()).isEqualTo(200);
    var other = send(wish("abort", "olis", "{\"by\":\"ann\"}"));
    assertThat(send(wish("abort", "all", "{\"by\":\"bob\"}")).statusCode()).isEqualTo(200);

    assertThat(other.statusCode()).isEqualTo(403);
    assertThat(other.body()).contains("the token is that of oli, who cannot speak as ann");
    assertThat(control.asked)
        .containsExactly(
            "17 PAUSE by oli for PT1H", "17 RESUME by oli for PT1H", "17 ABORT by bob for PT1H");
  }

  @ParameterizedTest
  @CsvSource({
    "/api/v1/services, 401",
    "/api/v1/releases/17, 401",
    "/api/v1/events, 401",
    "/metrics, 401",
    "/livez, 200",
    "/readyz, 200",
    "/openapi.json, 200",
    "/sign-in, 200",
  })
  void readingWithoutAToken_whereItIsClosed(String path, int status) throws Exception {
    start(Reading.TOKEN);

    assertThat(send(to(path)).statusCode()).isEqualTo(status);
  }

  @Test
  void readingWithATokenOrSignedIn_whereItIsClosed_isOpen() throws Exception {
    start(Reading.TOKEN);

    assertThat(send(to("/metrics").header("Authorization", "Bearer vics")).statusCode())
        .isEqualTo(200);
    assertThat(send(to("/").header("Cookie", session("vics"))).statusCode()).isEqualTo(200);
    assertThat(
            send(to("/").header("Cookie", session("vics")).header("Sec-Fetch-Site", "cross-site"))
                .statusCode())
        .isEqualTo(303);
  }

  private HttpRequest.Builder linked(String path, String site) {
    return to(path)
        .header("Sec-Fetch-Site", site)
        .header("Sec-Fetch-Mode", "navigate")
        .header("Sec-Fetch-Dest", "document");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/releases/17", "/services/shop", "/silences"})
  void linkOfAnotherSite_whereReadingIsClosed_asksOnceMoreFromOurOwnPage(String path)
      throws Exception {
    start(Reading.TOKEN);

    var first = send(linked(path, "cross-site"));

    assertThat(first.statusCode()).isEqualTo(200);
    assertThat(first.body())
        .contains("<meta http-equiv=\"refresh\" content=\"0\">", "<a href=\"\">Continue</a>")
        .doesNotContain("v42", "healthy");
    assertThat(send(linked(path, "same-origin")).statusCode())
        .as("and then signs in, where there is no cookie")
        .isEqualTo(303);
    assertThat(send(linked(path, "same-origin").header("Cookie", session("vics"))).body())
        .doesNotContain("http-equiv");
  }

  @Test
  void linkOfAnotherSite_toWhatIsNoPage_isRefusedAsEver() throws Exception {
    start(Reading.TOKEN);

    assertThat(send(linked("/metrics", "cross-site")).statusCode()).isEqualTo(401);
    assertThat(send(linked("/api/v1/services", "cross-site")).statusCode()).isEqualTo(401);
  }

  @Test
  void linkOfAnotherSite_whereReadingIsOpen_showsThePageAtOnce() throws Exception {
    start(Reading.OPEN);

    assertThat(send(linked("/releases/17", "cross-site")).body())
        .contains("What was released")
        .doesNotContain("http-equiv");
  }

  @ParameterizedTest
  @CsvSource({
    "/, ./sign-in",
    "/releases/17, ../sign-in?to=releases%2F17",
    "/services/shop, ../sign-in?to=services%2Fshop",
  })
  void pageWhereReadingIsClosed_leadsToSigningIn(String path, String location) throws Exception {
    start(Reading.TOKEN);

    var answer = send(to(path));

    assertThat(answer.statusCode()).isEqualTo(303);
    assertThat(answer.headers().firstValue("Location")).hasValue(location);
  }

  @Test
  void signingIn_givesACookieThatOnlyTheBrowserKnows() throws Exception {
    start(Reading.OPEN);

    var answer = send(form("/sign-in", "token", " anns ", "to", "releases/17"));

    assertThat(answer.statusCode()).isEqualTo(303);
    assertThat(answer.headers().firstValue("Location")).hasValue("./releases/17");
    assertThat(cookie(answer))
        .matches(
            "ripcord-session-"
                + web.port()
                + "=[A-Za-z0-9_-]{43}; Path=/; HTTPOnly; SameSite=Strict");
  }

  @Test
  void signingIn_behindAProxyWithTls_makesTheCookieSecure() throws Exception {
    start(Reading.OPEN);

    assertThat(cookie(send(form("/sign-in", "token", "anns").header("X-Forwarded-Proto", "https"))))
        .contains("; Secure");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "services/../../evil",
        "javascript:alert(1)",
        "releases/17\r\nSet-Cookie: a=b",
        "releases/17?x=//evil",
      })
  void signingIn_leadsNowhereElse(String to) throws Exception {
    start(Reading.OPEN);

    var answer = send(form("/sign-in", "token", "anns", "to", to));

    assertThat(answer.headers().firstValue("Location")).hasValue("./");
  }

  @Test
  void wrongToken_isRefusedInWordsAndKeepsWhereToGo() throws Exception {
    start(Reading.OPEN);

    var answer = send(form("/sign-in", "token", "letmein", "to", "releases/17"));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .contains("That token is not valid", "value=\"releases/17\"", "type=\"password\"")
        .doesNotContain("letmein");
    assertThat(cookie(answer)).isEmpty();
  }

  @Test
  void wrongTokens_tooMany_areToldHowLongToWait() throws Exception {
    start(Reading.OPEN);
    for (int i = 0; i < 10; i++) {
      send(form("/sign-in", "token", "wrong"));
    }

    var answer = send(form("/sign-in", "token", "anns"));

    assertThat(answer.body()).contains("Too many tokens from your address");
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    assertThat(send(wish("pause", "olis", "{}")).statusCode()).isEqualTo(200);
  }

  @Test
  void cookie_writesForOurOwnPagesAlone() throws Exception {
    start(Reading.OPEN);
    String session = session("olis");
    HttpRequest.Builder without = wish("pause", "x", "{}").setHeader("Cookie", session);

    HttpRequest.Builder bare =
        to("/api/v1/releases/17/pause").header("Cookie", session).POST(BodyPublishers.noBody());
    assertThat(send(without).statusCode()).as("a wrong token beside it").isEqualTo(401);
    assertThat(send(bare).statusCode()).as("no origin").isEqualTo(401);
    assertThat(send(bare.setHeader("Origin", "http://evil.example")).statusCode()).isEqualTo(403);
    assertThat(send(bare.setHeader("Origin", "null")).statusCode()).isEqualTo(403);
    assertThat(control.asked).isEmpty();
    assertThat(send(bare.setHeader("Origin", web.address())).statusCode()).isEqualTo(200);
    assertThat(control.asked).containsExactly("17 PAUSE by oli for PT1H");
  }

  @Test
  void decision_byForm_isDoneInTheNameOfTheTokenOrLeadsToSigningIn() throws Exception {
    start(Reading.OPEN);

    var unknown = send(form("/releases/17/pause", "for", "15m"));
    var viewer = send(form("/releases/17/pause", "for", "15m").header("Cookie", session("vics")));
    var done = send(form("/releases/17/pause", "for", "15m").header("Cookie", session("olis")));
    var image =
        send(form("/releases/17/rollback", "imageOnly", "true").header("Cookie", session("olis")));

    assertThat(unknown.headers().firstValue("Location"))
        .hasValue("../../sign-in?to=releases%2F17%2Fpause");
    assertThat(viewer.statusCode()).isEqualTo(403);
    assertThat(done.headers().firstValue("Location")).hasValue("../17");
    assertThat(image.statusCode()).isEqualTo(303);
    assertThat(control.asked)
        .containsExactly("17 PAUSE by oli for PT15M", "17 ROLLBACK_IMAGE by oli for PT1H");
  }

  @Test
  void signingOut_endsTheSession() throws Exception {
    start(Reading.TOKEN);
    String session = session("vics");

    var out = send(form("/sign-out").header("Cookie", session));

    assertThat(out.statusCode()).isEqualTo(303);
    assertThat(cookie(out)).contains("Max-Age=0");
    assertThat(send(to("/").header("Cookie", session)).statusCode()).isEqualTo(303);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/sign-in", "/sign-out"})
  void form_fromAnotherSiteOrNowhere_isRefused(String path) throws Exception {
    start(Reading.OPEN);

    assertThat(
            send(to(path)
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(BodyPublishers.ofString("token=anns")))
                .statusCode())
        .isEqualTo(403);
    assertThat(
            send(form(path, "token", "anns").setHeader("Origin", "http://evil.example"))
                .statusCode())
        .isEqualTo(403);
    assertThat(
            send(form(path, "token", "anns").setHeader("Sec-Fetch-Site", "cross-site"))
                .statusCode())
        .isEqualTo(403);
  }
}
