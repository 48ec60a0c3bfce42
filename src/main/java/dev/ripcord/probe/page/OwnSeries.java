package dev.ripcord.probe.page;

import dev.ripcord.config.SeriesSelector;
import dev.ripcord.config.SeriesSettings;
import dev.ripcord.health.Counts;
import dev.ripcord.health.Latency;
import dev.ripcord.health.Reason;
import dev.ripcord.probe.source.Histogram;
import dev.ripcord.probe.source.SeriesCounter;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/** A service's own series on its page: counts and latency by selectors. Not thread-safe. */
final class OwnSeries {
  private static final String BOUND = "le";

  private final SeriesSettings series;
  private final SeriesCounter requests = new SeriesCounter();
  private final SeriesCounter errors = new SeriesCounter();
  private final Map<Double, SeriesCounter> buckets = new HashMap<>();
  private boolean first = true;
  private int found;
  private int failing;

  OwnSeries(SeriesSettings series) {
    this.series = series;
  }

  /**
   * Takes a page.
   *
   * @param seconds when it was read, on a monotonic clock, for series without a timestamp
   */
  void take(byte[] bytes, int length, boolean openMetrics, double seconds) {
    first = !requests.isPrimed();
    found = 0;
    failing = 0;
    requests.begin();
    errors.begin();
    buckets.values().forEach(SeriesCounter::begin);
    PageText.each(
        bytes,
        length,
        openMetrics,
        (name, labels, value, stamp) ->
            take(name, labels, value, Double.isNaN(stamp) ? seconds : stamp));
    requests.end();
    errors.end();
    buckets.values().forEach(SeriesCounter::end);
  }

  private void take(String name, Map<String, String> labels, double value, double stamp) {
    String key = name + labels;
    if (isOf(series.requests(), name, labels)) {
      found++;
      requests.take(key, stamp, value);
    }
    if (isOf(series.errors(), name, labels)) {
      failing++;
      errors.take(key, stamp, value);
    }
    Optional<SeriesSelector> timed = series.latency();
    if (timed.isPresent()
        && name.equals(timed.get().name() + "_bucket")
        && timed.get().picks(labels)) {
      bucket(labels.getOrDefault(BOUND, ""), key, stamp, value);
    }
  }

  private void bucket(String le, String key, double stamp, double value) {
    try {
      double bound = le.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(le);
      buckets
          .computeIfAbsent(
              bound,
              x -> {
                SeriesCounter counter = new SeriesCounter();
                if (!first) {
                  counter.end();
                }
                return counter;
              })
          .take(key, stamp, value);
    } catch (NumberFormatException ignored) {
      // A bound that is no number bounds nothing.
    }
  }

  private static boolean isOf(SeriesSelector selector, String name, Map<String, String> labels) {
    return name.equals(selector.name()) && selector.picks(labels);
  }

  /** What was counted since the page before; why not goes to {@code missing}. */
  Optional<Counts> counts(BiConsumer<Reason.Code, String> missing) {
    if (found == 0) {
      missing.accept(
          Reason.Code.NO_DATA, "has no series " + series.requests() + " (series.requests)");
      return Optional.empty();
    }
    if (first) {
      missing.accept(Reason.Code.NO_DATA, "first reading, nothing to compare with yet");
      return Optional.empty();
    }
    if (!requests.hasMoved()) {
      missing.accept(
          Reason.Code.STALE,
          "has the same timestamps in " + series.requests().name() + " as the reading before");
      return Optional.empty();
    }
    long all = Math.round(requests.added());
    long failed = Math.round(errors.added());
    if (failed > all) {
      missing.accept(
          Reason.Code.PARSE,
          "counts more errors (%d, series.errors %s) than requests (%d, series.requests %s)"
              .formatted(failed, series.errors(), all, series.requests()));
      return Optional.empty();
    }
    return Optional.of(new Counts(all, failed));
  }

  /** Percentiles of what was timed since the page before. */
  Latency latency() {
    if (first || series.latency().isEmpty()) {
      return Latency.NONE;
    }
    Histogram histogram = new Histogram();
    buckets.forEach((bound, counter) -> histogram.add(bound, counter.added()));
    return new Latency(histogram.quantile(0.5), histogram.quantile(0.95), histogram.quantile(0.99));
  }

  /** How the counts came about, for people. */
  String evidence() {
    return "%s added %.0f over %d series, %s added %.0f over %d"
        .formatted(
            series.requests(), requests.added(), found, series.errors(), errors.added(), failing);
  }
}
