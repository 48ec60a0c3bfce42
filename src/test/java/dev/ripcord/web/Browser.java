package dev.ripcord.web;

import dev.ripcord.Waiting;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;

/** A real Chromium without a window, for tests of pages. */
final class Browser implements AutoCloseable {
  private static final String AXE = "/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js";
  private static final long PATIENCE_SECONDS = 60;

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /**
   * Starts one, or skips the test where there is none.
   *
   * @param scripts whether pages may run their script
   * @param dark whether it prefers dark pages
   */
  static Browser start(boolean scripts, boolean dark) {
    Optional<Path> chromium = program("chromium", "chromium-browser");
    Optional<Path> chromedriver = program("chromedriver");
    Assumptions.assumeTrue(
        chromium.isPresent() && chromedriver.isPresent(),
        "chromium and chromedriver are not installed (Debian: chromium, chromium-driver)");
    ChromeOptions options = new ChromeOptions();
    options.setBinary(chromium.orElseThrow().toFile());
    options.addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage");
    if (dark) {
      options.addArguments("--force-dark-mode", "--blink-settings=preferredColorScheme=0");
    }
    if (!scripts) {
      options.setExperimentalOption(
          "prefs", Map.of("profile.managed_default_content_settings.javascript", 2));
    }
    options.setCapability("goog:loggingPrefs", Map.of(LogType.BROWSER, "ALL"));
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(chromedriver.orElseThrow().toFile())
            .usingAnyFreePort()
            .build();
    return new Browser(new ChromeDriver(service, options));
  }

  private static Optional<Path> program(String... names) {
    return Stream.of(names)
        .flatMap(
            name ->
                Stream.of(System.getenv("PATH").split(":", -1))
                    .map(folder -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  WebDriver driver() {
    return driver;
  }

  void open(String address) {
    driver.get(address);
  }

  /** The size of the page in pixels, as a phone or a desk would have it. */
  void size(int width, int height) {
    driver.manage().window().setSize(new Dimension(width, height));
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
  }

  String text() {
    return driver.findElement(By.tagName("body")).getText();
  }

  @Nullable Object run(String script, Object... values) {
    return driver.executeScript(script, values);
  }

  /** Waits until something is so on the page. */
  void until(String what, Predicate<Browser> so) {
    if (!Waiting.until(PATIENCE_SECONDS, () -> holds(so))) {
      throw new AssertionError(what + " does not come; the page says: " + text());
    }
  }

  /** A page that is just being left has nothing on it. */
  private boolean holds(Predicate<Browser> so) {
    try {
      return so.test(this);
    } catch (NoSuchElementException | StaleElementReferenceException e) {
      return false;
    }
  }

  /** What axe finds wrong, by the rules of WCAG 2.2 AA and good practice. */
  List<String> violations() {
    driver.executeScript(axe());
    Object found =
        driver.executeAsyncScript(
            """
            const done = arguments[0];
            axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})
              .then(r => done(r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.target + ' ' + n.failureSummary).join('; '))));
            """);
    return found instanceof List<?> list
        ? list.stream().map(String::valueOf).toList()
        : List.of("axe gave " + found);
  }

  private static String axe() {
    try (InputStream in = Browser.class.getResourceAsStream(AXE)) {
      if (in == null) {
        throw new IllegalStateException("there is no " + AXE);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Errors that the page has told the console: scripts that fail, and what the policy refuses. */
  List<String> errors() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.SEVERE.intValue())
        .map(LogEntry::getMessage)
        .toList();
  }

  boolean scrollsSideways() {
    return Boolean.TRUE.equals(run("return document.documentElement.scrollWidth > innerWidth + 1"));
  }

  @Override
  public void close() {
    driver.quit();
  }
}
