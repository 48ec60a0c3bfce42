package dev.ripcord.probe.page;

import dev.ripcord.probe.source.ExpositionNumber;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Gives every series of a page by its name and labels, for those who look for names of their own. A
 * page that {@link PageParser} has found to be whole; slower than that one, since it makes texts.
 */
final class PageText {
  private final String text;
  private int at;

  private PageText(String text) {
    this.text = text;
  }

  /** Takes one series. */
  interface Taker {
    /**
     * Takes it.
     *
     * @param stamp its own timestamp in seconds since 1970; NaN without one
     */
    void take(String name, Map<String, String> labels, double value, double stamp);
  }

  /**
   * Reads a page.
   *
   * @param openMetrics whether timestamps are seconds, and not milliseconds
   */
  static void each(byte[] bytes, int length, boolean openMetrics, Taker taker) {
    // A label may hold a carriage return; only a line feed ends a line.
    Arrays.stream(new String(bytes, 0, length, StandardCharsets.UTF_8).split("\n", -1))
        .map(String::strip)
        .filter(line -> !line.isEmpty() && line.charAt(0) != '#')
        .forEach(line -> new PageText(line).series(openMetrics, taker));
  }

  private void series(boolean openMetrics, Taker taker) {
    Map<String, String> labels = new TreeMap<>();
    String name = name();
    skipBlanks();
    if (at < text.length() && text.charAt(at) == '{') {
      at++;
      String inside = labels(labels);
      name = name.isEmpty() ? inside : name;
    }
    String[] numbers = text.substring(at).strip().split("[ \\t\\r]+", 3);
    double stamp =
        numbers.length > 1 && !numbers[1].startsWith("#")
            ? ExpositionNumber.of(numbers[1])
            : Double.NaN;
    taker.take(name, labels, ExpositionNumber.of(numbers[0]), openMetrics ? stamp : stamp / 1e3);
  }

  private String name() {
    int from = at;
    while (at < text.length() && "{ \t\r".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return text.substring(from, at);
  }

  /** Reads up to behind the closing brace; gives a quoted metric name that stands there. */
  private String labels(Map<String, String> labels) {
    String metric = "";
    while (at < text.length() && text.charAt(at) != '}') {
      skipBlanks();
      String label = text.charAt(at) == '"' ? string() : labelName();
      skipBlanks();
      if (at < text.length() && text.charAt(at) == '=') {
        at++;
        skipBlanks();
        labels.put(label, string());
      } else {
        metric = label;
      }
      skipBlanks();
      if (at < text.length() && text.charAt(at) == ',') {
        at++;
        skipBlanks();
      }
    }
    at++;
    return metric;
  }

  private String labelName() {
    int from = at;
    while (at < text.length() && "= \t\r".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return text.substring(from, at);
  }

  private String string() {
    StringBuilder value = new StringBuilder();
    for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
      char c = text.charAt(at);
      if (c == '\\' && at + 1 < text.length()) {
        at++;
        c = text.charAt(at) == 'n' ? '\n' : text.charAt(at);
      }
      value.append(c);
    }
    at++;
    return value.toString();
  }

  /** As {@link PageScan} has it. */
  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
  }

  private void skipBlanks() {
    while (at < text.length() && isBlank(text.charAt(at))) {
      at++;
    }
  }
}
