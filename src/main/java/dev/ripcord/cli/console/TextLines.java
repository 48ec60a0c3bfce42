package dev.ripcord.cli.console;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.core.LayoutBase;
import dev.ripcord.release.Printable;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.slf4j.event.KeyValuePair;

/**
 * The log as text: time, level, logger, then message and fields on one line, whatever they hold;
 * what was thrown follows on lines of its own, each with its first place in the code.
 */
final class TextLines extends LayoutBase<ILoggingEvent> {
  private static final int CAUSES_MAX = 5;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final UnaryOperator<String> guard = BuildServerGuard.of(System.getenv());

  @Override
  public String doLayout(ILoggingEvent event) {
    String logger = event.getLoggerName();
    return "%s %-5s %s: %s\n"
        .formatted(
            TIME.format(Instant.ofEpochMilli(event.getTimeStamp())),
            event.getLevel(),
            logger.substring(logger.lastIndexOf('.') + 1),
            message(event));
  }

  private String message(ILoggingEvent event) {
    StringBuilder line = new StringBuilder(Printable.of(event.getFormattedMessage()));
    List<KeyValuePair> fields = event.getKeyValuePairs();
    if (fields != null) {
      fields.forEach(
          field ->
              line.append(' ')
                  .append(field.key)
                  .append("=\"")
                  .append(Printable.of(String.valueOf(field.value)))
                  .append('"'));
    }
    int causes = 0;
    for (IThrowableProxy thrown = event.getThrowableProxy();
        thrown != null && causes < CAUSES_MAX;
        thrown = thrown.getCause()) {
      line.append(causes++ == 0 ? "\n" : "\nCaused by: ").append(thrown.getClassName());
      if (thrown.getMessage() != null) {
        line.append(": ").append(Printable.of(thrown.getMessage()));
      }
      StackTraceElementProxy[] places = thrown.getStackTraceElementProxyArray();
      if (places != null && places.length > 0) {
        line.append("\n\t").append(places[0]);
      }
    }
    return guard.apply(line.toString());
  }
}
