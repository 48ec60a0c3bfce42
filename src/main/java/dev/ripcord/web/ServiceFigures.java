package dev.ripcord.web;

import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Sample;
import dev.ripcord.release.ServiceName;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchState.Phase;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the last poll of each service measured, how its polls were judged and how its rollbacks
 * ended so far. Keeps one small object per service, and makes metrics of them only when they are
 * asked for: what was not measured in the last poll is absent then, and so is what was measured too
 * long ago.
 *
 * <p>Written on event loops, read by any thread.
 */
final class ServiceFigures implements MultiCollector {
  private static final Set<Outcome> ROLLBACK_OUTCOMES =
      Set.of(Outcome.ROLLED_BACK, Outcome.ROLLED_BACK_UNHEALTHY, Outcome.FAILED, Outcome.ABORTED);

  private static final String EXPANDED = "expanded";
  private static final List<String> STATES =
      List.of(
          Phase.WATCHING.text(),
          Phase.PAUSED.text(),
          Phase.ASKING.text(),
          Phase.ROLLING_BACK.text(),
          EXPANDED);

  private final ConcurrentMap<ServiceName, Figures> services = new ConcurrentHashMap<>();
  private volatile Supplier<Set<ServiceName>> outdated = Set::of;

  private static final class Figures {
    final Map<HealthReading.Kind, LongAdder> verdicts = new EnumMap<>(HealthReading.Kind.class);
    final Map<Outcome, LongAdder> rollbacks = new EnumMap<>(Outcome.class);
    volatile @Nullable Last last;
    volatile Phase phase = Phase.ENDED;
    volatile boolean expanded;
    volatile boolean elsewhere;

    Figures() {
      for (HealthReading.Kind kind : HealthReading.Kind.values()) {
        verdicts.put(kind, new LongAdder());
      }
      for (Outcome outcome : Outcome.values()) {
        rollbacks.put(outcome, new LongAdder());
      }
    }

    void add(HealthReading.Kind verdict, Last polled) {
      Objects.requireNonNull(verdicts.get(verdict)).increment();
      last = polled;
      elsewhere = false;
    }

    boolean is(String state) {
      return state.equals(EXPANDED) ? expanded : phase.text().equals(state);
    }
  }

  private record Last(Sample sample, int streak) {
    OptionalDouble errorRatio() {
      return sample
          .counts()
          .filter(counts -> counts.requests() > 0)
          .map(counts -> OptionalDouble.of(counts.errorRate()))
          .orElse(OptionalDouble.empty());
    }
  }

  /** A service that was not polled yet has no breaches, and nothing else that was measured. */
  private record Row(Labels labels, Figures figures, @Nullable Last last, boolean isOutdated) {
    int streak() {
      return last == null ? 0 : last.streak();
    }
  }

  /** Who says which services were polled too long ago; none are before this is called. */
  void askForOutdated(Supplier<Set<ServiceName>> services) {
    outdated = services;
  }

  /** A service is watched: its counters are there, at 0. */
  void expect(ServiceName service) {
    services.computeIfAbsent(service, _ -> new Figures());
  }

  void rolledBack(ServiceName service, Outcome outcome) {
    Figures figures = services.computeIfAbsent(service, _ -> new Figures());
    Objects.requireNonNull(figures.rollbacks.get(outcome)).increment();
  }

  /** Where the watch of a service's release stands now; ended where none is under way. */
  void stands(ServiceName service, Phase phase) {
    Figures figures = services.computeIfAbsent(service, _ -> new Figures());
    figures.phase = phase;
    figures.elsewhere = false;
  }

  /** Whether a rollback has left the service's schema ahead of its image. */
  void expanded(ServiceName service, boolean is) {
    Figures figures =
        is ? services.computeIfAbsent(service, _ -> new Figures()) : services.get(service);
    if (figures != null) {
      figures.expanded = is;
    }
  }

  void polled(ServiceName service, Sample sample, HealthReading.Kind verdict, int streak) {
    services.computeIfAbsent(service, _ -> new Figures()).add(verdict, new Last(sample, streak));
  }

  /**
   * Another process polls it now: its counters stay, and nothing is shown of the last poll here.
   */
  void left(ServiceName service) {
    services.computeIfPresent(
        service,
        (name, figures) -> {
          figures.last = null;
          figures.elsewhere = true;
          return figures;
        });
  }

  /** Nothing of a service is told any more. */
  void removed(ServiceName service) {
    services.remove(service);
  }

