package dev.ripcord.probe.actuator;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ripcord.health.Counts;
import dev.ripcord.health.Latency;
import dev.ripcord.health.Reason;
import dev.ripcord.probe.http.Target;
import dev.ripcord.probe.source.JsonReader;
import dev.ripcord.probe.source.JsonReader.Result;
import dev.ripcord.probe.source.RequestCounter;
import dev.ripcord.probe.source.Source;
import dev.ripcord.probe.source.SourceFigures;
import dev.ripcord.release.Secret;
import io.vertx.core.Future;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Reads Spring Boot's {@code /actuator/metrics}: requests and those with the outcome SERVER_ERROR,
 * CPU and heap. A meter with a tag that nothing has yet is answered 404, which means none of them.
 * Its counts are whole since the process began; it knows no percentiles.
 */
public final class ActuatorSource implements Source {
  private static final String REQUESTS = "http.server.requests";
  private static final int NOT_FOUND = 404;

  private final JsonReader reader;
  private final String base;
  private final Map<String, Secret> headers;
  private final RequestCounter counter = new RequestCounter();
  private List<String> evidence = List.of();

  /**
   * An actuator that was not read yet.
   *
   * @param base such as {@code http://127.0.0.1:8080/actuator}
   */
  public ActuatorSource(JsonReader reader, URI base, Map<String, Secret> headers) {
    this.reader = reader;
    this.base = base.toString().replaceFirst("/+$", "");
    this.headers = headers;
  }

  /** Where it says whether the service is well. */
  public static URI health(URI base) {
    return URI.create(base.toString().replaceFirst("/+$", "") + "/health");
  }

  /** A meter's value, or why there is none. */
  private record Meter(OptionalDouble value, boolean isAbsent, Optional<Reason> reason) {}

  @Override
  public Future<SourceFigures> read() {
    // Errors first: a request that ends in between is then counted among all, and not among errors.
    Future<Meter> errors = meter(REQUESTS, "COUNT", "?tag=outcome:SERVER_ERROR");
    Future<Meter> requests = errors.compose(read -> meter(REQUESTS, "COUNT", ""));
    Future<Meter> cpu = meter("process.cpu.usage", "VALUE", "");
    Future<Meter> used = meter("jvm.memory.used", "VALUE", "?tag=area:heap");
    Future<Meter> max = meter("jvm.memory.max", "VALUE", "?tag=area:heap");
    return Future.join(requests, errors, cpu, used, max)
        .map(
            all ->
                figures(
                    requests.result(),
                    errors.result(),
                    cpu.result().value(),
                    share(used.result().value(), max.result().value())));
  }

  @Override
  public List<String> evidence() {
    return evidence;
  }

  private Future<Meter> meter(String name, String statistic, String query) {
    Target target = Target.of(URI.create(base + "/metrics/" + name + query), headers);
    return reader.get(target).map(result -> meter(result, name, statistic));
  }

  private Meter meter(Result result, String name, String statistic) {
    return switch (result) {
      case Result.Read read when read.status() == 200 -> value(read.json(), name, statistic);
      case Result.Read read -> refused(read.status(), name);
      case Result.Unread unread when unread.status().filter(s -> s == NOT_FOUND).isPresent() ->
          refused(NOT_FOUND, name);
      case Result.Unread unread ->
          new Meter(
              OptionalDouble.empty(), false, Optional.of(reason(unread.code(), unread.text())));
    };
  }

  private Meter refused(int status, String name) {
    return status == NOT_FOUND
        ? new Meter(OptionalDouble.empty(), true, Optional.empty())
        : new Meter(
            OptionalDouble.empty(),
            false,
            Optional.of(reason(Reason.Code.STATUS, "answered " + status + " for " + name)));
  }

  private Meter value(JsonNode json, String name, String statistic) {
    for (JsonNode each : json.path("measurements")) {
      JsonNode value = each.path("value");
      if (each.path("statistic").asText().equals(statistic) && value.isNumber()) {
        return new Meter(OptionalDouble.of(value.doubleValue()), false, Optional.empty());
      }
    }
    return new Meter(
        OptionalDouble.empty(),
        false,
        Optional.of(reason(Reason.Code.PARSE, "has no " + statistic + " in " + name)));
  }

  private static OptionalDouble share(OptionalDouble used, OptionalDouble max) {
    boolean known = used.isPresent() && max.isPresent() && max.getAsDouble() > 0;
    return known
        ? OptionalDouble.of(used.getAsDouble() / max.getAsDouble())
        : OptionalDouble.empty();
  }

  private SourceFigures figures(
      Meter requests, Meter errors, OptionalDouble cpu, OptionalDouble memory) {
    Instant at = reader.caller().client().now();
    List<Reason> reasons = new ArrayList<>();
    List<String> found = new ArrayList<>();
    Optional<Counts> counts = Optional.empty();
    Optional<Duration> window = Optional.empty();
    Optional<Reason> failed = requests.reason().or(errors::reason);
    failed.ifPresent(reasons::add);
    if (failed.isEmpty() && requests.isAbsent()) {
      reasons.add(
          reason(
              Reason.Code.NO_DATA,
              "has no "
                  + REQUESTS
                  + ": no request was counted yet, or the endpoint metrics is not exposed"
                  + " (management.endpoints.web.exposure.include)"));
    } else if (failed.isEmpty()) {
      RequestCounter.Counted counted =
          counter.next(requests.value().getAsDouble(), errors.value().orElse(0), reader.nanos());
      counted.missing().ifPresent(why -> reasons.add(reason(why.code(), why.text())));
      counts = counted.counts();
      window = counted.window();
      if (!counted.arithmetic().isEmpty()) {
        found.add(
            REQUESTS
                + ", errors by outcome SERVER_ERROR"
                + (errors.isAbsent() ? " (404: none yet)" : "")
                + ": "
                + counted.arithmetic());
      }
    }
    cpu.ifPresent(value -> found.add("process.cpu.usage = " + value));
    memory.ifPresent(value -> found.add("jvm.memory.used / jvm.memory.max of the heap = " + value));
    evidence = List.of("actuator " + base + ": " + String.join("; ", found));
    return new SourceFigures(at, window, counts, Latency.NONE, cpu, memory, reasons);
  }

  private Reason reason(Reason.Code code, String text) {
    return new Reason(code, "actuator " + text + " (source: actuator, " + base + ")");
  }
}
