package dev.ripcord.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.TerminalOutput;
import dev.ripcord.config.AccessSettings;
import dev.ripcord.config.AlertSettings;
import dev.ripcord.config.Listen;
import dev.ripcord.config.Settings;
import dev.ripcord.json.Examples;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Recorded;
import dev.ripcord.report.WatchReport;
import dev.ripcord.watch.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What GitHub Actions, and a build server that takes JUnit XML, reads of a watch. */
final class GithubActionsTest {
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  @TempDir private Path folder;

  private Path summary() {
    return folder.resolve("summary.md");
  }

  private Path output() {
    return folder.resolve("output");
  }

  private Path file(String name) {
    return folder.resolve(name);
  }

  private Reports reports(Map<String, String> environment) {
    PrintStream out =
        new TerminalOutput(new PrintStream(said, true, StandardCharsets.UTF_8), false, environment);
    Settings settings =
        new Settings(
            Optional.empty(),
            folder.resolve("data"),
            Optional.empty(),
            Settings.JournalAway.WAIT,
            new Listen("127.0.0.1", 9095),
            AccessSettings.OPEN,
            AlertSettings.NONE,
            Duration.ofDays(7),
            new TreeMap<>(),
            List.of());
    return new Reports(
        new Console(out, out, environment, false),
        settings,
        new ReportOptions.Places(
            Optional.of(file("report.md")),
            Optional.of(file("junit.xml")),
            Optional.of(file("env"))));
  }

  private Map<String, String> onGithub() {
    return Map.of(
        "GITHUB_ACTIONS",
        "true",
        "GITHUB_STEP_SUMMARY",
        summary().toString(),
        "GITHUB_OUTPUT",
        output().toString());
  }

  private String said() {
    return said.toString(StandardCharsets.UTF_8);
  }

  private static List<Recorded> begun() {
    return List.of(Examples.recorded(1, new Entry.Opened(Examples.charter("v42"))));
  }

  private static WatchReport ended(Outcome outcome, String text) {
    return WatchReport.of(Examples.ended(17, outcome, text), begun());
  }

  @Test
  void end_isSummary_outputs_andOneAnnotation() throws IOException {
    Files.writeString(summary(), "before\n");

    reports(onGithub()).ended(ended(Outcome.ROLLED_BACK, "rolled back, healthy again"), 10);

    assertThat(summary()).content().startsWith("before\n# shop v42: rolled-back\n");
    assertThat(output())
        .content()
        .isEqualTo(
            """
            outcome=rolled-back
            exit-code=10
            error-rate=
            rolled-back-to=
            report=%s
            """
                .formatted(file("report.md")));
    assertThat(said())
        .isEqualTo("::error title=shop v42%3A rolled-back::rolled back, healthy again.\n");
    assertThat(file("env")).content().startsWith("RIPCORD_OUTCOME=rolled-back\n");
  }

  @ParameterizedTest
  @CsvSource({
    "HEALTHY, 0, notice",
    "ROLLED_BACK, 0, notice",
    "SUPERSEDED, 15, notice",
    "ROLLED_BACK, 10, error",
    "ROLLED_BACK_UNHEALTHY, 11, error",
    "FAILED, 12, error",
    "INCONCLUSIVE, 13, error",
    "ABORTED, 14, error",
    "CONDEMNED, 16, error"
  })
  void annotation_isANoticeOnlyWhereTheJobMayGoOn(Outcome outcome, int code, String kind) {
    reports(onGithub()).ended(ended(outcome, "text"), code);

    assertThat(said()).startsWith("::" + kind + " ").hasLineCount(1);
  }

  @Test
  void textOfAnnotations_isEscaped() {
    assertThat(GithubActions.annotation(false, "a: b, c\n::d", "100%\n::set-output name=x::y\r"))
        .isEqualTo("::error title=a%3A b%2C c%0A%3A%3Ad::100%25%0A::set-output name=x::y\\r");
    assertThat(GithubActions.annotation(true, "t", "x".repeat(9000))).hasSizeLessThan(4100);
  }

  @Test
  void outputOfSeveralLines_endsWithALineThatIsNotInIt() {
    String output = GithubActions.output("report", "a\nEOF\noutcome=healthy");
    String end = output.lines().toList().getLast();

    assertThat(output).startsWith("report<<" + end + "\na\n");
    assertThat(output.lines().filter(end::equals)).hasSize(1);
    assertThat(GithubActions.output("report", "a b")).isEqualTo("report=a b\n");
  }

  @Test
  void filesThatAreMissing_areSaidOnce_andNothingElseChanges() {
    reports(
            Map.of(
                "GITHUB_ACTIONS",
                "true",
                "GITHUB_STEP_SUMMARY",
                folder.resolve("none").resolve("summary.md").toString()))
        .ended(ended(Outcome.HEALTHY, "3 of 3 polls healthy"), 0);

    assertThat(said().lines())
        .hasSize(2)
        .first()
        .asString()
        .startsWith("warning: GITHUB_STEP_SUMMARY could not be written to ")
        .contains("GITHUB_OUTPUT is not set");
    assertThat(file("junit.xml")).exists();
  }

  @Test
  void summary_staysWithinWhatGithubTakes() throws IOException {
    Files.writeString(summary(), "x".repeat(1024 * 1024 - 300));

    reports(onGithub()).ended(ended(Outcome.HEALTHY, "3 of 3 polls healthy"), 0);

    assertThat(Files.size(summary())).isLessThanOrEqualTo(1024 * 1024);
    assertThat(summary()).content().contains("# shop v42: healthy");
  }

  @Test
  void watchThatIsBrokenOff_isReported_once() {
    Reports reports = reports(onGithub());

    reports.brokenOff(begun());
    reports.brokenOff(begun());
    reports.ended(ended(Outcome.HEALTHY, "well"), 0);

    assertThat(file("junit.xml")).content().contains("<skipped");
    assertThat(file("report.md")).content().startsWith("# shop v42: under way");
    assertThat(said()).startsWith("::error title=shop v42%3A interrupted::").hasLineCount(1);
  }

  @Test
  void whatNeverCameToTheWatch_isReported() {
    reports(onGithub()).notWatched(Examples.SHOP, "v42", Examples.AT, 4, "refused <now>");

    assertThat(file("junit.xml")).content().contains("<error", "refused &lt;now&gt;");
    assertThat(output()).content().startsWith("outcome=failed\nexit-code=4\n");
    assertThat(summary()).content().startsWith("# shop v42: not watched\n");
  }

  @Test
  void elsewhere_nothingIsPrinted() {
    reports(Map.of()).ended(ended(Outcome.HEALTHY, "well"), 0);

    assertThat(said()).isEmpty();
    assertThat(summary()).doesNotExist();
  }

  @Test
  void file_isReplacedWhole_andNothingIsLeftBesideIt() throws IOException {
    Files.writeString(file("junit.xml"), "half of an old one");

    reports(Map.of()).ended(ended(Outcome.HEALTHY, "well"), 0);

    assertThat(file("junit.xml")).content().startsWith("<?xml").doesNotContain("old one");
    try (var files = Files.list(folder)) {
      assertThat(files.map(each -> each.getFileName().toString()))
          .containsExactlyInAnyOrder("junit.xml", "report.md", "env");
    }
  }
}
