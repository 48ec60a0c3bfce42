package dev.ripcord.probe.page;

import dev.ripcord.probe.page.text.Decimal;
import java.util.Optional;

/**
 * Reads Prometheus text 0.0.4 and OpenMetrics 1.0 from bytes, in one pass, without making a text of
 * any line. Every line is checked; only the series that mean something to us are kept.
 *
 * <p>Lenient where both formats only differ in tidiness (blanks, tabs, CR before LF, a missing
 * TYPE, exemplars in plain text), strict where a cut or garbled page would else be taken for a
 * whole one. For one thread at a time.
 */
final class PageParser {
  private final PageReading reading;
  private final SeriesLabels labels = new SeriesLabels();
  private final Decimal decimal = new Decimal();
  private final PageScan scan = new PageScan();
  private byte[] bytes = new byte[0];
  private int end;
  private int code;
  private boolean openMetrics;
  private String fault = "";

  /** Fills one reading with page after page. */
  PageParser(PageReading reading) {
    this.reading = reading;
  }

  /**
   * Reads a page into the reading.
   *
   * @param openMetrics whether the answer's content type says OpenMetrics, which must end with
   *     {@code # EOF} and whose timestamps are seconds
   * @param whole whether the transport vouches for the length, so that a last line without a line
   *     feed is complete
   * @return what is wrong with the page and in which line; the reading must not be used then
   */
  Optional<String> parse(byte[] page, int length, boolean openMetrics, boolean whole) {
    bytes = page;
    end = length;
    scan.begin(page, length);
    this.openMetrics = openMetrics;
    reading.clear();
    int line = 0;
    int at = 0;
    boolean ended = false;
    while (at < end) {
      line++;
      int from = at;
      at = line(from);
      if (at < 0) {
        return Optional.of("line " + line + " " + fault + ": \"" + scan.shown(from) + "\"");
      }
      if (ended && !scan.isBlank(from, at)) {
        return Optional.of("line " + line + " stands after # EOF: \"" + scan.shown(from) + "\"");
      }
      ended |= openMetrics && scan.isEof(from, at);
    }
    if (openMetrics && !ended) {
      return Optional.of("it ends at line " + line + " without # EOF, so it was cut off");
    }
    boolean broken = !openMetrics && !whole && end > 0 && bytes[end - 1] != '\n';
    return broken
        ? Optional.of("line " + line + " has no end, so it was cut off")
        : Optional.empty();
  }

  /**
   * Reads the line that begins there; gives where the next one begins, or -1 with the fault set.
   */
  private int line(int from) {
    int at = scan.skipBlanks(from);
    if (at >= end || bytes[at] == '\n') {
      return at + 1;
    }
    return bytes[at] == '#' ? scan.nextLine(at) : sample(at);
  }

  private int sample(int from) {
    int at = from;
    code = 0;
    labels.reset();
    if (bytes[at] == '{') {
      at = labels(at + 1, false);
    } else {
      at = name(at);
    }
    if (at < 0) {
      return at;
    }
    at = scan.skipBlanks(at);
    int valueFrom = at;
    at = scan.tokenEnd(at);
    if (at == valueFrom) {
      return fail("has no value");
    }
    if (!decimal.read(bytes, valueFrom, at)) {
      return fail("has a value that is no number");
    }
    double value = decimal.value();
    at = scan.skipBlanks(at);
    double stamp = Double.NaN;
    if (at < end && bytes[at] != '\n' && bytes[at] != '#') {
      int stampFrom = at;
      at = scan.tokenEnd(at);
      if (!decimal.read(bytes, stampFrom, at)) {
        return fail("has a timestamp that is no number");
      }
      stamp = openMetrics ? decimal.value() : decimal.value() / 1e3;
      at = scan.skipBlanks(at);
    }
    if (code != 0) {
      reading.add(code, labels, value, stamp);
    }
    if (at >= end || bytes[at] == '\n') {
      return at + 1;
    }
    return bytes[at] == '#' ? exemplar(at + 1) : fail("goes on after its value");
  }

  /** Reads a bare metric name and the labels after it. */
  private int name(int from) {
    int at = scan.nameEnd(from);
    if (at == from || scan.isDigit(from)) {
      return fail("does not begin with a metric name");
    }
    code = MetricNames.METRICS.find(bytes, from, at);
    int next = scan.skipBlanks(at);
    if (next < end && bytes[next] == '{') {
      return labels(next + 1, true);
    }
    boolean apart = next > at || next >= end || bytes[next] == '\n';
    return apart ? next : fail("has a character in its metric name that may not stand there");
  }

  /**
   * Reads labels up to the closing brace.
   *
   * @param named whether the metric's name stood before the brace; else it must come first inside
   */
  private int labels(int from, boolean named) {
    int at = scan.skipBlanks(from);
    boolean hasName = named;
    while (at < end && bytes[at] != '}') {
      boolean quoted = bytes[at] == '"';
      int nameFrom = quoted ? at + 1 : at;
      int nameTo = quoted ? scan.stringEnd(nameFrom) : scan.nameEnd(at);
      if (nameTo < 0 || nameTo == nameFrom) {
        return fail("has a label without a name");
      }
      at = scan.skipBlanks(quoted ? nameTo + 1 : nameTo);
      if (quoted && !hasName) {
        code = MetricNames.METRICS.find(bytes, nameFrom, nameTo);
        hasName = true;
      } else {
        at = labelValue(at, nameFrom, nameTo);
      }
      at = at < 0 ? at : separator(at);
      if (at < 0) {
        return at;
      }
    }
    if (at >= end) {
      return fail("ends within its labels");
    }
    return hasName ? at + 1 : fail("has no metric name");
  }

  private int labelValue(int from, int nameFrom, int nameTo) {
    if (from >= end || bytes[from] != '=') {
      return fail("has a label without =");
    }
    int at = scan.skipBlanks(from + 1);
    if (at >= end || bytes[at] != '"') {
      return fail("has a label value without quotes");
    }
    int valueFrom = at + 1;
    int valueTo = scan.stringEnd(valueFrom);
    if (valueTo < 0) {
      return fail("has a label value that does not end");
    }
    if (code != 0) {
      labels.add(bytes, nameFrom, nameTo, valueFrom, valueTo);
    }
    return scan.skipBlanks(valueTo + 1);
  }

  private int separator(int at) {
    if (at < end && bytes[at] == ',') {
      return scan.skipBlanks(at + 1);
    }
    return at < end && bytes[at] == '}' ? at : fail("has something else than , or } after a label");
  }

  /** Passes over an exemplar: its labels, its value, and perhaps a timestamp. */
  private int exemplar(int from) {
    int at = scan.skipBlanks(from);
    if (at >= end || bytes[at] != '{') {
      return fail("has an exemplar without labels");
    }
    code = 0;
    at = labels(at + 1, true);
    if (at < 0) {
      return at;
    }
    int numbers = 0;
    at = scan.skipBlanks(at);
    while (at < end && bytes[at] != '\n') {
      int valueFrom = at;
      at = scan.tokenEnd(at);
      if (!decimal.read(bytes, valueFrom, at) || ++numbers > 2) {
        return fail("has an exemplar that is not a value and a timestamp");
      }
      at = scan.skipBlanks(at);
    }
    return numbers == 0 ? fail("has an exemplar without a value") : at + 1;
  }

  private int fail(String what) {
    fault = what;
    return -1;
  }
}
