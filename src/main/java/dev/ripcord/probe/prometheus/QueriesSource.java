package dev.ripcord.probe.prometheus;

import dev.ripcord.config.Figure;
import dev.ripcord.health.Counts;
import dev.ripcord.health.Latency;
import dev.ripcord.health.Reason;
import dev.ripcord.probe.prometheus.PrometheusApi.Reply;
import dev.ripcord.probe.source.Source;
import dev.ripcord.probe.source.SourceFigures;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The team's own PromQL, one query a figure, each of which must give exactly one value. The error
 * rate is a share and becomes a count by the number of requests, which needs a query of its own.
 */
final class QueriesSource implements Source {
  private final PrometheusApi api;
  private final Map<Figure, String> queries;
  private List<String> evidence = List.of();

  QueriesSource(PrometheusApi api, Map<Figure, String> queries) {
    this.api = api;
    this.queries = new EnumMap<>(queries);
  }

  @Override
  public Future<SourceFigures> read() {
    Map<Figure, Future<Reply>> asked = new EnumMap<>(Figure.class);
    queries.forEach((figure, query) -> asked.put(figure, api.query(name(figure), query)));
    return Future.join(List.copyOf(asked.values())).map(all -> figures(asked));
  }

  @Override
  public List<String> evidence() {
    return evidence;
  }

  private static String name(Figure figure) {
    return "the query " + figure.text();
  }

  private SourceFigures figures(Map<Figure, Future<Reply>> asked) {
    Instant at = api.reader().caller().client().now();
    List<Reason> reasons = new ArrayList<>();
    List<String> found = new ArrayList<>();
    Map<Figure, Double> values = new EnumMap<>(Figure.class);
    asked.forEach(
        (figure, reply) ->
            value(figure, reply.result(), reasons)
                .ifPresent(
                    value -> {
                      values.put(figure, value);
                      found.add("%s %s = %s".formatted(figure.text(), queries.get(figure), value));
                    }));
    Optional<Counts> counts = counts(values, reasons);
    evidence = List.of("prometheus " + api.base() + ": " + String.join("; ", found));
    return new SourceFigures(
        at,
        Optional.empty(),
        counts,
        new Latency(
            figure(values, Figure.LATENCY_P50),
            figure(values, Figure.LATENCY_P95),
            figure(values, Figure.LATENCY_P99),
            figure(values, Figure.SLOW_REQUESTS),
            OptionalDouble.empty()),
        figure(values, Figure.CPU),
        figure(values, Figure.MEMORY),
        reasons.stream().distinct().toList());
  }

  /** The one value of a query; NaN is what a division by no requests gives. */
  private Optional<Double> value(Figure figure, Reply reply, List<Reason> reasons) {
    switch (reply) {
      case Reply.Failed failed -> reasons.add(failed.reason());
      case Reply.Found found -> {
        found
            .warnings()
            .forEach(
                each ->
                    reasons.add(
                        api.reason(
                            Reason.Code.NO_DATA, "warns about " + name(figure) + ": " + each)));
        long values = found.series().stream().filter(s -> s.samples().size() == 1).count();
        if (values == 1 && found.series().size() == 1) {
          return Optional.of(found.series().getFirst().samples().getFirst().value());
        }
        reasons.add(
            api.reason(
                Reason.Code.NO_DATA,
                "gives "
                    + (found.series().isEmpty() ? "no value" : found.series().size() + " values")
                    + " for "
                    + name(figure)
                    + "; it must give exactly one, such as sum(…)"));
      }
    }
    return Optional.empty();
  }

  private Optional<Counts> counts(Map<Figure, Double> values, List<Reason> reasons) {
    Double requests = values.get(Figure.REQUESTS);
    Double rate = values.get(Figure.ERROR_RATE);
    if (requests == null || rate == null) {
      return Optional.empty();
    }
    long whole = requests >= 0 && requests < 1e18 ? Math.round(requests) : -1;
    if (whole == 0) {
      return Optional.of(Counts.NONE);
    }
    if (whole < 0 || !(rate >= 0 && rate <= 1)) {
      reasons.add(
          api.reason(
              Reason.Code.NO_DATA,
              "gives requests %s and error-rate %s; a number from 0 and a share from 0 to 1 are needed"
                  .formatted(requests, rate)));
      return Optional.empty();
    }
    return Optional.of(new Counts(whole, Math.round(rate * whole)));
  }

  private static OptionalDouble figure(Map<Figure, Double> values, Figure figure) {
    Double value = values.get(figure);
    return value == null || !(value >= 0) || value.isInfinite()
        ? OptionalDouble.empty()
        : OptionalDouble.of(value);
  }
}
