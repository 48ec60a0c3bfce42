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
import dev.ripcord.cli.doctor.DoctorCommand;
import dev.ripcord.cli.help.CommandGroup;
import dev.ripcord.cli.help.CompletionCommand;
import dev.ripcord.cli.help.HelpCommand;
import dev.ripcord.cli.migrate.MigrateCommand;
import dev.ripcord.cli.plan.DrillCommand;
import dev.ripcord.cli.plan.PlanCommand;
import dev.ripcord.cli.replay.ReplayCommand;
import dev.ripcord.cli.salvage.SalvageCommand;
import dev.ripcord.cli.silence.SilenceCommand;
import dev.ripcord.cli.start.StartCommand;
import dev.ripcord.cli.status.StatusCommand;
import dev.ripcord.cli.watch.ExplainCommand;
import dev.ripcord.cli.watch.RollbackCommand;
import dev.ripcord.cli.watch.WatchAction;
import dev.ripcord.cli.watch.WatchActionCommand;
import dev.ripcord.cli.watch.WatchCommand;
import dev.ripcord.port.Clocks;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Spec;

/** The command line: knows the commands, turns what goes wrong into one line and an exit code. */
public final class Cli {
  /** The commands that speak of all the others, and so need them. */
  private static final Set<String> OF_ALL = Set.of("help", "completion");

  private Cli() {}

  /** Runs one command; gives its exit code. Called once, from the main thread. */
  public static int run(String[] args) {
    if (args.length == 1 && (args[0].equals("--version") || args[0].equals("-V"))) {
      // At once: no command is made for it, and no terminal is looked for.
      new TerminalOutput(System.out, false, System.getenv()).println(ProgramVersion.line());
      return ExitCode.DONE;
    }
    boolean isTerminal =
        Optional.ofNullable(System.console()).filter(java.io.Console::isTerminal).isPresent();
    Console console =
        new Console(
            new TerminalOutput(System.out, isTerminal, System.getenv()),
            new TerminalOutput(System.err, isTerminal, System.getenv()),
            System.getenv(),
            isTerminal);
    Optional<String> wrong = Logging.configure(List.of(args), console.environment());
    if (wrong.isPresent()) {
      console.err().println("ripcord: " + wrong.get());
      return ExitCode.USAGE;
    }
    return run(args, console, new Clocks(InstantSource.system(), System::nanoTime));
  }

  /**
   * Runs one command. Of the commands only the one that the first argument names is made, so that a
   * short command does not wait for those which it does not run.
   */
  public static int run(String[] args, Console console, Clocks clocks) {
    Map<String, Supplier<CommandLine>> commands = commands(console, clocks);
    if (args.length > 0 && commands.containsKey(args[0]) && !OF_ALL.contains(args[0])) {
      commands.keySet().retainAll(Set.of(args[0]));
    }
    return CommandRunner.run(line(console, commands), args, console);
  }

  /** The command line with every command. */
  static CommandLine line(Console console, Clocks clocks) {
    return line(console, commands(console, clocks));
  }

  private static CommandLine line(Console console, Map<String, Supplier<CommandLine>> commands) {
    CommandLine line = new CommandLine(new Root(console));
    commands.forEach((name, command) -> line.addSubcommand(name, command.get()));
    CommandRunner.prepare(line, console);
    UsageMessageSpec usage = line.getCommandSpec().usageMessage();
    Map<String, IHelpSectionRenderer> sections = new HashMap<>(usage.sectionMap());
    sections.put(
        UsageMessageSpec.SECTION_KEY_COMMAND_LIST,
        help -> CommandGroup.listing(help.commandSpec()));
    sections.put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING, help -> "");
    usage.sectionMap(sections);
    return line;
  }

  /** What makes each command; {@link CommandGroup} says where help shows it. */
  private static Map<String, Supplier<CommandLine>> commands(Console console, Clocks clocks) {
    Map<String, Supplier<CommandLine>> commands = new LinkedHashMap<>();
    commands.put("demo", () -> new CommandLine(new DemoCommand(console, clocks)));
    commands.put("start", () -> new CommandLine(new StartCommand(console, clocks)));
    commands.put("deploy", () -> new CommandLine(new DeployCommand(console, clocks)));
    commands.put("watch", () -> new CommandLine(new WatchCommand(console, clocks)));
    commands.put("check", () -> new CommandLine(new CheckCommand(console, clocks)));
    commands.put("status", () -> new CommandLine(new StatusCommand(console, clocks)));
    commands.put("explain", () -> new CommandLine(new ExplainCommand(console, clocks)));
    commands.put("replay", () -> new CommandLine(new ReplayCommand(console, clocks)));
    commands.put("plan", () -> new CommandLine(new PlanCommand(console, clocks)));
    commands.put("drill", () -> new CommandLine(new DrillCommand(console, clocks)));
    commands.put("rollback", () -> new CommandLine(new RollbackCommand(console, clocks)));
    for (WatchAction action : WatchAction.values()) {
      commands.put(action.verb(), () -> on(action, console, clocks));
    }
    commands.put("silence", () -> SilenceCommand.commandLine(console, clocks));
    commands.put("migrate", () -> MigrateCommand.commandLine(console, clocks));
    commands.put("salvage", () -> SalvageCommand.commandLine(console, clocks));
    commands.put("config", () -> ConfigCommand.commandLine(console, clocks));
    commands.put("doctor", () -> new CommandLine(new DoctorCommand(console, clocks)));
    commands.put("completion", () -> new CommandLine(new CompletionCommand(console)));
    commands.put("help", () -> new CommandLine(new HelpCommand(console)));
    return commands;
  }

  private static CommandLine on(WatchAction action, Console console, Clocks clocks) {
    CommandLine line = new CommandLine(new WatchActionCommand(console, clocks, action));
    CommandSpec spec = line.getCommandSpec();
    spec.usageMessage().description(action.description()).footer(action.footer());
    if (action != WatchAction.PAUSE) {
      spec.remove(spec.findOption("--for"));
    }
    return line;
  }

  /** The program without a command: prints what there is. */
  @Command(
      name = "ripcord",
      mixinStandardHelpOptions = true,
      versionProvider = ProgramVersion.class,
      description = "Watches a release, and rolls it back, database and image, when it is bad.",
      footer = {
        "",
        "Begin with: ripcord demo",
        "Then:       ripcord config init, docs/guide.md",
        "One of them, with an example: ripcord help COMMAND"
      })
  static final class Root implements Callable<Integer> {
    private final Console console;

    @Spec private CommandSpec spec = CommandSpec.create();

    Root(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() {
      spec.commandLine().usage(console.err());
      return ExitCode.USAGE;
    }
  }
}
