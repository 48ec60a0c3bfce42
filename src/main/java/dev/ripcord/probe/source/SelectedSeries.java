package dev.ripcord.probe.source;

import dev.ripcord.config.SeriesSettings;
import dev.ripcord.health.Counts;
import dev.ripcord.health.Latency;
import dev.ripcord.health.Reason;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BiConsumer;

/**
 * Requests, errors and latency by a service's own series, wherever they are read: what was added to
 * each between two readings. Not thread-safe.
 */
public final class SelectedSeries {
  private final SeriesSettings settings;
  private final OptionalDouble slowerThan;
  private final SeriesCounter requests = new SeriesCounter();
  private final SeriesCounter errors = new SeriesCounter();
  private final Map<Double, SeriesCounter> buckets = new HashMap<>();
  private Optional<Long> readNanos = Optional.empty();
  private boolean first = true;

  /**
   * None was read yet.
   *
   * @param slowerThan seconds beyond which a request is slow, where somebody asks
   */
  public SelectedSeries(SeriesSettings settings, OptionalDouble slowerThan) {
    this.settings = settings;
    this.slowerThan = slowerThan;
  }

  /** Which they are. */
  public SeriesSettings settings() {
    return settings;
  }

  /** How long ago the last whole reading was; empty where there is none to compare with. */
  public Optional<Duration> age(long nanos) {
    return readNanos
        .map(then -> Duration.ofNanos(nanos - then))
        .filter(passed -> passed.compareTo(RequestCounter.KEPT) <= 0);
  }

  /** Begins a reading; one before that is too old is not compared with. */
  public void begin(long nanos) {
    if (age(nanos).isEmpty()) {
      forget();
    }
    first = readNanos.isEmpty();
    readNanos = Optional.of(nanos);
    requests.begin();
    errors.begin();
    buckets.values().forEach(SeriesCounter::begin);
  }

  /** Takes a value of a series that counts requests; see {@link SeriesCounter#take}. */
  public void request(String series, double stamp, double value) {
    requests.take(series, stamp, value);
  }

  /** Takes a value of a series that counts errors. */
  public void error(String series, double stamp, double value) {
    errors.take(series, stamp, value);
  }

  /** Takes a value of a bucket; one whose bound is no number bounds nothing. */
  public void bucket(String le, String series, double stamp, double value) {
    double bound = ExpositionNumber.of(le);
    if (!Double.isNaN(bound)) {
      buckets.computeIfAbsent(bound, x -> bucket()).take(series, stamp, value);
    }
  }

  /** One that is new after a good reading counts from 0, as any series does. */
  private SeriesCounter bucket() {
    SeriesCounter counter = new SeriesCounter();
    if (!first) {
      counter.end();
    }
    return counter;
  }

  /** Ends a reading that was whole. */
  public void end() {
    requests.end();
    errors.end();
    buckets.values().forEach(SeriesCounter::end);
  }

  /** The next reading is the first again. */
  public void forget() {
    requests.forget();
    errors.forget();
    buckets.clear();
    readNanos = Optional.empty();
  }

  /**
   * What was counted since the reading before.
   *
   * @param stale what is said where no series of requests has a new value
   * @param missing takes why there are no counts, as a predicate of the source
   */
  public Optional<Counts> counts(String stale, BiConsumer<Reason.Code, String> missing) {
    if (!requests.hasSeen()) {
      missing.accept(
          Reason.Code.NO_DATA, "has no series " + settings.requests() + " (series.requests)");
      return Optional.empty();
    }
    if (first) {
      missing.accept(Reason.Code.NO_DATA, "first reading, nothing to compare with yet");
      return Optional.empty();
    }
    if (!requests.hasMoved()) {
      missing.accept(Reason.Code.STALE, stale);
      return Optional.empty();
    }
    long all = Math.round(requests.added());
    long failed = Math.round(errors.added());
    if (failed > all) {
      missing.accept(
          Reason.Code.PARSE,
          "counts more errors (%d, series.errors %s) than requests (%d, series.requests %s)"
              .formatted(failed, settings.errors(), all, settings.requests()));
      return Optional.empty();
    }
    return Optional.of(new Counts(all, failed));
  }

  /** Percentiles of what was timed since the reading before. */
  public Latency latency() {
    if (first) {
      return Latency.NONE;
    }
    Histogram histogram = new Histogram();
    buckets.forEach((bound, counter) -> histogram.add(bound, counter.added()));
    return histogram.latency(1, slowerThan);
  }

  /** How the counts came about, for people. */
  public String evidence() {
    return "%s added %.0f over %d series, %s added %.0f over %d"
        .formatted(
            settings.requests(),
            requests.added(),
            requests.series(),
            settings.errors(),
            errors.added(),
            errors.series());
  }
}
