package dev.ripcord.web.page;

import dev.ripcord.health.Counts;
import dev.ripcord.health.FigureText;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Limit;
import dev.ripcord.health.Measure;
import dev.ripcord.health.Ratio;
import dev.ripcord.health.Rules;
import dev.ripcord.health.Sample;
import dev.ripcord.web.page.Chart.Line;
import dev.ripcord.web.page.Chart.Look;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The charts of a service, each with its last value and its limit beside it, in words too. */
final class ChartFigure {
  private static final String COLUMN_RATE = "2";
  private static final String COLUMN_REQUESTS = "3";
  private static final String COLUMNS_LATENCY = "4 5 6";
  private static final String COLUMN_CPU = "7";
  private static final String COLUMN_MEMORY = "8";

  private final ServiceHistory history;
  private final Rules rules;
  private final Optional<Sample> last;
  private final Chart chart;

  /**
   * Of one service.
   *
   * @param rules what its polls are judged by now
   * @param last the last poll
   */
  ChartFigure(ServiceHistory history, Rules rules, Optional<Sample> last) {
    this.history = history;
    this.rules = rules;
    this.last = last;
    this.chart = history.chart();
  }

  /** All of them; what nothing was measured of is named together, and has no chart. */
  Html all() {
    List<Html> charts = new ArrayList<>(List.of(errorRate()));
    List<String> missing = new ArrayList<>();
    add(charts, missing, "requests", this::requests, Point::requestRate);
    add(charts, missing, "latency", this::latency, p -> p.latency().p99().orElse(Double.NaN));
    add(charts, missing, "CPU", this::cpu, p -> p.cpu().orElse(Double.NaN));
    add(charts, missing, "memory", this::memory, p -> p.memory().orElse(Double.NaN));
    return Html.of(
        "<div class=\"charts of-{}\">\n{}{}</div>\n",
        charts.size(),
        Html.join(charts),
        missing.isEmpty() || history.points().isEmpty()
            ? Html.NOTHING
            : Html.of(
                "<p class=\"small muted missing\">Not measured in this time: {}.</p>\n",
                String.join(", ", missing)));
  }

  private void add(
      List<Html> charts,
      List<String> missing,
      String name,
      Supplier<Html> chart,
      ToDoubleFunction<Point> value) {
    if (history.points().stream().mapToDouble(value).anyMatch(Double::isFinite)) {
      charts.add(chart.get());
    } else {
      missing.add(name);
    }
  }

  private Html cpu() {
    return share(Measure.CPU, "CPU", COLUMN_CPU, Point::cpu);
  }

  private Html memory() {
    return share(Measure.MEMORY, "Memory", COLUMN_MEMORY, Point::memory);
  }

  private Html errorRate() {
    Ratio threshold = rules.threshold();
    double limit = threshold.millionths() / 1e6;
    String now = counts().map(c -> FigureText.rateOf(c, threshold)).orElse(FigureText.NOTHING);
    long breaches =
        history.points().stream().filter(p -> p.kind() == HealthReading.Kind.BREACH).count();
    String said = "limit " + threshold + (breaches == 0 ? "" : ", " + marked(breaches));
    return figure(
        "Error rate",
        now,
        said,
        COLUMN_RATE,
        chart.svg(
            List.of(new Line("a", Point::errorRate)),
            new Look(
                label("error rate", now, said),
                OptionalDouble.of(limit),
                true,
                limit * 1.3,
                FigureText::shareLimit,
                true),
            history.releases()),
        Html.NOTHING);
  }

  private String marked(long breaches) {
    boolean together = history.polls().together();
    String what = (together ? "step" : "poll") + (breaches == 1 ? "" : "s");
    String of = together ? " of " + TimeText.span(history.polls().apart()) : "";
    return "✖ " + breaches + " " + what + of + " in breach";
  }

  private Html requests() {
    String now =
        last.flatMap(
                s ->
                    counts()
                        .map(
                            c -> c.requests() + " in " + TimeText.span(atLeastASecond(s.window()))))
            .orElse(FigureText.NOTHING);
    return figure(
        "Requests",
        now,
        "drawn per second",
        COLUMN_REQUESTS,
        chart.svg(
            List.of(new Line("a", Point::requestRate)),
            new Look(
                label("requests a second", now, "no limit"),
                OptionalDouble.empty(),
                false,
                0,
                ChartFigure::number,
                false),
            history.releases()),
        Html.NOTHING);
  }

