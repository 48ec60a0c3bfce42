package dev.ripcord.probe.page;

import java.util.Locale;
import java.util.Optional;

/**
 * What a text is worth as a metrics page, for whoever looks for one. Pure.
 *
 * @param counter the name of the request counter that would be read; empty where it has none that
 *     is known
 * @param lookAlikes names that look like one, where there is none; may be empty
 */
public record PageLook(Optional<String> counter, String lookAlikes) {
  /**
   * Looks at the whole body of an answer; empty where it is no metrics page, or one without a
   * single series.
   *
   * @param contentType as the answer says it; empty where it says none
   */
  public static Optional<PageLook> of(byte[] body, String contentType) {
    boolean openMetrics =
        contentType.toLowerCase(Locale.ROOT).startsWith("application/openmetrics-text");
    PageReading reading = new PageReading();
    boolean isPage = new PageParser(reading).parse(body, body.length, openMetrics, true).isEmpty();
    if (!isPage || !hasSeries(body)) {
      return Optional.empty();
    }
    Optional<String> counter = reading.family().map(Family::counter);
    return Optional.of(
        new PageLook(counter, counter.isPresent() ? "" : LookAlikes.of(body, body.length)));
  }

  private static boolean hasSeries(byte[] body) {
    boolean atStart = true;
    boolean comment = false;
    for (byte b : body) {
      if (b == '\n') {
        atStart = true;
        comment = false;
      } else if (b != ' ' && b != '\t' && b != '\r') {
        comment |= atStart && b == '#';
        atStart = false;
        if (!comment) {
          return true;
        }
      }
    }
    return false;
  }
}
