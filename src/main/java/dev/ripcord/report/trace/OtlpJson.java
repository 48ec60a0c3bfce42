package dev.ripcord.report.trace;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.json.Json;
import dev.ripcord.report.trace.Trace.Happening;
import dev.ripcord.report.trace.Trace.Span;
import dev.ripcord.report.trace.Trace.Status;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * A trace as OTLP writes it in JSON, the body of a POST to {@code /v1/traces}: ids in hexadecimal,
 * whole numbers of 64 bits as text, kinds and codes by number.
 */
public final class OtlpJson {
  /** What made the spans. */
  private static final String SCOPE = "dev.ripcord";

  private static final int INTERNAL = 1;
  private static final long NANOS = 1_000_000_000;

  private OtlpJson() {}

  /** The request. */
  public static ObjectNode of(Trace trace) {
    ObjectNode request = Json.object();
    ObjectNode about = request.putArray("resourceSpans").addObject();
    attributes(about.putObject("resource").putArray("attributes"), trace.resource());
    ObjectNode scope = about.putArray("scopeSpans").addObject();
    scope.putObject("scope").put("name", SCOPE);
    ArrayNode spans = scope.putArray("spans");
    trace.spans().forEach(span -> span(spans.addObject(), trace.traceId(), span));
    return request;
  }

  /** A request with nothing in it, which a receiver takes and keeps nothing of. */
  public static ObjectNode empty() {
    ObjectNode request = Json.object();
    request.putArray("resourceSpans");
    return request;
  }

  private static void span(ObjectNode json, String traceId, Span span) {
    json.put("traceId", traceId).put("spanId", span.id());
    span.parent().ifPresent(parent -> json.put("parentSpanId", parent));
    json.put("name", span.name()).put("kind", INTERNAL);
    json.put("startTimeUnixNano", nanos(span.begin()));
    json.put("endTimeUnixNano", nanos(span.end()));
    attributes(json.putArray("attributes"), span.attributes());
    ArrayNode events = json.putArray("events");
    for (Happening each : span.moments()) {
      ObjectNode event = events.addObject();
      event.put("timeUnixNano", nanos(each.at())).put("name", each.name());
      attributes(event.putArray("attributes"), each.attributes());
    }
    status(json.putObject("status"), span.status());
  }

  private static void status(ObjectNode json, Status status) {
    json.put("code", status.code().number());
    if (!status.text().isEmpty()) {
      json.put("message", status.text());
    }
  }

  /** In the order of their names, so that the same trace is the same text. */
  private static void attributes(ArrayNode array, Map<String, Object> attributes) {
    new TreeMap<>(attributes)
        .forEach(
            (name, value) -> {
              ObjectNode attribute = array.addObject();
              ObjectNode typed = attribute.put("key", name).putObject("value");
              switch (value) {
                case Boolean flag -> typed.put("boolValue", flag);
                case Long whole -> typed.put("intValue", whole.toString());
                default -> typed.put("stringValue", value.toString());
              }
            });
  }

  private static String nanos(Instant at) {
    return Long.toString(
        Math.addExact(Math.multiplyExact(at.getEpochSecond(), NANOS), at.getNano()));
  }
}
