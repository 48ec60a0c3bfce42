package dev.ripcord.cli;

import dev.ripcord.cli.check.CheckCommand;
import dev.ripcord.cli.console.CommandRunner;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.console.Logging;
import dev.ripcord.cli.console.ProgramVersion;
import dev.ripcord.cli.console.TerminalOutput;
import dev.ripcord.cli.demo.DemoCommand;
import dev.ripcord.cli.deploy.DeployCommand;
import dev.ripcord.cli.migrate.MigrateCommand;
import dev.ripcord.cli.start.StartCommand;
import dev.ripcord.cli.watch.PlanCommand;
import dev.ripcord.cli.watch.RollbackCommand;
import dev.ripcord.cli.watch.StatusCommand;
import dev.ripcord.cli.watch.WatchAction;
import dev.ripcord.cli.watch.WatchActionCommand;
import dev.ripcord.cli.watch.WatchCommand;
import dev.ripcord.port.Clocks;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The command line: knows the subcommands, turns what goes wrong into one line and an exit code.
 */
public final class Cli {
  private Cli() {}

  /** Runs one command; gives its exit code. Called once, from the main thread. */
  public static int run(String[] args) {
    boolean isTerminal =
        Optional.ofNullable(System.console()).filter(java.io.Console::isTerminal).isPresent();
    Console console =
        new Console(
            new TerminalOutput(System.out, isTerminal),
            new TerminalOutput(System.err, isTerminal),
            System.getenv(),
            isTerminal);
    Optional<String> wrong = Logging.configure(List.of(args), console.environment());
    if (wrong.isPresent()) {
      console.err().println("ripcord: " + wrong.get());
      return ExitCode.USAGE;
    }
    return run(args, console, new Clocks(InstantSource.system(), System::nanoTime));
  }

  public static int run(String[] args, Console console, Clocks clocks) {
    return CommandRunner.run(line(console, clocks), args, console);
  }

  /** The command line with every subcommand. */
  static CommandLine line(Console console, Clocks clocks) {
    CommandLine line = new CommandLine(new Root(console));
    line.addSubcommand(new DemoCommand(console, clocks));
    line.addSubcommand(new StartCommand(console, clocks));
    line.addSubcommand(new DeployCommand(console, clocks));
    line.addSubcommand(new WatchCommand(console, clocks));
    line.addSubcommand(new CheckCommand(console, clocks));
    line.addSubcommand(new StatusCommand(console, clocks));
    line.addSubcommand(new PlanCommand(console, clocks));
    line.addSubcommand(new RollbackCommand(console, clocks));
    for (WatchAction wish : WatchAction.values()) {
      CommandLine say = new CommandLine(new WatchActionCommand(console, clocks, wish));
      say.getCommandSpec().usageMessage().description(wish.says());
      line.addSubcommand(wish.verb(), say);
    }
    line.addSubcommand(MigrateCommand.commandLine(console, clocks));
    line.addSubcommand(new ConfigCommand(console, clocks));
    return CommandRunner.prepare(line, console);
  }

  /** The program without a subcommand: says what there is. */
  @Command(
      name = "ripcord",
      mixinStandardHelpOptions = true,
      versionProvider = ProgramVersion.class,
      description = "Watches a release, and takes it back, database and image, when it is bad.",
      synopsisSubcommandLabel = "COMMAND",
      commandListHeading = "%nCommands:%n",
      footer = {"", "Begin with: ripcord demo", "Then:       ripcord config init, docs/guide.md"})
  static final class Root implements Callable<Integer> {
    private final Console console;

    Root(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() {
      new CommandLine(this).usage(console.err());
      return ExitCode.USAGE;
    }
  }
}
