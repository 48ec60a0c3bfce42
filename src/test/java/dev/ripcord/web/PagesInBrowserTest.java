package dev.ripcord.web;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.config.AccessSettings;
import dev.ripcord.health.HealthReading;
import dev.ripcord.json.Examples;
import dev.ripcord.port.Control.ServiceStatus;
import dev.ripcord.port.Journal.StoredSample;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;

/** The pages as a person has them: in a browser, alive, on a phone, by keyboard. */
class PagesInBrowserTest {
  @RegisterExtension final WebBench web = new WebBench();
  private final ScriptedControl control = new ScriptedControl();

  @BeforeEach
  void start() {
    control.services(services(HealthReading.Kind.HEALTHY));
    List<StoredSample> polls = new ArrayList<>();
    for (int i = 20; i > 0; i--) {
      HealthReading.Kind kind =
          i % 7 == 0 ? HealthReading.Kind.UNKNOWN : HealthReading.Kind.HEALTHY;
      polls.add(
          new StoredSample(
              Examples.SHOP,
              Examples.at(
                  i % 7 == 0 ? Examples.nothing() : Examples.sample(1000, i),
                  Examples.AT.minusSeconds(30L * i)),
              kind));
    }
    control.polls(polls);
    web.start(AccessSettings.OPEN, control, ScriptedControl.program(new Metrics("0.1.0")));
  }

  private static List<ServiceStatus> services(HealthReading.Kind kind) {
    List<ServiceStatus> services = new ArrayList<>();
    services.add(Examples.status("v42", kind));
    for (int i = 0; i < 12; i++) {
      services.add(Examples.idle("quiet-" + i));
    }
    return services;
  }

