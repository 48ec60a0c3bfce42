package dev.ripcord.cli.help;

import dev.ripcord.cli.console.HelpText;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The completion script for fish, which picocli does not write. */
final class FishCompletion {
  /** A command comes before its options here, so the words are compared from the first on. */
  private static final String FUNCTIONS =
      """
      # fish completion for ripcord

      # Whether the words after ripcord begin with these.
      function __ripcord_below
          set -l words (commandline -opc)
          set -e words[1]
          test (count $words) -ge (count $argv); or return 1
          for i in (seq (count $argv))
              test "$words[$i]" = "$argv[$i]"; or return 1
          end
      end

      # Whether they are these and no more.
      function __ripcord_at
          __ripcord_below $argv; and test (count (commandline -opc)) -eq (math (count $argv) + 1)
      end

      complete -c ripcord -f
      """;

  private final StringBuilder text = new StringBuilder(FUNCTIONS);

  private FishCompletion() {}

  static String script(CommandSpec program) {
    FishCompletion script = new FishCompletion();
    script.command(program, "");
    return script.text.toString();
  }

  private void command(CommandSpec spec, String path) {
    for (CommandLine each : spec.subcommands().values()) {
      CommandSpec below = each.getCommandSpec();
      line("__ripcord_at" + path, "-a " + below.name(), HelpText.summary(below));
    }
    boolean isProgram = spec.parent() == null;
    String here = (isProgram ? "__ripcord_at" : "__ripcord_below") + path;
    for (OptionSpec option : spec.options()) {
      line(here, names(option) + value(option), description(option));
    }
    for (PositionalParamSpec parameter : spec.positionalParameters()) {
      String value = value(parameter);
      if (!value.equals(" -x")) {
        line(here, value.strip(), description(parameter));
      }
    }
    for (CommandLine each : spec.subcommands().values()) {
      command(each.getCommandSpec(), path + " " + each.getCommandName());
    }
  }

  private void line(String condition, String what, String description) {
    text.append("complete -c ripcord -n '%s' %s".formatted(condition, what));
    if (!description.isEmpty()) {
      text.append(" -d '").append(description.replace("\\", "\\\\").replace("'", "\\'"));
      text.append('\'');
    }
    text.append('\n');
  }

  private static String names(OptionSpec option) {
    List<String> names =
        Stream.of(option.names())
            .map(n -> n.startsWith("--") ? "-l " + n.substring(2) : "-s " + n.substring(1))
            .toList();
    return String.join(" ", names);
  }

  /** What is completed as its value: files, one of a list, or nothing that is known. */
  private static String value(ArgSpec arg) {
    if (arg.arity().max() == 0) {
      return "";
    }
    Iterable<String> candidates = arg.completionCandidates();
    if (candidates != null) {
      return " -x -a '" + String.join(" ", candidates) + "'";
    }
    boolean isFile = arg.type() == Path.class || arg.auxiliaryTypes()[0] == Path.class;
    return isFile ? " -r -F" : " -x";
  }

  private static String description(ArgSpec arg) {
    return Optional.ofNullable(arg.description())
        .filter(lines -> lines.length > 0)
        .map(lines -> lines[0].replace("%%", "%"))
        .orElse("");
  }
}
