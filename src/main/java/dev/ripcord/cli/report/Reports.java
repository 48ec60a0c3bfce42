package dev.ripcord.cli.report;

import dev.ripcord.cli.console.CommandRunner;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.Format;
import dev.ripcord.config.Settings;
import dev.ripcord.health.FigureText;
import dev.ripcord.port.Recorded;
import dev.ripcord.release.Printable;
import dev.ripcord.release.Release;
import dev.ripcord.release.ServiceName;
import dev.ripcord.report.JunitXml;
import dev.ripcord.report.ReportJson;
import dev.ripcord.report.ReportMarkdown;
import dev.ripcord.report.WatchReport;
import dev.ripcord.watch.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What one command reports of a watch: the file that is wanted, JUnit XML, and what GitHub Actions
 * reads. Written once, at its end or when it is broken off; any thread may call. A file that cannot
 * be written is said, and changes nothing else.
 */
public final class Reports {
  private final Console console;
  private final Settings settings;
  private final ReportOptions.Places places;
  private final AtomicBoolean written = new AtomicBoolean();

  /** Nothing is written yet. */
  public Reports(Console console, Settings settings, ReportOptions.Places places) {
    this.console = console;
    this.settings = settings;
    this.places = places;
  }

  /**
   * The watch has ended; a report of a rollback is written to the data folder in any case.
   *
   * @param exitCode what the command ends with
   * @return where the report is; empty where none was wanted, or it could not be written
   */
  public Optional<Path> ended(WatchReport report, int exitCode) {
    if (!written.compareAndSet(false, true)) {
      return Optional.empty();
    }
    Optional<Path> file = report(report);
    places.junit().ifPresent(place -> write("JUnit XML", place, JunitXml.of(report), false));
    Map<String, String> outputs = outputs(report, file, String.valueOf(exitCode));
    dotenv(outputs);
    GithubActions.of(console).ifPresent(github -> tell(github, report, outputs, exitCode));
    return file;
  }

  /** The command is ended from outside while the watch is under way. */
  public void brokenOff(List<Recorded> entries) {
    Optional<WatchReport> report = WatchReport.underWay(entries);
    if (report.isEmpty() || !written.compareAndSet(false, true)) {
      return;
    }
    Optional<Path> file = places.report().flatMap(place -> wanted(place, report.get()));
    places.junit().ifPresent(place -> write("JUnit XML", place, JunitXml.of(report.get()), false));
    Map<String, String> outputs = outputs(report.get(), file, "");
    dotenv(outputs);
    GithubActions.of(console)
        .ifPresent(
            github -> {
              github.summary(room -> ReportMarkdown.within(report.get(), room));
              github.outputs(outputs);
              github.annotate(
                  false,
                  title(report.get().row().charter().release(), "interrupted"),
                  "The job was ended while the release was watched. The same command goes on with"
                      + " it.");
            });
  }

  /**
   * It ended before anything was watched.
   *
   * @param at when
   * @param exitCode what the command ends with
   * @param why one line for people
   */
  public void notWatched(
      ServiceName service, String release, Instant at, int exitCode, String why) {
    if (!written.compareAndSet(false, true)) {
      return;
    }
    places
        .junit()
        .ifPresent(
            place ->
                write(
                    "JUnit XML",
                    place,
                    JunitXml.notWatched(service.text(), release, at, exitCode == 0, why),
                    false));
    Map<String, String> outputs =
        outputs(exitCode == 0 ? "" : Outcome.FAILED.text(), String.valueOf(exitCode), "", "", "");
    dotenv(outputs);
    GithubActions.of(console)
        .ifPresent(
            github -> {
              github.summary(room -> ReportMarkdown.notWatched(service, release, why));
              github.outputs(outputs);
              github.annotate(exitCode == 0, service + " " + release + ": not watched", why);
            });
  }

  private void tell(
      GithubActions github, WatchReport report, Map<String, String> outputs, int exitCode) {
    Outcome outcome = report.outcome().orElseThrow();
    github.summary(room -> ReportMarkdown.within(report, room));
    github.outputs(outputs);
    boolean isGood = exitCode == 0 || outcome == Outcome.SUPERSEDED;
    github.annotate(
        isGood,
        title(report.row().charter().release(), outcome.text()),
        Format.sentence(Format.firstLine(report.row().text().orElse(outcome.text())))
            + report.condemned().map(it -> " Why: " + it.why().text() + ".").orElse(""));
  }

  private static String title(Release release, String outcome) {
    return release.service() + " " + release.shownName() + ": " + outcome;
  }

  private static Map<String, String> outputs(
      WatchReport report, Optional<Path> file, String exitCode) {
    return outputs(
        report.outcome().map(Outcome::text).orElse(""),
        exitCode,
        report
            .lastCounts()
            .map(counts -> FigureText.plain(FigureText.sixDigits(counts)))
            .orElse(""),
        report.rolledBackTo().map(Object::toString).orElse(""),
        file.map(Path::toString).orElse(""));
  }

  private static Map<String, String> outputs(
      String outcome, String exitCode, String errorRate, String rolledBackTo, String report) {
    Map<String, String> outputs = new LinkedHashMap<>();
    outputs.put("outcome", outcome);
    outputs.put("exit-code", exitCode);
    outputs.put("error-rate", errorRate);
    outputs.put("rolled-back-to", rolledBackTo);
    outputs.put("report", report);
    return outputs;
  }

  /** The outputs as variables; a value that would end its line is left empty. */
  private void dotenv(Map<String, String> outputs) {
    StringBuilder lines = new StringBuilder();
    outputs.forEach(
        (name, value) ->
            lines
                .append("RIPCORD_")
                .append(name.toUpperCase(Locale.ROOT).replace('-', '_'))
                .append('=')
                .append(Printable.isPlain(value) ? value : "")
                .append('\n'));
    places.dotenv().ifPresent(place -> write("the variables", place, lines.toString(), false));
  }

  private Optional<Path> report(WatchReport report) {
    if (places.report().isPresent()) {
      return wanted(places.report().get(), report);
    }
    if (report.plan().isEmpty() || settings.database().isPresent()) {
      return Optional.empty();
    }
    Path own =
        settings
            .data()
            .resolve("reports")
            .resolve(report.row().charter().release().fileName() + ".md");
    return write("the report", own, ReportMarkdown.of(report), true);
  }

  private Optional<Path> wanted(Path place, WatchReport report) {
    boolean isJson = place.toString().toLowerCase(Locale.ROOT).endsWith(".json");
    String text = isJson ? ReportJson.of(report) + "\n" : ReportMarkdown.of(report);
    return write("the report", place, text, false);
  }

  private Optional<Path> write(String what, Path file, String text, boolean isOwn) {
    try {
      if (isOwn) {
        ReportFile.writeOwn(file, text);
      } else {
        ReportFile.write(file, text);
      }
      return Optional.of(file);
    } catch (IOException e) {
      console
          .err()
          .println(
              "ripcord: %s could not be written to %s: %s"
                  .formatted(what, file, CommandRunner.whyUnwritten(e)));
      return Optional.empty();
    }
  }
}
