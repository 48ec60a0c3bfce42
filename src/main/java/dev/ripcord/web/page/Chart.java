package dev.ripcord.web.page;

import dev.ripcord.health.HealthReading;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;

/**
 * A picture of one or more figures over time, as SVG. Lines end where nothing was measured, and the
 * place is marked: a line through it would say what nobody knows.
 */
final class Chart {
  private static final int SIDE = 1000;

  /** What a time without any record is drawn with; once on each page with charts. */
  static final Html HATCH =
      Html.of(
          "<svg class=\"unseen\" aria-hidden=\"true\"><defs><pattern id=\"hatch\" width=\"8\""
              + " height=\"8\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
              + "<rect width=\"8\" height=\"8\"/><path d=\"M0 0v8\"/></pattern></defs></svg>\n");

  private static final String NOTHING_RECORDED = "nothing was recorded";

  /** Points that are further apart than this many times the usual have a gap between them. */
  private static final double GAP = 2.5;

  /** A limit that is further away than this many times the highest figure is left out. */
  private static final double LIMIT_IN_SIGHT = 5;

  /**
   * What a letter of a name takes on a phone, and what is beside it, in hundredths of the width.
   */
  private static final double LETTER = 3;

  private static final double BESIDE_NAME = 3;

  /** A longer name would have no room on either side of its line on a phone. */
  private static final int NAME_MAX = 15;

  /** A band that is narrower, of 1000, has no room for words on a screen. */
  private static final int ROOM_FOR_WORDS = 450;

  /** And one that is narrower than this has none on a phone. */
  private static final int ROOM_ON_A_PHONE = 850;

  /** More marks than these lie on one another on a phone. */
  private static final int MANY = 40;

  /** So few points are each a dot: between them nothing was measured. */
  private static final int DOTS_MAX = 20;

  private final Instant from;
  private final Instant to;
  private final List<Point> points;
  private final Optional<Instant> first;
  private final long usualMillis;

  /**
   * A picture of these polls.
   *
   * @param from the left edge
   * @param to the right edge
   */
  Chart(Instant from, Instant to, ServiceHistory.Polls polls) {
    this.from = from;
    this.to = to;
    this.points = polls.points();
    this.first = polls.first();
    this.usualMillis = usual(polls);
  }

