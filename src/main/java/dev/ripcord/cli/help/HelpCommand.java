package dev.ripcord.cli.help;

import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.ExitCode;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code ripcord help}: the list of commands, or the help of one. */
@Command(
    name = "help",
    mixinStandardHelpOptions = true,
    description = "Lists the commands, or prints the help of one.",
    footer = {"", "Example: ripcord help migrate up"})
public final class HelpCommand implements Callable<Integer> {
  private final Console console;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(arity = "0..*", paramLabel = "COMMAND", description = "such as check or migrate up")
  private List<String> words = List.of();

  public HelpCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    CommandLine at = spec.root().commandLine();
    for (String word : words) {
      CommandLine next = at.getSubcommands().get(word);
      if (next == null) {
        throw new UnmatchedArgumentException(at, List.of(word), "");
      }
      at = next;
    }
    at.usage(console.out());
    return ExitCode.DONE;
  }
}
