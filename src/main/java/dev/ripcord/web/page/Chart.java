package dev.ripcord.web.page;

import dev.ripcord.health.HealthReading;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;

/**
 * A picture of one or more figures over time, as SVG. Lines end where nothing was measured, and the
 * place is marked: a line through it would say what nobody knows.
 */
final class Chart {
  private static final int SIDE = 1000;

  /** Points that are further apart than this many times the usual have a gap between them. */
  private static final double GAP = 2.5;

  /** A limit that is further away than this many times the highest figure is left out. */
  private static final double LIMIT_IN_SIGHT = 5;

  private static final double LABELS_APART = 9;

  private final Instant from;
  private final Instant to;
  private final List<Point> points;
  private final long usualMillis;

  /**
   * A picture of these points, oldest first.
   *
   * @param from the left edge
   * @param to the right edge
   */
  Chart(Instant from, Instant to, List<Point> points) {
    this.from = from;
    this.to = to;
    this.points = points;
    this.usualMillis = usual(points);
  }

  /** The distance that half of the points keep at most. */
  private static long usual(List<Point> points) {
    List<Long> apart = new ArrayList<>();
    for (int i = 1; i < points.size(); i++) {
      apart.add(Duration.between(points.get(i - 1).at(), points.get(i).at()).toMillis());
    }
    apart.sort(null);
    return apart.isEmpty() ? 0 : apart.get(apart.size() / 2);
  }

  /**
   * One line.
   *
   * @param style the name of its colour and dashes in the style sheet
   * @param value of a point; no number where it was not measured
   */
  record Line(String style, ToDoubleFunction<Point> value) {}

  /** A release that began. */
  record Release(Instant at, String name) {}

  /**
   * What a picture shows.
   *
   * @param label the picture in words, for who does not see it
   * @param limit where the limit is, if there is one
   * @param alwaysLimit whether the limit is shown however far away it is
   * @param least the top of the scale is this at least
   * @param scale the text of a value on the scale
   * @param breaches whether polls in breach are marked on the first line
   */
  record Look(
      String label,
      OptionalDouble limit,
      boolean alwaysLimit,
      double least,
      DoubleFunction<String> scale,
      boolean breaches) {}

  Html svg(List<Line> lines, Look look, List<Release> releases) {
    double most = highest(lines);
    boolean limitShown =
        look.limit().isPresent()
            && (look.alwaysLimit() || look.limit().getAsDouble() <= LIMIT_IN_SIGHT * most);
    double top =
        nice(
            Math.max(
                Math.max(most, look.least()), limitShown ? look.limit().getAsDouble() * 1.15 : 0));
    List<Html> plot = new ArrayList<>();
    boolean first = true;
    for (Line line : lines) {
      plot.add(line(line, top, first && lines.size() == 1));
      first = false;
    }
    return Html.of(
        """
        <svg class="chart" role="img" aria-label="{}">
        <line class="grid" x1="0" x2="100%" y1="50%" y2="50%"/><line class="grid" x1="0" x2="100%" y1="100%" y2="100%"/>
        {}<svg viewBox="0 0 1000 1000" width="100%" height="100%" preserveAspectRatio="none">{}</svg>
        {}{}{}{}<text class="scale" x="4" y="12">{}</text><text class="scale" x="4" y="50%" dy="-4">{}</text>
        <line class="cursor" x1="-9" x2="-9" y1="0" y2="100%"/></svg>
        """,
        look.label(),
        Html.join(gaps()),
        Html.join(plot),
        limitShown ? limit(look.limit().getAsDouble(), top) : Html.NOTHING,
        look.breaches() ? breaches(lines.getFirst(), top) : Html.NOTHING,
        isMeasured(lines)
            ? Html.NOTHING
            : Html.of(
                "<text class=\"scale\" x=\"50%\" y=\"50%\" dy=\"16\" text-anchor=\"middle\">not"
                    + " measured</text>"),
        Html.join(marks(releases)),
        look.scale().apply(top),
        look.scale().apply(top / 2));
  }

  /** Where a time is, in hundredths of the width. */
  String percent(Instant at) {
    return decimal(x(at) / 10.0) + "%";
  }

  /** Where a time is, of 1000. */
  int x(Instant at) {
    double part =
        Duration.between(from, at).toMillis() / (double) Duration.between(from, to).toMillis();
    return (int) Math.round(SIDE * Math.clamp(part, 0.0, 1.0));
  }

  private boolean isMeasured(List<Line> lines) {
    return points.stream()
        .anyMatch(p -> lines.stream().anyMatch(l -> Double.isFinite(l.value().applyAsDouble(p))));
  }

  private double highest(List<Line> lines) {
    return lines.stream()
        .flatMapToDouble(line -> points.stream().mapToDouble(line.value()))
        .filter(Double::isFinite)
        .max()
        .orElse(0);
  }

  /** The next round number: 1, 2, 2.5, 5 or 10 times a power of ten. */
  static double nice(double value) {
    if (!(value > 0)) {
      return 1;
    }
    double power = Math.pow(10, Math.floor(Math.log10(value)));
    for (double step : new double[] {1, 2, 2.5, 5}) {
      if (value <= step * power * (1 + 1e-9)) {
        return step * power;
      }
    }
    return 10 * power;
  }

