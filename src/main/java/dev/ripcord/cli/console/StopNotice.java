package dev.ripcord.cli.console;

import java.util.function.Supplier;

/** One line for people when Ctrl-C or SIGTERM ends a command: how it stands, and what to do. */
public final class StopNotice implements AutoCloseable {
  private final Thread hook;

  private StopNotice(Thread hook) {
    this.hook = hook;
  }

  /**
   * From now on until it is closed.
   *
   * @param line what is said, asked for when the signal comes, from another thread
   */
  public static StopNotice around(Console console, Supplier<String> line) {
    // On a terminal there may be a line that changes in place, and what the key left behind.
    String begin = console.interactive() ? System.lineSeparator() : "";
    Thread hook =
        new Thread(
            () -> console.err().println(begin + "ripcord: " + line.get()), "say how it stands");
    Runtime.getRuntime().addShutdownHook(hook);
    return new StopNotice(hook);
  }

  @Override
  public void close() {
    forget(hook);
  }

  /** The program that is ending already calls it itself. */
  public static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      // What it would do is being done.
    }
  }
}
