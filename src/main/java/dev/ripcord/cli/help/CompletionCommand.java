package dev.ripcord.cli.help;

import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.console.UsageException;
import dev.ripcord.config.Quoted;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ripcord completion}: a script that lets a shell complete commands and options. */
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    description = "Prints a completion script for a shell.",
    footer = {
      "",
      "bash, in ~/.bashrc:   source <(ripcord completion bash)",
      "zsh, in ~/.zshrc:     source <(ripcord completion zsh)",
      "fish, once:",
      "  ripcord completion fish > ~/.config/fish/completions/ripcord.fish",
      "",
      "Example: ripcord completion bash > /etc/bash_completion.d/ripcord"
    })
public final class CompletionCommand implements Callable<Integer> {
  private final Console console;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "SHELL",
      completionCandidates = Shells.class,
      description = "bash, zsh or fish")
  private String shell = "";

  public CompletionCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    String script =
        switch (shell) {
          case "bash", "zsh" -> AutoComplete.bash("ripcord", spec.root().commandLine());
          case "fish" -> FishCompletion.script(spec.root());
          default ->
              throw new UsageException(
                  "no completion for the shell " + Quoted.of(shell) + ": bash, zsh or fish");
        };
    console.out().print(script);
    console.out().flush();
    return ExitCode.DONE;
  }

  /** The shells that there is a script for. */
  static final class Shells implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("bash", "zsh", "fish").iterator();
    }
  }
}
