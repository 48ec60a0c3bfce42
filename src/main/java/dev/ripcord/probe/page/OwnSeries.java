package dev.ripcord.probe.page;

import dev.ripcord.config.SeriesSelector;
import dev.ripcord.config.SeriesSettings;
import dev.ripcord.health.Counts;
import dev.ripcord.health.Latency;
import dev.ripcord.health.Reason;
import dev.ripcord.probe.source.SelectedSeries;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BiConsumer;

/** A service's own series on its page: counts and latency by selectors. Not thread-safe. */
final class OwnSeries {
  private final SelectedSeries series;

  OwnSeries(SeriesSettings settings, OptionalDouble slowerThan) {
    this.series = new SelectedSeries(settings, slowerThan);
  }

  /**
   * Takes a page.
   *
   * @param nanos when it was read, on a monotonic clock, also for series without a timestamp
   */
  void take(byte[] bytes, int length, boolean openMetrics, long nanos) {
    series.begin(nanos);
    PageText.each(
        bytes,
        length,
        openMetrics,
        (name, labels, value, stamp) ->
            take(name, labels, value, Double.isNaN(stamp) ? nanos / 1e9 : stamp));
    series.end();
  }

  private void take(String name, Map<String, String> labels, double value, double stamp) {
    String key = name + labels;
    SeriesSettings wanted = series.settings();
    if (isOf(wanted.requests(), name, labels)) {
      series.request(key, stamp, value);
    }
    if (isOf(wanted.errors(), name, labels)) {
      series.error(key, stamp, value);
    }
    if (wanted.buckets().filter(each -> isOf(each, name, labels)).isPresent()) {
      series.bucket(labels.getOrDefault("le", ""), key, stamp, value);
    }
  }

  private static boolean isOf(SeriesSelector selector, String name, Map<String, String> labels) {
    return name.equals(selector.name()) && selector.picks(labels);
  }

  /** What was counted since the page before; why not goes to {@code missing}. */
  Optional<Counts> counts(BiConsumer<Reason.Code, String> missing) {
    return series.counts(
        "has the same timestamps in "
            + series.settings().requests().name()
            + " as the reading before",
        missing);
  }

  Latency latency() {
    return series.latency();
  }

  String evidence() {
    return series.evidence();
  }
}
