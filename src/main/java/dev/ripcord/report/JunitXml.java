package dev.ripcord.report;

import dev.ripcord.release.Printable;
import dev.ripcord.release.Release;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A watch as JUnit XML, for build servers: a suite for the service, a case for each rule. A rule
 * that was breached has failed, one whose source was not reached is an error, one with too little
 * evidence is skipped. Well-formed whatever it holds.
 */
public final class JunitXml {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private JunitXml() {}

  /** The document of a watch, also of one that was broken off. */
  public static String of(WatchReport report) {
    Release release = report.row().charter().release();
    String service = release.service().text();
    Duration took = report.took().orElse(Duration.ZERO);
    StringBuilder xml = new StringBuilder();
    begin(
        xml,
        service,
        report.row().charter().startedAt(),
        took,
        report.rules().size(),
        count(report, RuleResult.Verdict.BREACHED),
        count(report, RuleResult.Verdict.NOT_REACHED),
        count(report, RuleResult.Verdict.TOO_LITTLE));
    properties(xml, report);
    for (RuleResult rule : report.rules()) {
      testCase(xml, service, rule, took);
    }
    xml.append("    <system-out>").append(content(story(report))).append("</system-out>\n");
    return end(xml);
  }

  /**
   * The document of a deploy that ended before there was anything to watch.
   *
   * @param isWanted whether that is how it was meant to end; else it is an error
   * @param why one line for people
   */
  public static String notWatched(
      String service, String release, Instant at, boolean isWanted, String why) {
    StringBuilder xml = new StringBuilder();
    String element = isWanted ? "skipped" : "error";
    begin(xml, service, at, Duration.ZERO, 1, 0, isWanted ? 0 : 1, isWanted ? 1 : 0);
    xml.append("    <testcase classname=\"")
        .append(escaped("ripcord." + service))
        .append("\" name=\"deploy\" time=\"0.000\">\n      <")
        .append(element)
        .append(" message=\"")
        .append(escaped(why))
        .append("\">")
        .append(content("release " + release + " was not watched: " + why))
        .append("</")
        .append(element)
        .append(">\n    </testcase>\n");
    return end(xml);
  }

  private static void begin(
      StringBuilder xml,
      String service,
      Instant at,
      Duration took,
      int tests,
      int failures,
      int errors,
      int skipped) {
    String numbers =
        "tests=\"%d\" failures=\"%d\" errors=\"%d\" skipped=\"%d\" time=\"%s\""
            .formatted(tests, failures, errors, skipped, seconds(took));
    xml.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"ripcord\" ")
        .append(numbers)
        .append(">\n  <testsuite name=\"")
        .append(escaped(service))
        .append("\" ")
        .append(numbers)
        .append(" timestamp=\"")
        .append(TIME.format(at))
        .append("\">\n");
  }

  private static String end(StringBuilder xml) {
    return xml.append("  </testsuite>\n</testsuites>\n").toString();
  }

  private static int count(WatchReport report, RuleResult.Verdict verdict) {
    return (int) report.rules().stream().filter(rule -> rule.verdict() == verdict).count();
  }

  private static void properties(StringBuilder xml, WatchReport report) {
    Release release = report.row().charter().release();
    xml.append("    <properties>\n");
    property(xml, "release", release.name());
    release.image().ifPresent(image -> property(xml, "image", image.text()));
    release.previousImage().ifPresent(image -> property(xml, "previous-image", image.text()));
    property(xml, "outcome", report.outcome().map(o -> o.text()).orElse("under-way"));
    report.outcome().ifPresent(o -> property(xml, "exit-code", String.valueOf(o.exitCode())));
    report.rolledBackTo().ifPresent(image -> property(xml, "rolled-back-to", image.text()));
    xml.append("    </properties>\n");
  }

  private static void property(StringBuilder xml, String name, String value) {
    xml.append("      <property name=\"")
        .append(name)
        .append("\" value=\"")
        .append(escaped(value))
        .append("\"/>\n");
  }

  private static void testCase(StringBuilder xml, String service, RuleResult rule, Duration took) {
    xml.append("    <testcase classname=\"")
        .append(escaped("ripcord." + service))
        .append("\" name=\"")
        .append(rule.measure().text())
        .append("\" time=\"")
        .append(seconds(took))
        .append("\">\n");
    said(rule)
        .ifPresent(
            element ->
                xml.append("      <")
                    .append(element)
                    .append(" message=\"")
                    .append(escaped(rule.text()))
                    .append(
                        element.equals("skipped")
                            ? "\""
                            : "\" type=\"" + rule.verdict().text() + "\"")
                    .append(">")
                    .append(content(details(rule)))
                    .append("</")
                    .append(element)
                    .append(">\n"));
    xml.append("      <system-out>").append(content(details(rule))).append("</system-out>\n");
    xml.append("    </testcase>\n");
  }

  private static Optional<String> said(RuleResult rule) {
    return switch (rule.verdict()) {
      case HELD -> Optional.empty();
      case BREACHED -> Optional.of("failure");
      case NOT_REACHED -> Optional.of("error");
      case TOO_LITTLE -> Optional.of("skipped");
    };
  }

  private static String details(RuleResult rule) {
    return "%s. Worst poll %s, limit %s%s"
        .formatted(
            rule.named(),
            rule.worst(),
            rule.limit(),
            rule.before().isEmpty() ? "" : ", before the release " + rule.before());
  }

  private static String story(WatchReport report) {
    List<String> lines =
        report.timeline().stream()
            .map(moment -> TIME.format(moment.at()) + "Z " + moment.line())
            .toList();
    return String.join("\n", lines);
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.3f", duration.toMillis() / 1000.0);
  }

  /** As text between tags: lines stay lines. */
  private static String content(String text) {
    return escaped(text).replace("&#10;", "\n").replace("&#9;", "\t");
  }

  /**
   * As the value of an attribute. What XML cannot hold at all is shown as an escape, and {@code >}
   * is written as one, so that {@code ]]>} cannot stand there.
   */
  static String escaped(String text) {
    return Printable.lines(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("\n", "&#10;")
        .replace("\t", "&#9;");
  }
}
