package dev.ripcord.cli.doctor;

import dev.ripcord.cli.console.Ansi;
import dev.ripcord.cli.console.Format;
import java.util.ArrayList;
import java.util.List;

/** Findings as people read them: the answer first, then a line each, with what to do below it. */
record DoctorText(Ansi paint) {
  List<String> lines(List<Finding> findings) {
    List<String> lines = new ArrayList<>();
    lines.add(answer(findings));
    String before = "";
    for (Finding finding : findings) {
      String service = finding.service().orElse("");
      if (!service.equals(before)) {
        lines.add("");
        lines.add(service);
        before = service;
      }
      lines.add("  %s %-16s%s".formatted(mark(finding), finding.subject(), finding.text()));
      finding.next().ifPresent(next -> lines.add("    Next: " + next));
    }
    return lines;
  }

  private String answer(List<Finding> findings) {
    long bad = count(findings, Finding.State.FALSE);
    long unknown = count(findings, Finding.State.UNKNOWN);
    long warnings = count(findings, Finding.State.WARNING);
    long tried = findings.size() - count(findings, Finding.State.NOT_TRIED) - warnings;
    return switch (Diagnosis.whole(findings)) {
      case FALSE ->
          paint.cross()
              + " not ready for a rollback: "
              + bad
              + " of "
              + tried
              + " not true"
              + (unknown == 0 ? "" : ", " + unknown + " unknown");
      case UNKNOWN ->
          "? not known whether it is ready for a rollback: "
              + unknown
              + " of "
              + tried
              + " unknown";
      case TRUE, WARNING, NOT_TRIED ->
          paint.ok()
              + " ready for a rollback: all "
              + tried
              + " are true now"
              + (warnings == 0 ? "" : ", with " + Format.count(warnings, "warning", "warnings"));
    };
  }

  private static long count(List<Finding> findings, Finding.State state) {
    return findings.stream().filter(f -> f.state() == state).count();
  }

  private String mark(Finding finding) {
    return switch (finding.state()) {
      case TRUE -> paint.ok();
      case FALSE -> paint.cross();
      case UNKNOWN -> "?";
      case WARNING -> paint.alert();
      case NOT_TRIED -> paint.dot();
    };
  }
}