  @Override
  public MetricSnapshots collect() {
    Set<ServiceName> left = outdated.get();
    List<Row> rows =
        services.entrySet().stream()
            .sorted(Map.Entry.comparingByKey(Comparator.naturalOrder()))
            .map(entry -> row(entry.getKey(), entry.getValue(), left))
            .toList();
    if (rows.isEmpty()) {
      return MetricSnapshots.of();
    }
    List<Row> fresh = rows.stream().filter(row -> !row.isOutdated()).toList();
    return MetricSnapshots.of(
        verdicts(rows),
        rollbacks(rows),
        gauge(
            fresh,
            "ripcord_error_ratio",
            "Failed requests of all in the last poll, 0 to 1.",
            Last::errorRatio),
        latency(fresh),
        gauge(
            fresh,
            "ripcord_cpu_ratio",
            "Share of the CPU that the service may use.",
            last -> last.sample().cpu()),
        gauge(
            fresh,
            "ripcord_memory_ratio",
            "Share of the memory that the service may use, 0 to 1.",
            last -> last.sample().memory()),
        breaches(fresh),
        states(rows),
        gauge(
            rows,
            "ripcord_last_poll_timestamp_seconds",
            "When the service was last polled, in Unix time.",
            last -> OptionalDouble.of(last.sample().at().toEpochMilli() / 1000.0)));
  }

  private static Row row(ServiceName service, Figures figures, Set<ServiceName> old) {
    return new Row(
        Labels.of("service", service.text()), figures, figures.last, old.contains(service));
  }

  /** Only outcomes that a rollback ends with begin at 0; another one is shown when it was seen. */
  private static CounterSnapshot rollbacks(List<Row> rows) {
    CounterSnapshot.Builder counter =
        CounterSnapshot.builder()
            .name("ripcord_rollbacks")
            .help("Rollbacks by how they ended; a refused one counts as failed.");
    for (Row row : rows) {
      for (var ended : row.figures().rollbacks.entrySet()) {
        long count = ended.getValue().sum();
        if (count > 0 || ROLLBACK_OUTCOMES.contains(ended.getKey())) {
          counter.dataPoint(
              CounterSnapshot.CounterDataPointSnapshot.builder()
                  .labels(row.labels().add("outcome", ended.getKey().text()))
                  .value((double) count)
                  .build());
        }
      }
    }
    return counter.build();
  }

  /** Every state of every service, 1 for those that hold; none of one that is watched elsewhere. */
  private static GaugeSnapshot states(List<Row> rows) {
    GaugeSnapshot.Builder gauge =
        GaugeSnapshot.builder()
            .name("ripcord_release_state")
            .help("Where the watch of a release stands, and whether the schema is ahead: 1 or 0.");
    for (Row row : rows) {
      if (!row.figures().elsewhere) {
        for (String state : STATES) {
          OptionalDouble value = OptionalDouble.of(row.figures().is(state) ? 1 : 0);
          point(gauge, row.labels().add("state", state), value);
        }
      }
    }
    return gauge.build();
  }

  private static GaugeSnapshot breaches(List<Row> rows) {
    GaugeSnapshot.Builder gauge =
        GaugeSnapshot.builder()
            .name("ripcord_consecutive_breaches")
            .help("Breaches of the error rate so far.");
    rows.forEach(row -> point(gauge, row.labels(), OptionalDouble.of(row.streak())));
    return gauge.build();
  }

  private static CounterSnapshot verdicts(List<Row> rows) {
    CounterSnapshot.Builder counter =
        CounterSnapshot.builder().name("ripcord_checks").help("Polls by result.");
    for (Row row : rows) {
      for (var verdict : row.figures().verdicts.entrySet()) {
        counter.dataPoint(
            CounterSnapshot.CounterDataPointSnapshot.builder()
                .labels(row.labels().add("verdict", verdict.getKey().text()))
                .value(verdict.getValue().doubleValue())
                .build());
      }
    }
    return counter.build();
  }

  private static GaugeSnapshot gauge(
      List<Row> rows, String name, String help, Function<Last, OptionalDouble> figure) {
    GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
    for (Row row : rows) {
      Last last = row.last();
      if (last != null) {
        point(gauge, row.labels(), figure.apply(last));
      }
    }
    return gauge.build();
  }

  private static GaugeSnapshot latency(List<Row> rows) {
    GaugeSnapshot.Builder gauge =
        GaugeSnapshot.builder()
            .name("ripcord_latency_seconds")
            .help("Time to the last byte of the answer in the last poll, by percentile.");
    for (Row row : rows) {
      Last last = row.last();
      if (last == null) {
        continue;
      }
      var latency = last.sample().latency();
      point(gauge, row.labels().add("percentile", "p50"), latency.p50());
      point(gauge, row.labels().add("percentile", "p95"), latency.p95());
      point(gauge, row.labels().add("percentile", "p99"), latency.p99());
    }
    return gauge.build();
  }

  private static void point(GaugeSnapshot.Builder gauge, Labels labels, OptionalDouble figure) {
    if (figure.isPresent()) {
      gauge.dataPoint(
          GaugeSnapshot.GaugeDataPointSnapshot.builder()
              .labels(labels)
              .value(figure.getAsDouble())
              .build());
    }
  }
}
