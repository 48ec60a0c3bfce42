package dev.ripcord.cli.console;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.Layout;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.List;
import org.slf4j.Logger;

/**
 * How the log is written before {@link Logging} knows what is wanted: as text, to standard error.
 * In Java and not in XML, since every command would have to read it. Made by logback, which finds
 * it as a service; a file that {@code logback.configurationFile} names counts instead.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class LogSetup extends ContextAwareBase implements Configurator {
  static final String APPENDER = "ERR";

  /** Vert.x logs each connection that a service resets; the probe tells it as a reason. */
  private static final List<String> SILENT =
      List.of("io.vertx.core.impl", "io.vertx.core.net.impl", "io.vertx.core.http.impl");

  private static final String LOOP_CHECKS = "io.vertx.core.impl.BlockedThreadChecker";

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    if (System.getProperty("logback.configurationFile") != null) {
      return ExecutionStatus.INVOKE_NEXT_IF_ANY;
    }
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setName(APPENDER);
    appender.setTarget("System.err");
    appender.setEncoder(encoder(context, new TextLines()));
    appender.start();
    context.getLogger("dev.ripcord").setLevel(Level.INFO);
    SILENT.forEach(name -> context.getLogger(name).setLevel(Level.OFF));
    context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.ERROR);
    if (Integer.getInteger(Logging.BLOCKED_MILLIS, 0) > 0) {
      context.getLogger(LOOP_CHECKS).setLevel(Level.WARN);
    }
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /** What writes lines in a form. */
  static Encoder<ILoggingEvent> encoder(LoggerContext context, Layout<ILoggingEvent> form) {
    form.setContext(context);
    form.start();
    LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
    encoder.setContext(context);
    encoder.setLayout(form);
    encoder.start();
    return encoder;
  }
}