  @ParameterizedTest
  @CsvSource({
    "/, 1280, false",
    "/, 1280, true",
    "/, 320, false",
    "/?group=prefix&state=unknown, 1280, false",
    "/services/shop, 1280, false",
    "/services/shop, 1280, true",
    "/services/shop, 320, false",
    "/silences, 1280, true",
    "/silences, 320, false",
  })
  void page_isCleanForAxeAndFitsTheScreen(String path, int width, boolean dark) {
    try (Browser browser = Browser.start(true, dark)) {
      browser.size(width, 800);
      browser.open(web.address() + path);
      browser.until("the link", b -> b.text().contains("live") || path.equals("/silences"));

      assertThat(browser.run("return matchMedia('(prefers-color-scheme: dark)').matches"))
          .isEqualTo(dark);
      assertThat(browser.violations()).isEmpty();
      assertThat(browser.errors()).isEmpty();
      assertThat(browser.scrollsSideways()).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource({"320", "1280"})
  void longNames_stayInTheirColumn(int width) {
    String release = "release/2026.11.30+" + "f00dfacecafebabe".repeat(6);
    control.services(List.of(Examples.status(release, HealthReading.Kind.BREACH)));
    try (Browser browser = Browser.start(true, false)) {
      browser.size(width, 800);
      browser.open(web.address() + "/");

      assertThat(
              browser.run(
                  "const cell = document.querySelector('#s-shop .release');"
                      + " return cell.scrollWidth <= cell.clientWidth"))
          .isEqualTo(true);
    }
  }

  @Test
  void overview_followsPollsAndKeepsWhatThePersonDoes() {
    try (Browser browser = Browser.start(true, false)) {
      browser.open(web.address() + "/");
      browser.until("the link", b -> b.text().contains("live"));
      assertThat(browser.driver().findElements(By.cssSelector("[role=img]"))).hasSize(13);
      browser.run(
          "window.stayed = document.querySelector('#s-shop');"
              + " document.querySelector('#s-shop .name a').focus()");

      control.services(services(HealthReading.Kind.BREACH));
      control.polled(HealthReading.Kind.BREACH);
      browser.until("the breach", b -> b.text().contains("Something is wrong: 1 in breach"));

      assertThat(browser.text()).contains("2 of 3 breaches");
      assertThat(
              browser.run(
                  "return window.stayed === document.querySelector('#s-shop')"
                      + " && document.activeElement.textContent === 'shop'"
                      + " && document.querySelector('.rows').firstElementChild.id === 's-shop'"))
          .isEqualTo(true);
      assertThat(browser.errors()).isEmpty();
    }
  }

  @Test
  void servicePage_followsPollsAndKeepsWhatIsOpen() {
    try (Browser browser = Browser.start(true, false)) {
      browser.open(web.address() + "/services/shop");
      browser.until("the link", b -> b.text().contains("live"));
      browser.run("document.getElementById('figures').open = true; window.stayed = 1");

      control.services(services(HealthReading.Kind.BREACH));
      control.polled(HealthReading.Kind.BREACH);
      browser.until("the breach", b -> b.text().contains("✖ breach"));

      assertThat(
              browser.run(
                  "return window.stayed === 1 && document.getElementById('figures').open"
                      + " && document.querySelectorAll('#polls tbody tr').length === 21"))
          .isEqualTo(true);
      assertThat(browser.errors()).isEmpty();
    }
  }

  @Test
  void silence_isBegunInADialog_andStaysOnThePageAndIsEnded() {
    try (Browser browser = Browser.start(true, false)) {
      browser.open(web.address() + "/services/shop");
      browser.until("the link", b -> b.text().contains("live"));
      browser.driver().findElement(By.id("ask-silence")).click();
      assertThat(browser.violations()).isEmpty();
      browser.driver().findElement(By.id("reason-silence")).sendKeys("rack");
      control.polled(HealthReading.Kind.HEALTHY);
      browser.driver().findElement(By.id("by-silence")).sendKeys("kim" + Keys.ENTER);
      browser.until("the silence", b -> b.text().contains("by kim: rack"));
      assertThat(browser.violations()).isEmpty();
      assertThat(browser.driver().getCurrentUrl()).endsWith("/services/shop");

      browser.driver().findElement(By.id("ask-end-1")).click();
      browser.driver().findElement(By.id("by-end-1")).sendKeys("ann" + Keys.ENTER);
      browser.until("the end", b -> !b.text().contains("by kim: rack"));
      assertThat(browser.errors()).isEmpty();
    }
  }

  @Test
  void silence_withoutScripts_isBegunOnAPageOfItsOwn() {
    try (Browser browser = Browser.start(false, false)) {
      browser.open(web.address() + "/services/shop");
      browser.driver().findElement(By.id("ask-silence")).click();
      browser.driver().findElement(By.id("reason")).sendKeys("rack");
      browser.driver().findElement(By.id("by")).sendKeys("kim" + Keys.ENTER);
      browser.until("the silence", b -> b.text().contains("by kim: rack"));
      browser.driver().findElement(By.id("ask-end-1")).click();
      assertThat(browser.text()).contains("End the silence of shop?");
    }
  }

  @Test
  void search_filtersWhileTyping_andItsAddressCanBeLinked() {
    try (Browser browser = Browser.start(true, false)) {
      browser.open(web.address() + "/");
      browser.driver().findElement(By.id("q")).sendKeys("quiet-1");
      browser.until("the search", b -> b.text().contains("3 of 13 services are shown"));

      assertThat(browser.driver().getCurrentUrl()).endsWith("/?q=quiet-1");
      assertThat(browser.run("return document.activeElement.id")).isEqualTo("q");
    }
  }

  @Test
  void page_ofADaemonThatIsGone_saysThatItIsNotConnected() {
    try (Browser browser = Browser.start(true, false)) {
      browser.open(web.address() + "/");
      browser.until("the link", b -> b.text().contains("live"));

      web.stop();

      browser.until(
          "the lost link", b -> b.text().contains("Not connected to the daemon: what you see is"));
    }
  }

  @Test
  void page_thatGetsNoStream_followsAllTheSame_andSaysFromWhen() throws IOException {
    List<Socket> listeners = new ArrayList<>();
    try (Browser browser = Browser.start(true, false)) {
      for (int i = 0; i < 100; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), web.port());
        listeners.add(socket);
        socket.setSoTimeout(20_000);
        socket
            .getOutputStream()
            .write("GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".getBytes(US_ASCII));
        assertThat(socket.getInputStream().readNBytes(15)).asString().isEqualTo("HTTP/1.1 200 OK");
      }
      browser.open(web.address() + "/");
      browser.until("no link", b -> b.text().contains("Not connected to the daemon"));

      control.services(services(HealthReading.Kind.BREACH));

      browser.until("the breach", b -> b.text().contains("Something is wrong: 1 in breach"));
    } finally {
      for (Socket socket : listeners) {
        socket.close();
      }
    }
  }

  @Test
  void page_withoutScripts_isAllThereAndItsFormWorks() {
    try (Browser browser = Browser.start(false, false)) {
      browser.open(web.address() + "/");
      assertThat(browser.text())
          .contains("shop", "limit 5%", "this page does not follow")
          .contains("03:04:25 UTC");
      browser.driver().findElement(By.id("q")).sendKeys("shop" + Keys.ENTER);
      browser.until("the search", b -> b.text().contains("1 of 13 services are shown"));
    }
  }

  @Test
  void keyboard_reachesTheContentFirst() {
    try (Browser browser = Browser.start(true, false)) {
      browser.open(web.address() + "/");
      browser.driver().switchTo().activeElement().sendKeys(Keys.TAB);
      assertThat(browser.driver().switchTo().activeElement().getText())
          .isEqualTo("Skip to the content");
      browser.driver().switchTo().activeElement().sendKeys(Keys.ENTER);
      assertThat(browser.run("return location.hash")).isEqualTo("#main");
    }
  }
}
