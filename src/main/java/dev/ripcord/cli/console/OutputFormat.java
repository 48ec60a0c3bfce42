package dev.ripcord.cli.console;

/** How a result is written. */
public enum OutputFormat {
  /** For people. */
  TEXT,
  /** For programs. */
  JSON,
  /** For Nagios and its kind: one plugin line. */
  NAGIOS;

  public static OutputFormat of(CommonOptions options, boolean nagios) {
    if (nagios && options.output.equals("nagios")) {
      return NAGIOS;
    }
    return switch (options.output) {
      case "text" -> TEXT;
      case "json" -> JSON;
      default ->
          throw new UsageException(
              "-o " + options.output + ": write text or json" + (nagios ? " or nagios" : ""));
    };
  }
}
