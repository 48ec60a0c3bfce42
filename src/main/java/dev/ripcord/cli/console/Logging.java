package dev.ripcord.cli.console;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/**
 * What is logged, to standard error: the daemon tells its decisions, a short command only trouble,
 * unless RIPCORD_LOG asks every command for its decisions.
 */
public final class Logging {
  /**
   * A property for who looks for what holds an event loop: each handler that takes longer than so
   * many milliseconds is logged with its stack.
   */
  public static final String BLOCKED_MILLIS = "ripcord.blocked.millis";

  private static final String FORM = "RIPCORD_LOG";

  private Logging() {}

  /** Sets level and form; gives what is wrong with the wish for a form. */
  public static Optional<String> configure(List<String> args, Map<String, String> environment) {
    String form = environment.getOrDefault(FORM, "");
    boolean wanted = !form.isEmpty() || (!args.isEmpty() && args.getFirst().equals("start"));
    boolean verbose = args.contains("-v");
    logger("dev.ripcord").setLevel(verbose ? Level.DEBUG : wanted ? Level.INFO : Level.ERROR);
    if (!wanted && !verbose) {
      logger("dev.ripcord.migrations").setLevel(Level.OFF); // the command tells it in its own words
    }
    switch (form) {
      case "", "text" -> {}
      case "json" -> writeJson();
      default -> {
        return Optional.of(
            FORM
                + " is \""
                + form
                + "\": set it to json or text, or take it away for the usual log");
      }
    }
    return Optional.empty();
  }

  /** Whether the log is JSON. */
  public static boolean isJson(Map<String, String> environment) {
    return environment.getOrDefault(FORM, "").equals("json");
  }

  /** For a command that tells the story itself. */
  static void quiet() {
    logger("dev.ripcord").setLevel(Level.ERROR);
  }

  private static void writeJson() {
    Logger root = logger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    if (root.getAppender(LogSetup.APPENDER)
        instanceof OutputStreamAppender<ILoggingEvent> appender) {
      appender.setEncoder(LogSetup.encoder(root.getLoggerContext(), new JsonLines()));
    }
  }

  private static Logger logger(String name) {
    return (Logger) LoggerFactory.getLogger(name);
  }
}
