package dev.ripcord.web.release;

import dev.ripcord.health.FigureText;
import dev.ripcord.health.HealthReading.Kind;
import dev.ripcord.report.WatchReport;
import dev.ripcord.web.page.Html;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The error rate of a watch as a picture: a bar for each poll, the limit as a line. Where polls are
 * more than fit, a bar is the worst of several.
 */
final class RatePicture {
  private static final int BARS_MAX = 120;
  private static final int WIDTH = 960;
  private static final int HEIGHT = 120;

  /** Where nothing comes near the limit it is still in sight, with room above it. */
  private static final double ROOM = 1.25;

  /** A bar that can be seen, of a poll without an error, and of one that measured nothing. */
  private static final int LEAST = 3;

  private RatePicture() {}

  private record Bar(OptionalDouble rate, Optional<Kind> kind) {}

  static Html of(WatchReport report) {
    List<WatchReport.Poll> polls = report.polls();
    if (polls.isEmpty()) {
      return Html.NOTHING;
    }
    double limit = report.row().charter().rules().threshold().value();
    List<Bar> bars = bars(polls);
    double highest = bars.stream().flatMapToDouble(bar -> bar.rate().stream()).max().orElse(0);
    double top = Math.max(highest, limit) * ROOM;
    double step = (double) WIDTH / Math.max(30, bars.size());
    List<Html> drawn = new ArrayList<>();
    for (int i = 0; i < bars.size(); i++) {
      drawn.add(bar(bars.get(i), i * step, step, top));
    }
    double at = HEIGHT - limit / top * HEIGHT;
    return Html.of(
        """
        <figure class="card rates" id="rates">
        <figcaption>Error rate of each poll, limit {}</figcaption>
        <svg viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">
        {}<line class="limit" x1="0" x2="{}" y1="{}" y2="{}"/>
        </svg>
        </figure>
        """,
        report.row().charter().rules().threshold(),
        WIDTH,
        HEIGHT,
        words(report),
        Html.join(drawn),
        WIDTH,
        number(at),
        number(at));
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
    double height = Math.max(LEAST, bar.rate().orElse(0) / top * HEIGHT);
    return Html.of(
        "<rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>\n",
        bar.kind().map(RatePicture::style).orElse("none"),
        number(x),
        number(HEIGHT - height),
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
    return String.format(Locale.ROOT, "%.1f", value);
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
                  .max((a, b) -> Integer.compare(rank(a), rank(b)))));
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
