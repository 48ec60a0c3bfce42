package dev.ripcord.cli.console;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.LayoutBase;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.slf4j.event.KeyValuePair;

/**
 * The log as one JSON object a line: time, level, logger, message, and the fields of the line
 * beside them, as collectors of logs take them in. The library's own encoder nests the fields.
 */
public final class JsonLines extends LayoutBase<ILoggingEvent> {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final UnaryOperator<String> guard = BuildServerGuard.of(System.getenv());

  @Override
  public String doLayout(ILoggingEvent event) {
    String logger = event.getLoggerName();
    ObjectNode line = JSON.createObjectNode();
    line.put("time", TIME.format(Instant.ofEpochMilli(event.getTimeStamp())));
    line.put("level", event.getLevel().toString().toLowerCase(Locale.ROOT));
    line.put("logger", logger.substring(logger.lastIndexOf('.') + 1));
    line.put("message", event.getFormattedMessage());
    List<KeyValuePair> fields = event.getKeyValuePairs();
    if (fields != null) {
      fields.forEach(field -> line.putPOJO(field.key, field.value));
    }
    IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown != null) {
      line.put("error", thrown.getClassName() + ": " + thrown.getMessage());
    }
    try {
      return guard.apply(JSON.writeValueAsString(line)) + '\n';
    } catch (JsonProcessingException unwritable) {
      throw new IllegalArgumentException("a field of this line is no plain value", unwritable);
    }
  }
}
