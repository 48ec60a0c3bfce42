package dev.ripcord.web.page;

import dev.ripcord.health.FigureText;
import dev.ripcord.health.Ratio;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * The figures of the charts as a table, newest first; its rows are also what the charts point at.
 */
final class PollTable {
  private final ServiceHistory history;
  private final Ratio threshold;
  private final Chart chart;

  PollTable(ServiceHistory history, Ratio threshold) {
    this.history = history;
    this.threshold = threshold;
    this.chart = history.chart();
  }

  Html html() {
    String each =
        history.polls().together()
            ? "a line for each "
                + TimeText.span(history.polls().apart())
                + ": requests and errors are"
                + " added up, of latencies the highest stands, CPU and memory are the average"
            : "a line for each poll";
    return Html.of(
        """
        <details id="figures"><summary>The same figures as a table</summary>
        <section class="scroll" tabindex="0" aria-label="Figures of {} as a table">
        <table id="polls"><caption>{} over {}, {}.</caption>
        <thead><tr><th scope="col">Time</th><th scope="col">Verdict</th><th scope="col" class="number">Error rate</th>\
        <th scope="col" class="number">Requests/s</th><th scope="col" class="number">p50</th><th scope="col" class="number">p95</th>\
        <th scope="col" class="number">p99</th><th scope="col" class="number">CPU</th><th scope="col" class="number">Memory</th>\
        <th scope="col">Why</th></tr></thead>
        <tbody>
        {}</tbody></table></section></details>
        """,
        history.service(),
        history.service(),
        history.window().words(),
        each,
        Html.join(history.points().reversed().stream().map(this::row)));
  }

  private Html row(Point point) {
    return Html.of(
        "<tr id=\"p{}\" data-x=\"{}\"><th scope=\"row\">{}</th><td>{}</td><td"
            + " class=\"number\">{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td><td"
            + " class=\"number\">{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td><td"
            + " class=\"number\">{}</td><td>{}</td></tr>\n",
        point.at().toEpochMilli(),
        chart.x(point.at()),
        history.window().needsDays() ? TimeText.moment(point.at()) : TimeText.clock(point.at()),
        Mark.of(point.kind()).with(point.kind().text()),
        point.counts().map(c -> FigureText.rateOf(c, threshold)).orElse(FigureText.NOTHING),
        Double.isFinite(point.requestRate())
            ? String.format(Locale.ROOT, "%.1f", point.requestRate())
            : FigureText.NOTHING,
        millis(point.latency().p50()),
        millis(point.latency().p95()),
        millis(point.latency().p99()),
        FigureText.share(point.cpu().orElse(Double.NaN)),
        FigureText.share(point.memory().orElse(Double.NaN)),
        point.why());
  }

  private static String millis(OptionalDouble seconds) {
    return FigureText.millis(seconds.orElse(Double.NaN));
  }
}
