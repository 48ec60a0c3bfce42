package dev.ripcord.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.ripcord.health.Ratio;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The forms that all of our JSON shares: times are UTC with milliseconds, durations seconds, ratios
 * 0 to 1, and what is not known is null.
 *
 * <p>The nodes are for writing: {@code toString()} of a node is its text, on one line. Figures in
 * them are raw text, so that they never show an exponent, and cannot be read back as numbers.
 */
public final class Json {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final MathContext SIX_DIGITS = new MathContext(6);

  private Json() {}

  /** An empty object. Its fields keep the order in which they are put. */
  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** An empty array. */
  public static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  /** A time as {@code 2026-01-02T03:04:05.678Z}. */
  public static String time(Instant instant) {
    return TIME.format(instant);
  }

  static void time(ObjectNode to, String name, Optional<Instant> instant) {
    text(to, name, instant.map(Json::time));
  }

  static void text(ObjectNode to, String name, Optional<?> value) {
    to.put(name, value.map(Object::toString).orElse(null));
  }

  static void whole(ObjectNode to, String name, OptionalInt value) {
    if (value.isPresent()) {
      to.put(name, value.getAsInt());
    } else {
      to.putNull(name);
    }
  }

  /** Puts a duration as seconds. */
  public static void seconds(ObjectNode to, String name, Duration duration) {
    figure(to, name, OptionalDouble.of(duration.toNanos() / 1e9));
  }

  static void figureOf(ObjectNode to, String name, Optional<Ratio> ratio) {
    figure(to, name, ratio.map(r -> OptionalDouble.of(r.value())).orElse(OptionalDouble.empty()));
  }

  /** Six significant digits, no exponent; null when it was not measured or is no number. */
  public static void figure(ObjectNode to, String name, OptionalDouble value) {
    if (value.isEmpty() || !Double.isFinite(value.getAsDouble())) {
      to.putNull(name);
      return;
    }
    BigDecimal rounded = BigDecimal.valueOf(value.getAsDouble()).round(SIX_DIGITS);
    to.putRawValue(name, new RawValue(rounded.stripTrailingZeros().toPlainString()));
  }
}
