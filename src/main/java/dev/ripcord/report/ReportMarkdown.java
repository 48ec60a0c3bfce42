package dev.ripcord.report;

import dev.ripcord.health.FigureText;
import dev.ripcord.health.HealthReading.Kind;
import dev.ripcord.health.Ratio;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.release.ServiceName;
import dev.ripcord.rollback.Plan;
import dev.ripcord.rollback.Refusal;
import dev.ripcord.rollback.Salvaged;
import dev.ripcord.watch.WatchSpec;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A watch as Markdown: the verdict first, then the figures against their limits, a picture of the
 * error rate, the rollback step by step, what it kept and what remains to be done, and everything
 * that happened. What comes from outside is shown and does nothing.
 */
public final class ReportMarkdown {
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final WatchReport report;
  private final WatchSpec spec;
  private final List<String> lines = new ArrayList<>();

  private ReportMarkdown(WatchReport report) {
    this.report = report;
    this.spec = report.row().charter();
  }

  /** The whole document. */
  public static String of(WatchReport report) {
    return new ReportMarkdown(report).document(Integer.MAX_VALUE);
  }

  /**
   * The document where a place takes only so much: of what happened, the middle is left out, and
   * that is said.
   *
   * @param bytes the most, in UTF-8
   * @return not more than that; empty where not even the verdict fits
   */
  public static String within(WatchReport report, long bytes) {
    int moments = Math.max(1, report.timeline().size());
    while (true) {
      String document = new ReportMarkdown(report).document(moments);
      if (size(document) <= bytes) {
        return document;
      }
      if (moments == 0) {
        String verdict = new ReportMarkdown(report).verdict();
        return size(verdict) <= bytes ? verdict : "";
      }
      moments /= 2;
    }
  }

  /** Of a deploy that ended before there was anything to watch. */
  public static String notWatched(ServiceName service, String release, String why) {
    return "# %s %s: not watched\n\n%s.\n"
        .formatted(Markdown.text(service.text()), Markdown.text(release), sentence(why));
  }

  private static long size(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private String verdict() {
    head();
    return text();
  }

  private String document(int moments) {
    head();
    summary();
    rules();
    chart();
    refused();
    rollback();
    left();
    story(moments);
    return text();
  }

  private String text() {
    return String.join("\n", lines) + "\n";
  }

  private void head() {
    Release release = spec.release();
    String outcome = report.outcome().map(o -> o.text()).orElse("under way");
    lines.add(
        "# %s %s: %s"
            .formatted(
                Markdown.text(release.service().text()),
                Markdown.text(release.shownName()),
                outcome));
    lines.add("");
    String sign = report.outcome().map(o -> Moments.mark(o).sign() + " ").orElse("");
    lines.add(
        sign
            + report
                .row()
                .text()
                .map(said -> "**%s**: %s.".formatted(outcome, sentence(said)))
                .orElse("**under way**: the watch has not ended."));
  }

  private static String sentence(String text) {
    return Markdown.text(text.strip().replaceAll("[.\\s]+$", ""));
  }

  private void summary() {
    Release release = spec.release();
    lines.addAll(List.of("", "| | |", "|---|---|"));
    fact(
        "image",
        release.image().map(i -> Markdown.code(i.text())).orElse(FigureText.NOTHING)
            + report
                .rolledBackTo()
                .map(to -> " → " + Markdown.code(to.text()))
                .orElseGet(
                    () ->
                        release
                            .previousImage()
                            .map(ImageRef::text)
                            .map(before -> ", before it " + Markdown.code(before))
                            .orElse("")));
    fact("watched", watched());
    fact("polls", polls());
    fact(
        "rule",
        Markdown.text(
            "%s breaches of an error rate at or above %s condemn; normal when well %s"
                .formatted(
                    spec.rules().breaches(), spec.rules().threshold(), spec.rules().normal())));
    report
        .condemned()
        .ifPresent(
            it ->
                fact(
                    "condemned",
                    CLOCK.format(it.at()) + " UTC: " + Markdown.text(it.why().text())));
    spec.alertOnly().ifPresent(why -> fact("nothing is rolled back", Markdown.text(why)));
    report.expanded().ifPresent(why -> fact("schema", "ahead of the image: " + Markdown.text(why)));
    report.outcome().ifPresent(outcome -> fact("exit code", String.valueOf(outcome.exitCode())));
  }

  private void fact(String name, String value) {
    lines.add("| " + name + " | " + value + " |");
  }

  private String watched() {
    Instant from = spec.startedAt();
    String bake = FigureText.duration(spec.bake());
    return report
        .row()
        .endedAt()
        .map(
            end ->
                "%s to %s UTC, %s of %s"
                    .formatted(
                        DAY.format(from),
                        CLOCK.format(end),
                        report.took().map(FigureText::duration).orElse(FigureText.NOTHING),
                        bake))
        .orElse("since " + DAY.format(from) + " UTC, for " + bake);
  }

  private String polls() {
    List<String> parts = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      long count =
          report.polls().stream().filter(p -> p.kind().filter(kind::equals).isPresent()).count();
      if (count > 0) {
        parts.add(count + " " + kind.text());
      }
    }
    long open = report.polls().stream().filter(p -> p.judged().isEmpty()).count();
    if (open > 0) {
      parts.add(open + " not judged");
    }
    return report.polls().size()
        + ", one each "
        + FigureText.duration(spec.interval())
        + (parts.isEmpty() ? "" : ": " + String.join(", ", parts));
  }

