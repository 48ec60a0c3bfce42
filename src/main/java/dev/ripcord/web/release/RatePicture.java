package dev.ripcord.web.release;

import dev.ripcord.health.FigureText;
import dev.ripcord.health.HealthReading.Kind;
import dev.ripcord.health.Ratio;
import dev.ripcord.port.WatchProjection;
import dev.ripcord.report.WatchReport;
import dev.ripcord.rollback.Step;
import dev.ripcord.watch.BakeTime;
import dev.ripcord.watch.WatchSpec;
import dev.ripcord.web.page.Html;
import dev.ripcord.web.page.TimeText;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The error rate of a watch as a picture: a bar for each poll, the limit as a line. Where polls are
 * more than fit, a bar is the worst of several. While the watch runs, the picture is as wide as its
 * bake time.
 */
final class RatePicture {
  private static final int BARS_MAX = 120;
  private static final int BARS_LEAST = 12;
  private static final double WHOLE = 100;

  /** Where nothing comes near the limit it is still in sight, with room above it. */
  private static final double ROOM = 1.25;

  /** A bar that can be seen, of a poll without an error, and of one that measured nothing. */
  private static final double LEAST = 2.5;

  /** Labels of the scale that are closer would lie on one another. */
  private static final double LABELS_APART = 14;

  /** A label that begins further right would not end within the picture. */
  private static final double RIGHT = 80;

  private RatePicture() {}

  /**
   * What a bar shows.
   *
   * @param polls the number of the last poll in it
   */
  private record Bar(OptionalDouble rate, Optional<Kind> kind, int polls) {}

  static Html of(WatchReport report) {
    List<WatchReport.Poll> polls = report.polls();
    if (polls.isEmpty()) {
      return Html.NOTHING;
    }
    Ratio threshold = report.row().charter().rules().threshold();
    double limit = threshold.value();
    List<Bar> bars = bars(polls);
    double highest = bars.stream().flatMapToDouble(bar -> bar.rate().stream()).max().orElse(0);
    double top = Math.max(highest, limit) * ROOM;
    double step = WHOLE / slots(report, bars.size());
    List<Html> drawn = new ArrayList<>();
    for (int i = 0; i < bars.size(); i++) {
      drawn.add(bar(bars.get(i), i * step, step, top));
    }
    double at = WHOLE - limit / top * WHOLE;
    double most = WHOLE - highest / top * WHOLE;
    return Html.of(
        """
        <figure class="card rates" id="rates">
        <figcaption><h2>Error rate</h2> <b>{}</b> <span class="muted">limit {}{}</span></figcaption>
        <div class="plot"><svg role="img" aria-label="{}">
        <line class="grid" x1="0" x2="100%" y1="100%" y2="100%"/>
        {}<line class="limit" x1="0" x2="100%" y1="{}%" y2="{}%"/><text class="scale" x="-6" y="{}%" dy="4" text-anchor="end">{}</text>
        {}{}</svg></div>
        <div class="axis" aria-hidden="true">{}</div>
        </figure>
        """,
        isOver(report)
            ? "highest " + highest(report)
            : report.lastCounts().map(c -> FigureText.rateOf(c, threshold)).orElse("not measured"),
        threshold,
        after(report),
        words(report),
        Html.join(drawn),
        number(at),
        number(at),
        number(at),
        threshold,
        Math.abs(most - at) < LABELS_APART || highest == 0
            ? Html.NOTHING
            : Html.of(
                "<text class=\"scale\" x=\"-6\" y=\"{}%\" dy=\"4\" text-anchor=\"end\">{}</text>",
                number(most), FigureText.share(highest)),
        condemned(bars, report, step),
        axis(report));
  }

  /** Whether no poll of the release is to come. */
  private static boolean isOver(WatchReport report) {
    return report.outcome().isPresent() || report.plan().isPresent();
  }

  /** What was seen after the rollback, which has no bars: it is not of this release. */
  private static String after(WatchReport report) {
    return report.steps().stream()
        .filter(step -> step.step() instanceof Step.Verify && !step.text().isBlank())
        .map(step -> ", after the rollback " + step.text())
        .findFirst()
        .orElse("");
  }

  /** A running watch has room for the polls that are still to come. */
  private static int slots(WatchReport report, int bars) {
    WatchSpec spec = report.row().charter();
    long expected =
        isOver(report)
            ? 0
            : Duration.between(spec.startedAt(), bakeEnds(report)).toMillis()
                / Math.max(1, spec.interval().toMillis());
    return Math.clamp(Math.max(bars, expected), BARS_LEAST, BARS_MAX);
  }