  private Html line(Line line, double top, boolean filled) {
    StringBuilder path = new StringBuilder();
    StringBuilder area = new StringBuilder();
    int begun = -1;
    int last = -1;
    for (int i = 0; i < points.size(); i++) {
      double value = line.value().applyAsDouble(points.get(i));
      boolean ends = !Double.isFinite(value) || (i > 0 && isGap(i));
      if (ends && begun >= 0) {
        area.append('L').append(last).append(" 1000L").append(begun).append(" 1000z");
        begun = -1;
      }
      if (!Double.isFinite(value)) {
        continue;
      }
      int x = x(points.get(i).at());
      int y = y(value, top);
      String place = x + " " + y;
      if (begun < 0) {
        begun = x;
        path.append('M').append(place).append("h0");
        area.append('M').append(place);
      } else {
        path.append('L').append(place);
        area.append('L').append(place);
      }
      last = x;
    }
    if (begun >= 0) {
      area.append('L').append(last).append(" 1000L").append(begun).append(" 1000z");
    }
    return Html.join(
        filled ? Html.of("<path class=\"area {}\" d=\"{}\"/>", line.style(), area) : Html.NOTHING,
        Html.of("<path class=\"line {}\" d=\"{}\"/>", line.style(), path));
  }

  private static int y(double value, double top) {
    return (int) Math.round(SIDE * (1 - Math.clamp(value / top, 0.0, 1.0)));
  }

  /** Whether nothing was recorded for a while before a point. */
  private boolean isGap(int i) {
    return Duration.between(points.get(i - 1).at(), points.get(i).at()).toMillis()
        > GAP * usualMillis;
  }

  /** Where nothing was recorded, and where it could not be told. */
  private List<Html> gaps() {
    List<Html> gaps = new ArrayList<>();
    Duration usual = Duration.ofMillis(usualMillis);
    Duration half = usual.dividedBy(2);
    if (points.isEmpty()) {
      gaps.add(band("none", from, to, "nothing was recorded"));
      return gaps;
    }
    if (Duration.between(from, points.getFirst().at()).toMillis() > GAP * usualMillis) {
      gaps.add(band("none", from, points.getFirst().at(), "nothing was recorded"));
    }
    for (int i = 0; i < points.size(); i++) {
      Point point = points.get(i);
      if (i > 0 && isGap(i)) {
        gaps.add(band("none", points.get(i - 1).at(), point.at(), "nothing was recorded"));
      }
      if (point.kind() == HealthReading.Kind.UNKNOWN) {
        int end = i;
        while (end + 1 < points.size()
            && points.get(end + 1).kind() == point.kind()
            && !isGap(end + 1)) {
          end++;
        }
        gaps.add(
            band(
                "unknown",
                point.at().minus(half),
                points.get(end).at().plus(half),
                "unknown, neither good nor bad: " + why(point)));
        i = end;
      }
    }
    Point last = points.getLast();
    if (Duration.between(last.at(), to).toMillis() > Math.max(GAP * usualMillis, 60_000)) {
      gaps.add(band("none", last.at(), to, "nothing was recorded"));
    }
    return gaps;
  }

  private static String why(Point point) {
    return point.why().isEmpty() ? "too few requests" : point.why();
  }

  private Html band(String style, Instant begin, Instant end, String why) {
    return Html.of(
        "<rect class=\"gap {}\" x=\"{}\" width=\"{}%\" y=\"0\""
            + " height=\"100%\"><title>{}</title></rect>",
        style, percent(begin), decimal(Math.max(2, x(end) - x(begin)) / 10.0), why);
  }

  private static Html limit(double limit, double top) {
    String y = decimal(y(limit, top) / 10.0) + "%";
    return Html.of("<line class=\"limit\" x1=\"0\" x2=\"100%\" y1=\"{}\" y2=\"{}\"/>", y, y);
  }

  private Html breaches(Line line, double top) {
    return Html.join(
        points.stream()
            .filter(p -> p.kind() == HealthReading.Kind.BREACH)
            .map(
                p -> {
                  double value = line.value().applyAsDouble(p);
                  return Html.of(
                      "<circle class=\"breach\" cx=\"{}\" cy=\"{}%\" r=\"3.5\"/>",
                      percent(p.at()),
                      decimal(y(Double.isFinite(value) ? value : top, top) / 10.0));
                }));
  }

  private List<Html> marks(List<Release> releases) {
    List<Html> marks = new ArrayList<>();
    double free = 0;
    for (Release release : releases) {
      String x = percent(release.at());
      double place = x(release.at()) / 10.0;
      marks.add(
          Html.of("<line class=\"release\" x1=\"{}\" x2=\"{}\" y1=\"0\" y2=\"100%\"/>", x, x));
      if (place >= free) {
        marks.add(
            Html.of(
                "<text class=\"release\" x=\"{}\" y=\"12\" dx=\"{}\" text-anchor=\"{}\">{}</text>",
                x,
                place > 85 ? "-4" : "4",
                place > 85 ? "end" : "start",
                release.name()));
        free = place + LABELS_APART;
      }
    }
    return marks;
  }

  private static String decimal(double value) {
    return value == Math.rint(value)
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%.1f", value);
  }
}