  private void rules() {
    lines.addAll(
        List.of(
            "",
            "## Figures against their limits",
            "",
            "| rule | verdict | worst poll | limit | before the release | at or above the limit |"
                + " it may |",
            "|---|---|---|---|---|---|---|"));
    for (RuleResult rule : report.rules()) {
      lines.add(
          "| %s | %s | %s | %s | %s | %s | %s |"
              .formatted(
                  rule.measure().words(),
                  sign(rule.verdict()) + " " + rule.verdict().words(),
                  Markdown.text(rule.worst()),
                  Markdown.text(rule.limit()),
                  rule.before().isEmpty() ? FigureText.NOTHING : Markdown.text(rule.before()),
                  rule.crossed()
                      + " of "
                      + rule.decided()
                      + (rule.decided() == 1 ? " poll" : " polls"),
                  act(rule)));
    }
    List<String> open =
        report.rules().stream()
            .filter(rule -> rule.verdict() != RuleResult.Verdict.HELD)
            .map(rule -> "- " + Markdown.text(rule.named()))
            .toList();
    if (!open.isEmpty()) {
      lines.add("");
      lines.addAll(open);
    }
  }

  private static String act(RuleResult rule) {
    return switch (rule.act()) {
      case OBSERVE -> "show it";
      case ALERT -> "alert";
      case ASK -> "ask for a rollback";
      case ROLLBACK -> "roll back";
    };
  }

  private static String sign(RuleResult.Verdict verdict) {
    return switch (verdict) {
      case HELD -> "✔";
      case BREACHED -> "✖";
      case NOT_REACHED, TOO_LITTLE -> "?";
    };
  }

  private void chart() {
    Ratio threshold = spec.rules().threshold();
    List<String> picture = RateChart.lines(report.polls(), threshold);
    if (picture.isEmpty()) {
      return;
    }
    lines.addAll(List.of("", "## Error rate", "", "```text"));
    lines.addAll(picture);
    lines.addAll(List.of("```", "", RateChart.legend(report.polls()) + "."));
  }

  private void refused() {
    if (report.refusals().isEmpty()) {
      return;
    }
    lines.addAll(List.of("", "## Why it was not rolled back", ""));
    for (Refusal refusal : report.refusals()) {
      lines.add("- %s. Next: %s.".formatted(sentence(refusal.text()), sentence(refusal.next())));
    }
  }

  private void rollback() {
    if (report.plan().isEmpty()) {
      return;
    }
    Plan plan = report.plan().get();
    lines.addAll(
        List.of(
            "",
            "## The rollback",
            "",
            "%s: %s.".formatted(Moments.goesBack(plan), sentence(plan.why())),
            "",
            "| step | | | took | |",
            "|---|---|---|---|---|"));
    for (StepRun step : report.steps()) {
      lines.add(
          "| %d | %s | %s | %s | %s |"
              .formatted(
                  step.number(),
                  Markdown.text(step.name()),
                  sign(step.state()) + step.state().words(),
                  step.took().map(FigureText::duration).orElse(FigureText.NOTHING),
                  Markdown.text(step.text())));
    }
    if (!plan.warnings().isEmpty()) {
      lines.add("");
      plan.warnings().forEach(warning -> lines.add("- ▲ " + Markdown.text(warning)));
    }
  }

  private static String sign(StepRun.State state) {
    return switch (state) {
      case DONE -> "✔ ";
      case FAILED, NOT_BEGUN, TIMED_OUT -> "✖ ";
      case UNCERTAIN, BROKEN_OFF -> "▲ ";
      case PLANNED, UNDER_WAY -> "";
    };
  }

  /** What a rollback leaves; nothing where none was begun. */
  private void left() {
    Aftermath left = report.left();
    if (!left.ran()) {
      return;
    }
    List<String> kept =
        left.kept().stream()
            .map(ReportMarkdown::kept)
            .collect(Collectors.toCollection(ArrayList::new));
    left.backups().forEach(backup -> kept.add(Markdown.text(backup)));
    section("## What was kept", kept);
    section("## What remains to be done", left.remaining().stream().map(Markdown::text).toList());
  }

  private static String kept(Salvaged each) {
    return Markdown.text(each.text()) + ", restore with: " + Markdown.code(each.command());
  }

  private void section(String title, List<String> items) {
    lines.addAll(List.of("", title, ""));
    if (items.isEmpty()) {
      lines.add("Nothing.");
    }
    items.forEach(item -> lines.add("- " + item));
  }

  private void story(int most) {
    List<Moment> all = report.timeline();
    lines.addAll(List.of("", "## What happened (UTC)", ""));
    if (all.size() <= most) {
      all.forEach(this::moment);
      return;
    }
    int last = most / 2;
    int first = most - last;
    all.subList(0, first).forEach(this::moment);
    lines.add(
        Markdown.block(
            "… %d lines are left out here; all of them: ripcord explain %s --service %s"
                .formatted(
                    all.size() - most, spec.release().shownName(), spec.release().service())));
    all.subList(all.size() - last, all.size()).forEach(this::moment);
  }

  private void moment(Moment moment) {
    lines.add(Markdown.block(CLOCK.format(moment.at()) + " " + moment.line()));
  }
}
