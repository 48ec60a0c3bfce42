package dev.ripcord.cli.salvage;

import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.migrate.MigrateCommand;
import dev.ripcord.cli.migrate.context.MigrateContext;
import dev.ripcord.port.Clocks;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code ripcord salvage}. */
@Command(
    name = "salvage",
    mixinStandardHelpOptions = true,
    description = "Lists, restores and purges rows that rollbacks and stage 2 kept.",
    footer = {
      "",
      "Exit codes: 0 done or nothing to do, 4 refused (it no longer fits, or nobody confirmed).",
      "Example: ripcord salvage list --service shop"
    })
public final class SalvageCommand implements Callable<Integer> {
  private final Console console;

  private SalvageCommand(Console console) {
    this.console = console;
  }

  /** The command with every subcommand, for what the configuration names. */
  public static CommandLine commandLine(Console console, Clocks clocks) {
    return commandLine(console, clocks, MigrateCommand.context(console, clocks));
  }

  static CommandLine commandLine(Console console, Clocks clocks, MigrateContext context) {
    SalvageAccess access = new SalvageAccess(context);
    return new CommandLine(new SalvageCommand(console))
        .addSubcommand(new SalvageList(access))
        .addSubcommand(new SalvageRestore(access))
        .addSubcommand(new SalvagePurge(access, clocks));
  }

  @Override
  public Integer call() {
    console.err().println("missing subcommand; see: ripcord salvage --help");
    return ExitCode.USAGE;
  }
}
