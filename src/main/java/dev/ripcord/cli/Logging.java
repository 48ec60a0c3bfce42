package dev.ripcord.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * What is logged, to standard error: the daemon tells its decisions, a short command only trouble.
 */
final class Logging {
  private Logging() {}

  static void configure(List<String> args) {
    boolean daemon = !args.isEmpty() && args.getFirst().equals("start");
    boolean verbose = args.contains("-v");
    ours().setLevel(verbose ? Level.DEBUG : daemon ? Level.INFO : Level.ERROR);
  }

  /** For a command that tells the story itself. */
  static void quiet() {
    ours().setLevel(Level.ERROR);
  }

  private static Logger ours() {
    return (Logger) LoggerFactory.getLogger("dev.ripcord");
  }
}
