package dev.ripcord.cli.watch;

import dev.ripcord.cli.console.Ansi;
import dev.ripcord.cli.console.Format;
import dev.ripcord.report.Moments;
import dev.ripcord.report.WatchReport;
import dev.ripcord.watch.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a watch ended, as its last lines: the verdict, then where to read on, and the exit code.
 *
 * @param paint marks and colours
 */
record EndingText(Ansi paint) {
  private static final String GAP = "     ";

  List<String> lines(WatchReport report, int exitCode, Optional<Path> file) {
    Outcome outcome = report.outcome().orElseThrow();
    String verdict = paint.plain(verdict(report, outcome));
    List<String> facts = new ArrayList<>();
    file.ifPresent(at -> facts.add("Report: " + at));
    if (!report.left().kept().isEmpty()) {
      facts.add("Rows: ripcord salvage list");
    }
    String code = "Exit code " + exitCode;
    if (facts.isEmpty()) {
      return List.of(verdict + " " + code);
    }
    facts.add(code);
    return List.of(verdict, "  " + String.join(GAP, facts));
  }

  private String verdict(WatchReport report, Outcome outcome) {
    return paint.mark(Moments.mark(outcome).sign())
        + " "
        + outcome.text()
        + " after "
        + report.took().map(Format::duration).orElse(Format.NOTHING)
        + ": "
        + Format.sentence(Format.firstLine(report.row().text().orElse("")));
  }
}