  private Html latency() {
    List<Measure> measures = List.of(Measure.LATENCY_P50, Measure.LATENCY_P95, Measure.LATENCY_P99);
    String now =
        measures.stream()
            .map(m -> m.text().substring("latency-".length()) + " " + figure(m))
            .collect(Collectors.joining(" · "));
    Optional<Measure> limited =
        measures.reversed().stream().filter(m -> limit(m).isPresent()).findFirst();
    String said =
        limited.map(m -> "limit " + said(m) + " of " + m.text().substring(8)).orElse("no limit");
    return figure(
        "Latency",
        now,
        said,
        COLUMNS_LATENCY,
        chart.svg(
            List.of(
                new Line("a", p -> p.latency().p50().orElse(Double.NaN)),
                new Line("b", p -> p.latency().p95().orElse(Double.NaN)),
                new Line("c", p -> p.latency().p99().orElse(Double.NaN))),
            new Look(
                label("latency", now, said),
                limited.map(this::limit).orElse(OptionalDouble.empty()),
                false,
                0,
                FigureText::millisLimit,
                false),
            history.releases()),
        Html.of(
            "<span class=\"legend\" aria-hidden=\"true\"><i class=\"a\"></i>p50 <i"
                + " class=\"b\"></i>p95 <i class=\"c\"></i>p99</span>"));
  }

  private Html share(Measure measure, String name, String column, ToOptional value) {
    String now = figure(measure);
    String said = limit(measure).isPresent() ? "limit " + said(measure) : "no limit";
    ToDoubleFunction<Point> of = point -> value.of(point).orElse(Double.NaN);
    return figure(
        name,
        now,
        said,
        column,
        chart.svg(
            List.of(new Line("a", of)),
            new Look(
                label(name, now, said), limit(measure), false, 1, FigureText::shareLimit, false),
            history.releases()),
        Html.NOTHING);
  }

  /** A figure of a point that may be missing. */
  private interface ToOptional {
    OptionalDouble of(Point point);
  }

  private Html figure(
      String name, String now, String said, String columns, Html picture, Html legend) {
    return Html.of(
        """
        <figure class="card figure" data-columns="{}">
        <figcaption><h2>{}</h2> <b>{}</b> <span class="muted">{}</span> {}</figcaption>
        <div class="plot">{}<p class="readout" aria-hidden="true" data-keep></p></div>
        <div class="axis" aria-hidden="true">{}{}{}</div>
        </figure>
        """,
        columns,
        name,
        now,
        said,
        legend,
        picture,
        time(history.from()),
        time(history.from().plus(Duration.between(history.from(), history.to()).dividedBy(2))),
        time(history.to()));
  }

  private Html time(Instant at) {
    return history.window().needsDays() ? TimeText.moment(at) : TimeText.clock(at);
  }

  private String label(String what, String now, String said) {
    return "%s of %s over %s: last %s, %s"
        .formatted(what, history.service(), history.window().words(), now, said);
  }

  private Optional<Counts> counts() {
    return last.flatMap(Sample::counts).filter(c -> c.requests() > 0);
  }

  private OptionalDouble limit(Measure measure) {
    return Stream.ofNullable(rules.limits().get(measure))
        .filter(Limit::holds)
        .mapToDouble(Limit::value)
        .findFirst();
  }

  private String said(Measure measure) {
    return Optional.ofNullable(rules.limits().get(measure))
        .map(limit -> limit.text(measure))
        .orElse(FigureText.NOTHING);
  }

  private String figure(Measure measure) {
    OptionalDouble value = last.map(measure::of).orElse(OptionalDouble.empty());
    if (value.isEmpty()) {
      return FigureText.NOTHING;
    }
    OptionalDouble limit = limit(measure);
    return limit.isPresent()
        ? measure.figureText(value.getAsDouble(), limit.getAsDouble())
        : measure.figureText(value.getAsDouble());
  }

  private static Duration atLeastASecond(Duration window) {
    return Duration.ofSeconds(Math.max(1, window.plusMillis(500).toSeconds()));
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%.3g", value);
  }
}
