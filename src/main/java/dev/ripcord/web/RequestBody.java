package dev.ripcord.web;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.ripcord.release.Printable;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The JSON object in a request, read strictly: a field that is not known, given twice, or of
 * another type is refused with its name. A missing body is an empty object.
 */
final class RequestBody {
  static final int BYTES_MAX = 64 * 1024;
  private static final int SHOWN_MAX = 80;
  private static final Duration SPAN_MAX = Duration.ofDays(3650);
  private static final Pattern PART = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");
  private static final Pattern SPAN = Pattern.compile("(?:" + PART.pattern() + ")+");

  /** What the parser says of where something began names its own settings, not the place. */
  private static final Pattern START_MARKER = Pattern.compile(" \\(start marker at .*\\)");

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final JsonNode node;

  private RequestBody(JsonNode node) {
    this.node = node;
  }

  /**
   * Reads it.
   *
   * @param known the names of the fields that it may have
   */
  static RequestBody of(RoutingContext context, String... known) {
    Buffer bytes = context.body().buffer();
    if (bytes == null || bytes.length() == 0) {
      return new RequestBody(JsonNodeFactory.instance.objectNode());
    }
    requireJsonType(context);
    JsonNode node = parse(bytes.getBytes());
    if (!node.isObject()) {
      throw ProblemResponse.at(
          1, 1, "the body must be a JSON object, such as {\"service\":\"shop\"}");
    }
    node.fieldNames().forEachRemaining(name -> requireKnown(name, List.of(known)));
    return new RequestBody(node);
  }

  /**
   * Refuses whatever says that it is something else than JSON, before the body is read: a page of
   * another site can send a form, even an empty one, but not JSON without being asked for leave.
   */
  static void requireNoForm(RoutingContext context) {
    List<String> types = context.request().headers().getAll("Content-Type");
    for (String type : types) {
      if (!isJson(type)) {
        throw notJson(type);
      }
    }
    context.next();
  }

  private static void requireJsonType(RoutingContext context) {
    String type = Optional.ofNullable(context.request().getHeader("Content-Type")).orElse("none");
    if (!isJson(type)) {
      throw notJson(type);
    }
  }

  private static boolean isJson(String type) {
    return type.split(";", 2)[0].strip().equalsIgnoreCase("application/json");
  }

  private static ProblemResponse notJson(String type) {
    return ProblemResponse.of(
        415,
        "Unsupported media type",
        "the Content-Type is " + Printable.start(type, SHOWN_MAX) + "; send application/json");
  }

  private static JsonNode parse(byte[] bytes) {
    try {
      return MAPPER.readTree(bytes);
    } catch (StreamConstraintsException e) {
      throw ProblemResponse.at(
          1, 1, "the body is nested too deep, or a name or number in it is too long for a request");
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      int line = at == null ? 1 : Math.max(1, at.getLineNr());
      int column = at == null ? 1 : Math.max(1, at.getColumnNr());
      String why = START_MARKER.matcher(e.getOriginalMessage()).replaceAll("");
      throw ProblemResponse.at(line, column, line + ":" + column + " " + why);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void requireKnown(String name, List<String> known) {
    if (known.contains(name)) {
      return;
    }
    String hint =
        known.stream()
            .filter(k -> k.equalsIgnoreCase(name) || distance(k, name) <= 2)
            .min(Comparator.comparingInt(k -> distance(k, name)))
            .map(k -> "did you mean \"" + k + "\"?")
            .orElse("known are " + String.join(", ", known));
    throw ProblemResponse.of(
        400, "Unknown field", "\"" + Printable.start(name, SHOWN_MAX) + "\" is not known; " + hint);
  }

  /** How many letters must change. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int same = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(same, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }

  /** A field that must be there. */
  <T> T required(String name, Function<String, T> form) {
    return optional(name, form)
        .orElseThrow(() -> ProblemResponse.of(400, "Missing field", "\"" + name + "\" is needed"));
  }

  /** A field that may be absent or null. Blank text is refused. */
  <T> Optional<T> optional(String name, Function<String, T> form) {
    JsonNode value = node.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isTextual() || value.textValue().isBlank()) {
      throw bad(name, value, "a text is needed");
    }
    try {
      return Optional.of(form.apply(value.textValue()));
    } catch (IllegalArgumentException e) {
      throw ProblemResponse.of(400, "Bad value", "\"" + name + "\": " + e.getMessage());
    }
  }

  boolean flag(String name) {
    JsonNode value = node.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return false;
    }
    if (!value.isBoolean()) {
      throw bad(name, value, "true or false is needed");
    }
    return value.booleanValue();
  }

  private static ProblemResponse bad(String name, JsonNode value, String rule) {
    String found = Printable.start(value.toString(), SHOWN_MAX);
    return ProblemResponse.of(400, "Bad value", "\"" + name + "\" is " + found + "; " + rule);
  }

  /**
   * Reads {@code 15m} or {@code 1h30m}.
   *
   * @throws IllegalArgumentException with the rule, when it is no duration above 0
   */
  static Duration span(String text) {
    if (!SPAN.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "\""
              + Printable.start(text, SHOWN_MAX)
              + "\" is not a duration; write 30s, 15m, 1h30m or 7d");
    }
    Duration span =
        PART.matcher(text)
            .results()
            .map(part -> Duration.of(Long.parseLong(part.group(1)), unit(part.group(2))))
            .reduce(Duration.ZERO, Duration::plus);
    if (span.isZero() || span.compareTo(SPAN_MAX) > 0) {
      throw new IllegalArgumentException(
          "\"" + Printable.start(text, SHOWN_MAX) + "\" is not above 0 and at most 3650d");
    }
    return span;
  }

  private static ChronoUnit unit(String name) {
    return switch (name) {
      case "ms" -> ChronoUnit.MILLIS;
      case "s" -> ChronoUnit.SECONDS;
      case "m" -> ChronoUnit.MINUTES;
      case "h" -> ChronoUnit.HOURS;
      default -> ChronoUnit.DAYS;
    };
  }
}
