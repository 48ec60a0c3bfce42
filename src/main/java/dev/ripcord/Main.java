package dev.ripcord;

import dev.ripcord.cli.Cli;

/** The way in: arguments to a command, a command to an exit code. */
public final class Main {
  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(Cli.run(args));
  }
}
