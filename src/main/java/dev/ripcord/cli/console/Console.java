package dev.ripcord.cli.console;

import java.io.PrintStream;
import java.util.Map;

/**
 * Where a command reads and writes: results to {@code out}, progress and errors to {@code err}.
 *
 * @param out standard output
 * @param err standard error
 * @param environment the environment variables
 * @param interactive whether a person sits at a terminal on both ends
 */
public record Console(
    PrintStream out, PrintStream err, Map<String, String> environment, boolean interactive) {
  public Console {
    environment = Map.copyOf(environment);
  }
}
