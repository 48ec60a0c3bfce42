package dev.ripcord.json;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ripcord.health.Counts;
import dev.ripcord.health.DatabaseState;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Latency;
import dev.ripcord.health.Liveness;
import dev.ripcord.health.Measure;
import dev.ripcord.health.Reason;
import dev.ripcord.health.Sample;
import dev.ripcord.json.CheckJson.Check;
import dev.ripcord.release.ServiceName;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Reads a check back from what {@link CheckJson} wrote. */
final class CheckReader {
  private CheckReader() {}

  static Optional<Check> read(JsonNode json) {
    try {
      HealthReading.Kind kind =
          HealthReading.Kind.valueOf(text(json, "verdict").toUpperCase(Locale.ROOT));
      Sample sample = sample(json);
      Counts counts = sample.counts().orElse(Counts.NONE);
      HealthReading reading =
          new HealthReading(
              kind, Map.of(Measure.ERROR_RATE, kind), counts, sample.reasons(), Map.of(), false);
      return Optional.of(new Check(new ServiceName(text(json, "service")), sample, reading));
    } catch (IllegalArgumentException | DateTimeException e) {
      return Optional.empty();
    }
  }

  static Sample recorded(JsonNode json) {
    if (!json.isObject()) {
      throw new IllegalArgumentException("is not a JSON object");
    }
    for (String name : List.of("requests", "errors")) {
      JsonNode value = json.path(name);
      boolean absent = value.isMissingNode() || value.isNull();
      if (!absent && !(value.canConvertToExactIntegral() && value.longValue() >= 0)) {
        throw new IllegalArgumentException(
            name + " is " + value + "; it must be a whole number, 0 or more, or null");
      }
    }
    if (json.path("errors").longValue() > json.path("requests").longValue()) {
      throw new IllegalArgumentException(
          "has " + json.path("errors") + " errors of " + json.path("requests") + " requests");
    }
    try {
      return measured(sample(json));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "time is " + json.path("time") + "; it must be one such as 2026-01-02T03:04:05.000Z", e);
    }
  }

  /** Without what judging found at the time: it is judged anew. */
  private static Sample measured(Sample sample) {
    return sample.because(
        sample.reasons().stream()
            .filter(each -> each.code() != Reason.Code.OVER_THRESHOLD)
            .filter(each -> each.code() != Reason.Code.LOW_VOLUME)
            .toList());
  }

  private static Liveness liveness(JsonNode json) {
    if (json.path("silent").asBoolean()) {
      return Liveness.SILENT;
    }
    return json.path("status").isInt() ? Liveness.ANSWERS : Liveness.UNKNOWN;
  }

  private static Sample sample(JsonNode json) {
    JsonNode status = json.path("status");
    JsonNode latency = json.path("latency");
    JsonNode database = json.path("database");
    boolean counted = json.path("requests").isNumber() && json.path("errors").isNumber();
    return new Sample(
        "",
        Instant.parse(text(json, "time")),
        Duration.ofNanos((long) (json.path("window").asDouble() * 1e9)),
        liveness(json),
        whole(status),
        counted
            ? Optional.of(
                new Counts(json.path("requests").longValue(), json.path("errors").longValue()))
            : Optional.empty(),
        json.path("probed").asBoolean(),
        new Latency(
            number(latency, "p50"),
            number(latency, "p95"),
            number(latency, "p99"),
            number(latency, "slow"),
            number(latency, "highest")),
        number(json, "cpu"),
        number(json, "memory"),
        database.isObject() ? Optional.of(database(database)) : Optional.empty(),
        reasons(json.path("reasons")));
  }

  private static DatabaseState database(JsonNode state) {
    return new DatabaseState(
        state.path("up").asBoolean(),
        number(state, "latency"),
        whole(state.path("connections")),
        whole(state.path("connectionLimit")),
        number(state, "lockWait"),
        number(state, "transaction"));
  }

  private static OptionalInt whole(JsonNode value) {
    return value.isInt() ? OptionalInt.of(value.intValue()) : OptionalInt.empty();
  }

  private static List<Reason> reasons(JsonNode array) {
    List<Reason> reasons = new ArrayList<>();
    array.forEach(r -> reasons.add(new Reason(code(text(r, "code")), text(r, "text"))));
    return reasons;
  }

  private static Reason.Code code(String text) {
    try {
      return Reason.Code.of(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("reason \"" + text + "\" is not one that is known", e);
    }
  }

  private static String text(JsonNode json, String name) {
    return json.path(name).asText("");
  }

  private static OptionalDouble number(JsonNode json, String name) {
    JsonNode value = json.path(name);
    return value.isNumber() ? OptionalDouble.of(value.doubleValue()) : OptionalDouble.empty();
  }
}