  /**
   * The distance that half of the points keep at most, which is not that of now where a service was
   * polled less often before.
   */
  private static long usual(ServiceHistory.Polls polls) {
    List<Point> points = polls.points();
    List<Long> apart = new ArrayList<>();
    for (int i = 1; i < points.size(); i++) {
      apart.add(Duration.between(points.get(i - 1).at(), points.get(i).at()).toMillis());
    }
    apart.sort(null);
    return Math.max(polls.apart().toMillis(), apart.size() < 2 ? 0 : apart.get(apart.size() / 2));
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
   * @param main whether it is the one that is looked at first: polls in breach are marked on its
   *     first line, and what its bands mean is written into them
   */
  record Look(
      String label,
      OptionalDouble limit,
      boolean alwaysLimit,
      double least,
      DoubleFunction<String> scale,
      boolean main) {}

  Html svg(List<Line> lines, Look look, List<Release> releases) {
    double most = highest(lines);
    boolean limitShown =
        look.limit().isPresent()
            && (look.alwaysLimit() || look.limit().getAsDouble() <= LIMIT_IN_SIGHT * most);
    double top = nice(Math.max(Math.max(most, look.least()), limitShown ? above(look) : 0));
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
        {}<svg class="lines" viewBox="0 0 1000 1000" width="100%" height="100%" preserveAspectRatio="none">{}</svg>
        {}{}{}{}<text class="scale" x="-6" y="0" dy="9" text-anchor="end">{}</text><text class="scale" x="-6" y="50%" dy="4" text-anchor="end">{}</text><text class="scale" x="-6" y="100%" text-anchor="end">0</text>
        <line class="cursor" x1="-9999" x2="-9999" y1="0" y2="100%"/></svg>
        """,
        look.label(),
        Html.join(bands().stream().map(band -> band(band, look.main()))),
        Html.join(plot),
        limitShown ? limit(look.limit().getAsDouble(), top) : Html.NOTHING,
        look.main() ? breaches(lines.getFirst(), top) : Html.NOTHING,
        points.isEmpty() || isMeasured(lines)
            ? Html.NOTHING
            : Html.of(
                "<text class=\"scale\" x=\"50%\" y=\"50%\" dy=\"16\" text-anchor=\"middle\">not"
                    + " measured</text>"),
        Html.join(marks(releases)),
        look.scale().apply(top),
        look.scale().apply(top / 2));
  }

  /** A limit has room above it, but on a scale that ends higher anyway. */
  private static double above(Look look) {
    double limit = look.limit().orElse(0);
    return limit <= look.least() ? limit : limit * 1.15;
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
    StringBuilder dots = new StringBuilder();
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
      if (points.size() <= DOTS_MAX || (begun < 0 && isAlone(i, line))) {
        dots.append('M').append(place).append("h0");
      }
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
        Html.of("<path class=\"line {}\" d=\"{}\"/>", line.style(), path),
        dots.isEmpty()
            ? Html.NOTHING
            : Html.of("<path class=\"dot {}\" d=\"{}\"/>", line.style(), dots));
  }

  /** Whether no line leads on from a point that no line leads to. */
  private boolean isAlone(int i, Line line) {
    return i + 1 == points.size()
        || isGap(i + 1)
        || !Double.isFinite(line.value().applyAsDouble(points.get(i + 1)));
  }

  private static int y(double value, double top) {
    return (int) Math.round(SIDE * (1 - Math.clamp(value / top, 0.0, 1.0)));
  }

  /** Whether nothing was recorded for a while before a point. */
  private boolean isGap(int i) {
    return Duration.between(points.get(i - 1).at(), points.get(i).at()).toMillis()
        > GAP * usualMillis;
  }

  /**
   * A time of which there are no figures.
   *
   * @param style the name of its look in the style sheet
   * @param why in words
   */
  private record Band(String style, Instant begin, Instant end, String why) {}

  /** What was before the first poll, where nothing was recorded, and where it could not be told. */
  private List<Band> bands() {
    List<Band> bands = new ArrayList<>();
    if (points.isEmpty()) {
      bands.add(
          first.isPresent()
              ? new Band("none", from, to, NOTHING_RECORDED)
              : new Band("before", from, to, "no poll yet"));
      return bands;
    }
    Instant begin = points.getFirst().at();
    if (first.filter(at -> at.isAfter(from)).isPresent()) {
      bands.add(new Band("before", from, begin, "before the first recorded poll"));
    } else if (Duration.between(from, begin).toMillis() > GAP * usualMillis) {
      bands.add(new Band("none", from, begin, NOTHING_RECORDED));
    }
    Duration half = Duration.ofMillis(usualMillis).dividedBy(2);
    for (int i = 0; i < points.size(); i++) {
      Point point = points.get(i);
      if (i > 0 && isGap(i)) {
        bands.add(new Band("none", points.get(i - 1).at(), point.at(), NOTHING_RECORDED));
      }
      if (point.kind() == HealthReading.Kind.UNKNOWN) {
        int end = i;
        while (end + 1 < points.size()
            && points.get(end + 1).kind() == point.kind()
            && !isGap(end + 1)) {
          end++;
        }
        bands.add(
            new Band(
                "unknown",
                point.at().minus(half),
                points.get(end).at().plus(half),
                "unknown, neither good nor bad: " + why(point)));
        i = end;
      }
    }
    Point last = points.getLast();
    if (Duration.between(last.at(), to).toMillis() > Math.max(GAP * usualMillis, 60_000)) {
      bands.add(new Band("none", last.at(), to, NOTHING_RECORDED));
    }
    return bands;
  }

  private static String why(Point point) {
    return point.why().isEmpty() ? "too few requests" : point.why();
  }

  private Html band(Band band, boolean explained) {
    int width = Math.max(2, x(band.end()) - x(band.begin()));
    boolean worded = explained && width >= ROOM_FOR_WORDS && !band.style().equals("unknown");
    return Html.of(
        "<rect class=\"gap {}\" x=\"{}\" width=\"{}%\" y=\"0\""
            + " height=\"100%\"{}><title>{}</title></rect>{}",
        band.style(),
        percent(band.begin()),
        decimal(width / 10.0),
        band.style().equals("none") ? Html.of(" fill=\"url(#hatch)\"") : Html.NOTHING,
        band.why(),
        worded
            ? Html.of(
                "<text class=\"words{}\" x=\"{}%\" y=\"50%\" dy=\"-8\""
                    + " text-anchor=\"middle\">{}</text>",
                width < ROOM_ON_A_PHONE ? " wide" : "",
                decimal((x(band.begin()) + width / 2.0) / 10),
                band.why())
            : Html.NOTHING);
  }

  private static Html limit(double limit, double top) {
    String y = decimal(y(limit, top) / 10.0) + "%";
    return Html.of("<line class=\"limit\" x1=\"0\" x2=\"100%\" y1=\"{}\" y2=\"{}\"/>", y, y);
  }

  private Html breaches(Line line, double top) {
    List<Point> bad = points.stream().filter(p -> p.kind() == HealthReading.Kind.BREACH).toList();
    String style = bad.size() > MANY ? "breach many" : "breach";
    String radius = bad.size() > MANY ? "2" : "3.5";
    return Html.join(
        bad.stream()
            .map(
                p -> {
                  double value = line.value().applyAsDouble(p);
                  return Html.of(
                      "<circle class=\"{}\" cx=\"{}\" cy=\"{}%\" r=\"{}\"/>",
                      style,
                      percent(p.at()),
                      decimal(y(Double.isFinite(value) ? value : top, top) / 10.0),
                      radius);
                }));
  }

  /** A line for each release, and its name where there is room; the newest comes first to it. */
  private List<Html> marks(List<Release> releases) {
    List<Html> marks = new ArrayList<>();
    double free = SIDE / 10.0;
    for (Release release :
        releases.stream().sorted(Comparator.comparing(Release::at).reversed()).toList()) {
      String x = percent(release.at());
      double place = x(release.at()) / 10.0;
      marks.add(
          Html.of(
              "<line class=\"release\" x1=\"{}\" x2=\"{}\" y1=\"0\""
                  + " y2=\"100%\"><title>{}</title></line>",
              x, x, release.name()));
      String name = shortened(release.name());
      double width = name.length() * LETTER + BESIDE_NAME;
      boolean after = place + width <= free;
      if (after || (place <= free && place >= width)) {
        marks.add(
            Html.of(
                "<text class=\"release\" x=\"{}\" y=\"12\" dx=\"{}\" text-anchor=\"{}\">{}</text>",
                x,
                after ? "4" : "-4",
                after ? "start" : "end",
                name));
        free = after ? place : place - width;
      }
    }
    return marks;
  }

  private static String shortened(String name) {
    return name.length() <= NAME_MAX ? name : name.substring(0, NAME_MAX - 1) + "…";
  }

  private static String decimal(double value) {
    return value == Math.rint(value)
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%.1f", value);
  }
}
