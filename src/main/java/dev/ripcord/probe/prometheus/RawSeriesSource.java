package dev.ripcord.probe.prometheus;

import dev.ripcord.config.SeriesSettings;
import dev.ripcord.health.Counts;
import dev.ripcord.health.Latency;
import dev.ripcord.health.Reason;
import dev.ripcord.probe.prometheus.PrometheusApi.Point;
import dev.ripcord.probe.prometheus.PrometheusApi.Reply;
import dev.ripcord.probe.prometheus.PrometheusApi.Series;
import dev.ripcord.probe.source.RequestCounter;
import dev.ripcord.probe.source.SelectedSeries;
import dev.ripcord.probe.source.Source;
import dev.ripcord.probe.source.SourceFigures;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Counts by the raw samples of a Prometheus server, which a range selector gives: so counts are
 * whole, a restart between two polls is seen, and it is known how old the newest sample is.
 * PromQL's {@code rate} and {@code increase} stretch to the edges of their window and guess.
 */
final class RawSeriesSource implements Source {
  /** Beyond what passed since the last reading: a scrape may be late. */
  private static final Duration MARGIN = Duration.ofMinutes(1);

  private final PrometheusApi api;
  private final SelectedSeries series;
  private double newest = Double.NaN;
  private List<String> evidence = List.of();

  RawSeriesSource(PrometheusApi api, SeriesSettings settings, OptionalDouble slowerThan) {
    this.api = api;
    this.series = new SelectedSeries(settings, slowerThan);
  }

  @Override
  public Future<SourceFigures> read() {
    long now = api.reader().nanos();
    SeriesSettings wanted = series.settings();
    Duration range = series.age(now).map(passed -> passed.plus(MARGIN)).orElse(RequestCounter.KEPT);
    String window = "[" + (range.toSeconds() + 1) + "s]";
    Future<Reply> all = api.query("series.requests", wanted.requests() + window);
    Future<Reply> failed = api.query("series.errors", wanted.errors() + window);
    Future<Reply> timed =
        wanted
            .buckets()
            .map(buckets -> api.query("series.latency", buckets + window))
            .orElse(Future.succeededFuture(new Reply.Found(List.of(), List.of())));
    return Future.join(all, failed, timed)
        .map(read -> figures(all.result(), failed.result(), timed.result(), now));
  }

  @Override
  public List<String> evidence() {
    return evidence;
  }

  private SourceFigures figures(Reply all, Reply failed, Reply timed, long now) {
    Instant at = api.reader().caller().client().now();
    if (!(all instanceof Reply.Found requested) || !(failed instanceof Reply.Found erred)) {
      Reply.Failed failure = all instanceof Reply.Failed first ? first : (Reply.Failed) failed;
      return SourceFigures.failed(at, failure.reason());
    }
    List<Reason> reasons = new ArrayList<>();
    requested
        .warnings()
        .forEach(each -> reasons.add(api.reason(Reason.Code.NO_DATA, "warns: " + each)));
    double before = newest;
    series.begin(now);
    each(requested, series::request);
    each(erred, series::error);
    switch (timed) {
      case Reply.Failed without -> reasons.add(without.reason());
      case Reply.Found found -> found.series().forEach(this::bucket);
    }
    series.end();
    newest = newest(requested, before);
    String stale =
        "has no sample of %s since the reading before; the newest is %.0f s old"
            .formatted(series.settings().requests(), at.toEpochMilli() / 1e3 - newest);
    Optional<Counts> counts =
        series.counts(stale, (code, text) -> reasons.add(api.reason(code, text)));
    if (requested.series().isEmpty()) {
      // What appears later has counted since a time that nobody knows.
      series.forget();
    }
    evidence = List.of("prometheus " + api.base() + ": " + series.evidence());
    return new SourceFigures(
        at,
        counts.map(ignored -> Duration.ofMillis(Math.round((newest - before) * 1000))),
        counts,
        counts.isPresent() ? series.latency() : Latency.NONE,
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        reasons);
  }

  /** Takes one sample of a series. */
  @FunctionalInterface
  private interface Taker {
    void take(String series, double stamp, double value);
  }

  private static void each(Reply.Found found, Taker taker) {
    for (Series each : found.series()) {
      String key = each.labels().toString();
      each.samples().forEach(point -> taker.take(key, point.seconds(), point.value()));
    }
  }

  private void bucket(Series bucket) {
    String key = bucket.labels().toString();
    String le = bucket.labels().getOrDefault("le", "");
    bucket.samples().forEach(point -> series.bucket(le, key, point.seconds(), point.value()));
  }

  private static double newest(Reply.Found found, double before) {
    return found.series().stream()
        .flatMap(each -> each.samples().stream())
        .mapToDouble(Point::seconds)
        .max()
        .orElse(before);
  }
}
