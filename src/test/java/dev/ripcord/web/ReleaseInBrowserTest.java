package dev.ripcord.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.config.AccessSettings;
import dev.ripcord.config.AccessSettings.NamedToken;
import dev.ripcord.config.AccessSettings.Reading;
import dev.ripcord.config.AccessSettings.Role;
import dev.ripcord.health.Sample;
import dev.ripcord.json.Examples;
import dev.ripcord.port.Entry;
import dev.ripcord.release.Secret;
import dev.ripcord.rollback.RunEvent;
import dev.ripcord.watch.WatchEvent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The page of a release in a real Chromium: it follows, and people sign in and decide. */
class ReleaseInBrowserTest {
  @RegisterExtension final WebBench web = new WebBench();
  private final ScriptedControl control = new ScriptedControl();

  @BeforeEach
  void start() {
    control.record(1, new Entry.Opened(Examples.charter("v42")), false);
    poll(2, 1, false);
    AccessSettings settings =
        new AccessSettings(
            Optional.empty(),
            List.of(
                new NamedToken("vic", Role.VIEWER, new Secret("vics")),
                new NamedToken("oli", Role.OPERATOR, new Secret("olis"))),
            Reading.OPEN,
            Optional.empty(),
            Optional.empty());
    web.start(settings, control, ScriptedControl.program(new Metrics("0.1.0")));
  }

  private void poll(long id, long errors, boolean tell) {
    Sample sample = Examples.at(Examples.sample(1000, errors), Examples.AT.plusSeconds(60 + id));
    control.record(id, new Entry.Watched(new WatchEvent.Sampled(sample)), tell);
  }

  private static void signIn(Browser browser, String token) {
    WebElement box = browser.driver().findElement(By.id("token"));
    box.sendKeys(token + Keys.ENTER);
  }

  @ParameterizedTest
  @CsvSource({"1280, false", "1280, true", "320, false"})
  void release_hasNothingForAxe(int width, boolean dark) {
    try (Browser browser = Browser.start(true, dark)) {
      browser.size(width, 900);
      browser.open(web.address() + "/sign-in?to=releases%2F17");
      assertThat(browser.errors()).isEmpty();
      assertThat(browser.violations()).isEmpty();
      browser.errors();
      signIn(browser, "olis");
      browser.until("the release", b -> b.text().contains("What was released"));

      assertThat(browser.scrollsSideways()).isFalse();
      assertThat(browser.errors()).isEmpty();
      assertThat(browser.violations()).isEmpty();
      browser.driver().findElement(By.id("ask-abort")).click();
      assertThat(browser.violations()).isEmpty();
    }
  }

  @Test
  void stepsOnAPhone_showWhatCameOfThem() {
    for (int id = 3; id < 6; id++) {
      poll(id, 71, false);
    }
    control.record(6, new Entry.Planned(Examples.plan()), false);
    control.record(7, new Entry.Ran(new RunEvent.Begun()), false);
    control.record(8, new Entry.Ran(new RunEvent.StepBegun(0)), false);
    String text = "ghcr.io/acme/" + "shop".repeat(20) + ":41 serves";
    control.record(
        9, new Entry.Ran(new RunEvent.StepDone(0, text, Duration.ofSeconds(3), List.of())), false);
    try (Browser browser = Browser.start(true, false)) {
      browser.size(320, 900);
      browser.open(web.address() + "/releases/17");

      assertThat(browser.text()).contains("serves");
      assertThat(
              browser.run(
                  "return [...document.querySelectorAll('#steps td')].every("
                      + "each => each.getBoundingClientRect().right <= innerWidth)"))
          .isEqualTo(true);
      assertThat(browser.violations()).isEmpty();
    }
  }

  @Test
  void poll_thatBreaches_isOnTheOpenPageWithoutLoadingIt() {
    try (Browser browser = Browser.start(true, false)) {
      browser.open(web.address() + "/releases/17");
      browser.run("window.stayed = 1");
      assertThat(browser.text()).doesNotContain("7.1% (71 of 1000)");

      browser.until("the stream", b -> b.text().contains("live"));
      poll(3, 71, true);

      browser.until("the breach", b -> b.text().contains("7.1% (71 of 1000)"));
      assertThat(browser.text()).contains("1 of 3");
      assertThat(browser.run("return window.stayed")).isEqualTo(1L);
    }
  }

  @Test
  void abort_isAskedInADialogAndDoneInTheNameOfTheToken() {
    try (Browser browser = Browser.start(true, false)) {
      browser.open(web.address() + "/releases/17");
      assertThat(browser.driver().findElements(By.tagName("dialog"))).isEmpty();
      browser.driver().findElement(By.linkText("Sign in to decide")).click();
      signIn(browser, "wrong");
      browser.until("the refusal", b -> b.text().contains("That token is not valid"));
      signIn(browser, "olis");
      browser.until("the button", b -> !b.driver().findElements(By.id("ask-abort")).isEmpty());
      WebElement ask = browser.driver().findElement(By.id("ask-abort"));

      ask.sendKeys(Keys.ENTER);
      WebElement dialog = browser.driver().findElement(By.id("dialog-abort"));
      assertThat(dialog.getText()).contains("Abort the watch of shop v42?", "by oli");
      dialog.sendKeys(Keys.ESCAPE);
      browser.until("the focus back", b -> ask.equals(b.driver().switchTo().activeElement()));
      assertThat(control.asked).noneMatch(asked -> asked.contains("ABORT"));

      ask.sendKeys(Keys.ENTER);
      browser.driver().findElement(By.cssSelector("#dialog-abort button.danger")).click();
      browser.until("the deed", _ -> control.asked.contains("17 ABORT by oli for PT1H"));
      browser.until("the way back", b -> b.text().contains("What was released"));
    }
  }

  @Test
  void abort_withoutScripts_isAskedOnAPageOfItsOwn() {
    try (Browser browser = Browser.start(false, false)) {
      browser.open(web.address() + "/sign-in?to=releases%2F17");
      signIn(browser, "olis");

      browser.driver().findElement(By.id("ask-abort")).click();
      assertThat(browser.text()).contains("Abort the watch of shop v42?", "Nothing is rolled back");
      browser.driver().findElement(By.cssSelector("button.danger")).click();

      browser.until("the deed", _ -> control.asked.contains("17 ABORT by oli for PT1H"));
      browser.until("the way back", b -> b.text().contains("What was released"));
    }
  }
}
