package dev.ripcord.probe.prometheus;

import dev.ripcord.config.SeriesSelector;
import dev.ripcord.config.SeriesSettings;
import dev.ripcord.health.Counts;
import dev.ripcord.health.Latency;
import dev.ripcord.health.Reason;
import dev.ripcord.probe.prometheus.PrometheusApi.Point;
import dev.ripcord.probe.prometheus.PrometheusApi.Reply;
import dev.ripcord.probe.prometheus.PrometheusApi.Series;
import dev.ripcord.probe.source.Histogram;
import dev.ripcord.probe.source.SeriesCounter;
import dev.ripcord.probe.source.Source;
import dev.ripcord.probe.source.SourceFigures;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Counts by the raw samples of a Prometheus server, which a range selector gives: so counts are
 * whole, a restart between two polls is seen, and it is known how old the newest sample is.
 * PromQL's {@code rate} and {@code increase} stretch to the edges of their window and guess.
 */
final class RawSeriesSource implements Source {
  /** As far back as Prometheus itself looks for the last sample of a series. */
  private static final Duration LOOKBACK = Duration.ofMinutes(5);

  /** Beyond what passed since the last reading: a scrape may be late. */
  private static final Duration MARGIN = Duration.ofMinutes(1);

  private final PrometheusApi api;
  private final SeriesSettings series;
  private final SeriesCounter requests = new SeriesCounter();
  private final SeriesCounter errors = new SeriesCounter();
  private final Map<Double, SeriesCounter> buckets = new HashMap<>();
  private double newest = Double.NaN;
  private Optional<Long> readNanos = Optional.empty();
  private List<String> evidence = List.of();

  RawSeriesSource(PrometheusApi api, SeriesSettings series) {
    this.api = api;
    this.series = series;
  }

  @Override
  public Future<SourceFigures> read() {
    long now = api.reader().nanos();
    Duration passed = readNanos.map(then -> Duration.ofNanos(now - then)).orElse(LOOKBACK);
    if (passed.compareTo(LOOKBACK) > 0) {
      requests.forget();
      errors.forget();
      buckets.clear();
    }
    Duration range = passed.compareTo(LOOKBACK) >= 0 ? LOOKBACK : passed.plus(MARGIN);
    String window = "[" + (range.toSeconds() + 1) + "s]";
    Future<Reply> all = api.query("series.requests", series.requests() + window);
    Future<Reply> failed = api.query("series.errors", series.errors() + window);
    Future<Reply> timed =
        series
            .latency()
            .map(histogram -> api.query("series.latency", buckets(histogram) + window))
            .orElse(Future.succeededFuture(new Reply.Found(List.of(), List.of())));
    return Future.join(all, failed, timed)
        .map(read -> figures(all.result(), failed.result(), timed.result(), now));
  }

  @Override
  public List<String> evidence() {
    return evidence;
  }

  private static SeriesSelector buckets(SeriesSelector histogram) {
    return histogram.of(histogram.name() + "_bucket");
  }

  private SourceFigures figures(Reply all, Reply failed, Reply timed, long now) {
    Instant at = api.reader().caller().client().now();
    if (!(all instanceof Reply.Found requested) || !(failed instanceof Reply.Found erred)) {
      Reply.Failed failure = all instanceof Reply.Failed first ? first : (Reply.Failed) failed;
      return SourceFigures.failed(at, failure.reason());
    }
    readNanos = Optional.of(now);
    List<Reason> reasons = new ArrayList<>();
    List<String> found = new ArrayList<>();
    boolean first = !requests.isPrimed();
    double before = newest;
    take(requests, requested.series(), true);
    take(errors, erred.series(), false);
    warn(requested.warnings(), reasons);
    Optional<Duration> window =
        first || Double.isNaN(before) || !(newest > before)
            ? Optional.empty()
            : Optional.of(Duration.ofMillis(Math.round((newest - before) * 1000)));
    Optional<Counts> counts = counts(requested, first, window, at, reasons, found);
    Latency latency = latency(timed, counts.isPresent(), reasons);
    evidence = List.of("prometheus " + api.base() + ": " + String.join("; ", found));
    return new SourceFigures(
        at, window, counts, latency, OptionalDouble.empty(), OptionalDouble.empty(), reasons);
  }

  private void take(SeriesCounter counter, List<Series> all, boolean dated) {
    counter.begin();
    for (Series each : all) {
      String key = each.labels().toString();
      for (Point point : each.samples()) {
        counter.take(key, point.seconds(), point.value());
        if (dated && !(newest >= point.seconds())) {
          newest = point.seconds();
        }
      }
    }
    counter.end();
  }

  private Optional<Counts> counts(
      Reply.Found requested,
      boolean first,
      Optional<Duration> window,
      Instant at,
      List<Reason> reasons,
      List<String> found) {
    if (requested.series().isEmpty()) {
      requests.forget();
      String text = "has no series " + series.requests() + " in the last minutes";
      reasons.add(api.reason(Reason.Code.NO_DATA, text));
      return Optional.empty();
    }
    if (first) {
      reasons.add(api.reason(Reason.Code.NO_DATA, "first reading, nothing to compare with yet"));
      return Optional.empty();
    }
    if (window.isEmpty()) {
      long age = Math.round(at.toEpochMilli() / 1e3 - newest);
      reasons.add(
          api.reason(
              Reason.Code.STALE,
              "has no sample of "
                  + series.requests()
                  + " since the reading before; the newest is "
                  + age
                  + " s old"));
      return Optional.empty();
    }
    long whole = Math.round(requests.added());
    long failed = Math.round(errors.added());
    if (failed > whole) {
      reasons.add(
          api.reason(
              Reason.Code.PARSE,
              "counts more errors (%d, %s) than requests (%d, %s)"
                  .formatted(failed, series.errors(), whole, series.requests())));
      return Optional.empty();
    }
    found.add(
        String.format(
            Locale.ROOT,
            "%s added %d over %d series, %s added %d over %d, in the %.1f s between the newest"
                + " samples",
            series.requests(),
            whole,
            requests.series(),
            series.errors(),
            failed,
            errors.series(),
            window.get().toMillis() / 1e3));
    return Optional.of(new Counts(whole, failed));
  }

  private Latency latency(Reply timed, boolean counted, List<Reason> reasons) {
    switch (timed) {
      case Reply.Failed failed -> {
        reasons.add(failed.reason());
        return Latency.NONE;
      }
      case Reply.Found found -> {
        Map<Double, List<Series>> byBound = new HashMap<>();
        for (Series each : found.series()) {
          bound(each.labels().getOrDefault("le", ""))
              .ifPresent(le -> byBound.computeIfAbsent(le, x -> new ArrayList<>()).add(each));
        }
        Histogram histogram = new Histogram();
        byBound.forEach(
            (le, all) -> {
              SeriesCounter counter = buckets.computeIfAbsent(le, x -> new SeriesCounter());
              take(counter, all, false);
              histogram.add(le, counter.added());
            });
        return counted
            ? new Latency(
                histogram.quantile(0.5), histogram.quantile(0.95), histogram.quantile(0.99))
            : Latency.NONE;
      }
    }
  }

  private static Optional<Double> bound(String le) {
    try {
      return Optional.of(le.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(le));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private void warn(List<String> warnings, List<Reason> reasons) {
    warnings.forEach(each -> reasons.add(api.reason(Reason.Code.NO_DATA, "warns: " + each)));
  }
}
