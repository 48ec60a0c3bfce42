package dev.ripcord.probe.json;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.ripcord.config.Figure;
import dev.ripcord.health.Counts;
import dev.ripcord.health.Latency;
import dev.ripcord.health.Reason;
import dev.ripcord.probe.http.Target;
import dev.ripcord.probe.source.JsonReader;
import dev.ripcord.probe.source.JsonReader.Result;
import dev.ripcord.probe.source.RequestCounter;
import dev.ripcord.probe.source.Source;
import dev.ripcord.probe.source.SourceFigures;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Reads figures out of one JSON document by JSON Pointer (RFC 6901). Requests and errors count up;
 * the other figures are what they are now: latency in seconds, CPU and memory as shares.
 */
public final class JsonSource implements Source {
  private final JsonReader reader;
  private final Target target;
  private final Map<Figure, String> pointers;
  private final RequestCounter counter = new RequestCounter();
  private List<String> evidence = List.of();

  /**
   * A document that was not read yet.
   *
   * @param pointers where each figure stands
   */
  public JsonSource(JsonReader reader, Target target, Map<Figure, String> pointers) {
    this.reader = reader;
    this.target = target;
    this.pointers = pointers;
  }

  @Override
  public Future<SourceFigures> read() {
    return reader.get(target).map(this::figures);
  }

  @Override
  public List<String> evidence() {
    return evidence;
  }

  private SourceFigures figures(Result result) {
    Instant at = reader.caller().client().now();
    return switch (result) {
      case Result.Unread unread -> SourceFigures.failed(at, reason(unread.code(), unread.text()));
      case Result.Read read when read.status() != 200 ->
          SourceFigures.failed(at, reason(Reason.Code.STATUS, "answered " + read.status()));
      case Result.Read read -> figures(read.json(), at, reader.nanos());
    };
  }

  private SourceFigures figures(JsonNode json, Instant at, long nanos) {
    List<Reason> reasons = new ArrayList<>();
    List<String> found = new ArrayList<>();
    OptionalDouble requests = value(json, Figure.REQUESTS, reasons, found);
    OptionalDouble errors = value(json, Figure.ERRORS, reasons, found);
    Optional<Counts> counts = Optional.empty();
    Optional<Duration> window = Optional.empty();
    if (requests.isPresent() && errors.isPresent()) {
      RequestCounter.Counted counted =
          counter.next(requests.getAsDouble(), errors.getAsDouble(), nanos);
      counted.missing().ifPresent(why -> reasons.add(reason(why.code(), why.text())));
      counts = counted.counts();
      window = counted.window();
      if (!counted.arithmetic().isEmpty()) {
        found.add(counted.arithmetic());
      }
    }
    Latency latency =
        new Latency(
            value(json, Figure.LATENCY_P50, reasons, found),
            value(json, Figure.LATENCY_P95, reasons, found),
            value(json, Figure.LATENCY_P99, reasons, found),
            value(json, Figure.SLOW_REQUESTS, reasons, found),
            OptionalDouble.empty());
    OptionalDouble cpu = value(json, Figure.CPU, reasons, found);
    OptionalDouble memory = value(json, Figure.MEMORY, reasons, found);
    evidence = List.of("json " + target.shown() + ": " + String.join(", ", found));
    return new SourceFigures(at, window, counts, latency, cpu, memory, reasons);
  }

  private OptionalDouble value(
      JsonNode json, Figure figure, List<Reason> reasons, List<String> found) {
    String pointer = pointers.get(figure);
    if (pointer == null) {
      return OptionalDouble.empty();
    }
    JsonNode value = json.at(JsonPointer.compile(pointer));
    if (value.isNumber() && value.doubleValue() >= 0 && Double.isFinite(value.doubleValue())) {
      found.add(figure.text() + " " + pointer + " = " + value.asText());
      return OptionalDouble.of(value.doubleValue());
    }
    reasons.add(
        reason(
            Reason.Code.NO_DATA,
            value.isMissingNode()
                ? "has nothing at " + pointer + ", which is to give " + figure.text()
                : "has %s at %s, which is to give %s; a number from 0 is needed"
                    .formatted(shown(value), pointer, figure.text())));
    return OptionalDouble.empty();
  }

  private static String shown(JsonNode value) {
    return value.isContainerNode()
        ? value.isArray() ? "a list" : "an object"
        : value.isTextual() ? "a text" : value.asText();
  }

  private Reason reason(Reason.Code code, String text) {
    return new Reason(code, "json document " + text + " (source: json, " + target.shown() + ")");
  }
}
