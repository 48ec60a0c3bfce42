package dev.ripcord.cli;

import java.util.Optional;

/** Runs the migrate verbs without the rest of the program. */
final class MigrateMain {
  private MigrateMain() {}

  public static void main(String[] args) {
    Console console = new Console(System.out, System.err, System.getenv(), false);
    System.exit(MigrateCommand.commandLine(console, options -> Optional.empty()).execute(args));
  }
}
