package dev.ripcord.cli.console;

import dev.ripcord.port.ProgramError;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParseResult;

/** Runs a command; what goes wrong becomes one line and an exit code. */
public final class CommandRunner {
  private CommandRunner() {}

  /** Runs the command that these arguments name; gives its exit code. */
  public static int run(CommandLine line, String[] args, Console console) {
    try {
      return line.execute(args);
    } catch (Error error) {
      console.err().println("ripcord: " + ProgramError.why(error));
      return ExitCode.FAILED;
    }
  }

  /**
   * Has a command line, complete with its subcommands, print to the console and turn failures into
   * exit codes.
   */
  public static CommandLine prepare(CommandLine line, Console console) {
    line.setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8));
    line.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    HelpText.layOut(line);
    line.setParameterExceptionHandler((e, args) -> misused(e, args, console));
    line.setExecutionExceptionHandler((e, l, r) -> failed(e, l, r, console));
    return line;
  }

  private static int misused(CommandLine.ParameterException e, String[] args, Console console) {
    CommandLine at = e.getCommandLine();
    console.err().println("ripcord: " + Misspelling.of(e, args));
    console.err().println("Help: " + at.getCommandSpec().qualifiedName() + " --help");
    return at.getCommandSpec().exitCodeOnInvalidInput();
  }

  private static int failed(Exception e, CommandLine line, ParseResult result, Console console) {
    if (isEnding()) {
      return ExitCode.FAILED;
    }
    if (result.hasMatchedOption("-v")) {
      e.printStackTrace(console.err());
    } else {
      console.err().println("ripcord: " + message(e));
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

  /** Why a file could not be written, for people. */
  public static String whyUnwritten(IOException e) {
    return switch (e) {
      case AccessDeniedException denied -> "permission denied";
      case FileAlreadyExistsException taken -> taken.getFile() + " is a file, not a folder";
      case NoSuchFileException absent -> "there is no " + absent.getFile();
      case FileSystemException other when other.getReason() != null -> other.getReason();
      default -> message(e);
    };
  }

  /** The message of a failure, for people: without names of classes, never empty. */
  public static String message(Throwable e) {
    String message = Objects.requireNonNullElse(e.getMessage(), "");
    // A failure that another one wraps begins with the name of its class.
    String text =
        message
            .replaceAll("(?:\\w+\\.)+[A-Z][\\w$]*(?:Exception|Error): ", "")
            .replaceFirst("^Error: ", ""); // Of picocli.
    return text.isBlank()
        ? "it failed without a reason; the same command with -v shows where"
        : text;
  }
}
