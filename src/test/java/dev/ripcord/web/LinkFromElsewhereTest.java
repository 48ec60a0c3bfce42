package dev.ripcord.web;

import static dev.ripcord.web.WebBench.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.config.AccessSettings;
import dev.ripcord.config.AccessSettings.NamedToken;
import dev.ripcord.config.AccessSettings.Reading;
import dev.ripcord.config.AccessSettings.Role;
import dev.ripcord.json.Examples;
import dev.ripcord.port.Entry;
import dev.ripcord.release.Secret;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;

/** A link of another site to a page of ours, as in a chat, in a real Chromium. */
class LinkFromElsewhereTest {
  @RegisterExtension final WebBench web = new WebBench();
  private final ScriptedControl control = new ScriptedControl();

  /** Gives our address; to a browser {@code localhost} is another site than {@code 127.0.0.1}. */
  private String start(Reading reading) {
    control.record(1, new Entry.Opened(Examples.charter("v42")), false);
    AccessSettings settings =
        new AccessSettings(
            Optional.empty(),
            List.of(new NamedToken("oli", Role.OPERATOR, new Secret("olis"))),
            reading,
            Optional.empty(),
            Optional.empty());
    web.start(settings, control, ScriptedControl.program(new Metrics("0.1.0")));
    return web.address();
  }

  private String chat(String link) {
    int port =
        await(
                web.vertx()
                    .createHttpServer()
                    .requestHandler(
                        request ->
                            request
                                .response()
                                .putHeader("Content-Type", "text/html")
                                .end("<a href=\"" + link + "\">rolled back</a>"))
                    .listen(0, "localhost"))
            .actualPort();
    return "http://localhost:" + port + "/";
  }

  private static void signIn(Browser browser) {
    browser.driver().findElement(By.id("token")).sendKeys("olis" + Keys.ENTER);
    browser.until("the release", b -> b.text().contains("What was released"));
  }

  @ParameterizedTest
  @CsvSource({"TOKEN, true", "TOKEN, false", "OPEN, true"})
  void whoHasSignedIn_isSignedIn(Reading reading, boolean scripts) {
    String address = start(reading);
    String chat = chat(address + "/releases/17");
    try (Browser browser = Browser.start(scripts, false)) {
      browser.open(address + "/sign-in?to=releases%2F17");
      signIn(browser);

      browser.open(chat);
      browser.driver().findElement(By.linkText("rolled back")).click();

      browser.until("the buttons", b -> !b.driver().findElements(By.id("ask-abort")).isEmpty());
      browser.until("the name", b -> b.text().contains("oli · operator"));
      assertThat(browser.driver().getCurrentUrl()).isEqualTo(address + "/releases/17");
    }
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void whoHasNot_signsInOnce_andComesToThePage(boolean scripts) {
    String address = start(Reading.TOKEN);
    String chat = chat(address + "/releases/17");
    try (Browser browser = Browser.start(scripts, false)) {
      browser.open(chat);
      browser.driver().findElement(By.linkText("rolled back")).click();
      browser.until("signing in", b -> !b.driver().findElements(By.id("token")).isEmpty());

      signIn(browser);

      assertThat(browser.driver().getCurrentUrl()).isEqualTo(address + "/releases/17");
    }
  }
}
