package dev.ripcord.cli.console;

import java.util.function.Supplier;

/**
 * What is done when Ctrl-C or SIGTERM ends the process in the middle of some work: from when it is
 * made until it is closed, on a thread of its own.
 */
public final class ShutdownHook implements AutoCloseable {
  private final Thread hook;

  /**
   * From now on.
   *
   * @param name of the thread
   */
  public ShutdownHook(String name, Runnable work) {
    this.hook = new Thread(work, name);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Prints one line: how it stands, and what to do.
   *
   * @param line asked for when the signal comes
   */
  public static ShutdownHook printing(Console console, Supplier<String> line) {
    // On a terminal there may be a line that changes in place, and what the key left behind.
    String begin = console.interactive() ? System.lineSeparator() : "";
    return new ShutdownHook(
        "say how it stands", () -> console.err().println(begin + "ripcord: " + line.get()));
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      // What it would do is being done.
    }
  }
}
