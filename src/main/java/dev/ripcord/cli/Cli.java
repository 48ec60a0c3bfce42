package dev.ripcord.cli;

import dev.ripcord.port.Clocks;
import dev.ripcord.port.ProgramError;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParseResult;

/** The command line: knows the verbs, turns what goes wrong into one line and an exit code. */
public final class Cli {
  /** Any failure that has no code of its own. */
  static final int FAILED = 1;

  /** Bad usage or bad configuration; for {@code check}, {@link #UNKNOWN}. */
  static final int USAGE = 2;

  /** A check that could not tell. */
  static final int UNKNOWN = 3;

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
      return USAGE;
    }
    return run(args, console, new Clocks(InstantSource.system(), System::nanoTime));
  }

  static int run(String[] args, Console console, Clocks clocks) {
    try {
      return line(console, clocks).execute(args);
    } catch (Error error) {
      console.err().println("ripcord: " + ProgramError.why(error));
      return FAILED;
    }
  }

  /** The command line with every verb. */
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
    for (Say wish : Say.values()) {
      CommandLine say = new CommandLine(new SayCommand(console, clocks, wish));
      say.getCommandSpec().usageMessage().description(wish.says());
      line.addSubcommand(wish.verb(), say);
    }
    Migrated migrated = new Migrated(console);
    line.addSubcommand(
        MigrateCommand.commandLine(
            console, clocks, migrated::settings, migrated::alerts, migrated::data));
    line.addSubcommand(new ConfigCommand(console, clocks));
    return speaking(line, console);
  }

  /** Gives a command line, complete with its verbs, the program's way of speaking. */
  static CommandLine speaking(CommandLine line, Console console) {
    line.setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8));
    line.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler((e, a) -> misused(e, console));
    line.setExecutionExceptionHandler((e, l, r) -> failed(e, l, r, console));
    return line;
  }

  private static int misused(CommandLine.ParameterException e, Console console) {
    CommandLine at = e.getCommandLine();
    console.err().println("ripcord: " + e.getMessage());
    console.err().println("Help: " + at.getCommandSpec().qualifiedName() + " --help");
    return at.getCommandSpec().exitCodeOnInvalidInput();
  }

  private static int failed(Exception e, CommandLine line, ParseResult result, Console console) {
    if (isEnding()) {
      return FAILED;
    }
    if (result.hasMatchedOption("-v")) {
      e.printStackTrace(console.err());
    } else {
      console.err().println("ripcord: " + said(e));
    }
    return e instanceof UsageException
        ? line.getCommandSpec().exitCodeOnInvalidInput()
        : line.getCommandSpec().exitCodeOnExecutionException();
  }

  /** Whether the process is being ended: what fails then fails for that, and is no news. */
  private static boolean isEnding() {
    Thread none = new Thread(() -> {}, "none");
    try {
      Runtime.getRuntime().addShutdownHook(none);
      Runtime.getRuntime().removeShutdownHook(none);
      return false;
    } catch (IllegalStateException e) {
      return true;
    }
  }

  static String said(Throwable e) {
    String message = Objects.requireNonNullElse(e.getMessage(), "");
    // A failure that another one wraps begins with the name of its class.
    String said = message.replaceAll("(?:\\w+\\.)+[A-Z][\\w$]*(?:Exception|Error): ", "");
    return said.isBlank()
        ? "it failed without a reason; the same command with -v shows where"
        : said;
  }

  /** The program without a verb: says what there is. */
  @Command(
      name = "ripcord",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class,
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
      return USAGE;
    }
  }
}