  private static Instant bakeEnds(WatchReport report) {
    WatchSpec spec = report.row().charter();
    return report
        .standing()
        .map(it -> BakeTime.of(it.state()).ends(spec))
        .orElseGet(spec::bakeEnds);
  }

  private static Html axis(WatchReport report) {
    Instant first = report.polls().getFirst().at();
    return isOver(report)
        ? Html.of(
            "<span>{} to {}</span>",
            TimeText.clock(first),
            TimeText.clock(report.polls().getLast().at()))
        : Html.of(
            "<span>{}</span><span>bake time ends {}</span>",
            TimeText.clock(first),
            TimeText.clock(bakeEnds(report)));
  }

  /** The place behind the poll that condemned. */
  private static Html condemned(List<Bar> bars, WatchReport report, double step) {
    int poll =
        report.polls().stream()
            .filter(it -> it.judged().flatMap(WatchProjection.Poll::condemned).isPresent())
            .mapToInt(WatchReport.Poll::number)
            .findFirst()
            .orElse(0);
    if (poll == 0) {
      return Html.NOTHING;
    }
    long behind = bars.stream().filter(bar -> bar.polls() <= poll).count();
    double x = Math.min(WHOLE, Math.max(1, behind) * step - step * 0.1);
    boolean isLeft = x > RIGHT;
    return Html.of(
        "<line class=\"condemned\" x1=\"{}%\" x2=\"{}%\" y1=\"0\" y2=\"100%\"/><text"
            + " class=\"condemned\" x=\"{}%\" y=\"10\" dx=\"{}\""
            + " text-anchor=\"{}\">condemned</text>\n",
        number(x), number(x), number(x), isLeft ? "-5" : "5", isLeft ? "end" : "start");
  }

  private static String words(WatchReport report) {
    long breaches =
        report.polls().stream().filter(p -> p.kind().equals(Optional.of(Kind.BREACH))).count();
    String last =
        report
            .lastCounts()
            .map(c -> FigureText.rateOf(c, report.row().charter().rules().threshold()))
            .orElse("not measured");
    return "Error rate of %d polls: last %s, highest %s, limit %s, %d in breach"
        .formatted(
            report.polls().size(),
            last,
            highest(report),
            report.row().charter().rules().threshold(),
            breaches);
  }

  private static String highest(WatchReport report) {
    return report.polls().stream()
        .filter(poll -> poll.errorRate().isPresent())
        .max(Comparator.comparingDouble(poll -> poll.errorRate().orElse(0)))
        .flatMap(poll -> poll.sample().counts())
        .map(counts -> FigureText.rateOf(counts, report.row().charter().rules().threshold()))
        .orElse("not measured");
  }

  private static Html bar(Bar bar, double x, double step, double top) {
    double height = Math.max(LEAST, bar.rate().orElse(0) / top * WHOLE);
    return Html.of(
        "<rect class=\"{}\" x=\"{}%\" y=\"{}%\" width=\"{}%\" height=\"{}%\"/>\n",
        bar.kind().map(RatePicture::style).orElse("none"),
        number(x),
        number(WHOLE - height),
        number(step * 0.8),
        number(height));
  }

  private static String style(Kind kind) {
    return switch (kind) {
      case HEALTHY -> "good";
      case WARNING -> "warning";
      case BREACH -> "bad";
      case UNKNOWN -> "unknown";
    };
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  private static List<Bar> bars(List<WatchReport.Poll> polls) {
    int count = Math.min(BARS_MAX, polls.size());
    List<Bar> bars = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<WatchReport.Poll> some =
          polls.subList(
              (int) ((long) polls.size() * i / count),
              (int) ((long) polls.size() * (i + 1) / count));
      bars.add(
          new Bar(
              some.stream().flatMapToDouble(p -> p.errorRate().stream()).max(),
              some.stream()
                  .flatMap(p -> p.kind().stream())
                  .max((a, b) -> Integer.compare(rank(a), rank(b))),
              some.getLast().number()));
    }
    return bars;
  }

  private static int rank(Kind kind) {
    return switch (kind) {
      case UNKNOWN -> 0; // Where another poll could tell, it says nothing of that.
      case HEALTHY -> 1;
      case WARNING -> 2;
      case BREACH -> 3;
    };
  }
}
