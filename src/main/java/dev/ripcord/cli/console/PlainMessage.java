package dev.ripcord.cli.console;

import ch.qos.logback.classic.pattern.ClassicConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import dev.ripcord.release.Printable;
import java.util.List;
import java.util.function.UnaryOperator;
import org.slf4j.event.KeyValuePair;

/**
 * A log line's message and fields on one line, whatever they hold; what was thrown follows on lines
 * of its own, each with its first place in the code. Made by logback, by the name in its
 * configuration.
 */
public final class PlainMessage extends ClassicConverter {
  private static final int CAUSES_MAX = 5;

  private final UnaryOperator<String> guard = BuildServerGuard.of(System.getenv());

  @Override
  public String convert(ILoggingEvent event) {
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
