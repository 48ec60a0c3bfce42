package dev.ripcord.cli;

import java.util.List;
import java.util.Map;

/** Nested maps as lines of YAML, for people. */
final class Indented {
  private Indented() {}

  static String of(Map<String, ?> map) {
    StringBuilder text = new StringBuilder();
    append(text, map, 0);
    return text.toString().stripTrailing();
  }

  private static void append(StringBuilder text, Map<?, ?> map, int depth) {
    map.forEach(
        (name, value) -> {
          text.append("  ".repeat(depth)).append(name).append(':');
          if (value instanceof Map<?, ?> inner && !inner.isEmpty()) {
            text.append('\n');
            append(text, inner, depth + 1);
          } else {
            text.append(' ').append(value instanceof List<?> list ? list : scalar(value));
            text.append('\n');
          }
        });
  }

  private static String scalar(Object value) {
    return value instanceof Map<?, ?> ? "{}" : value.toString();
  }
}
