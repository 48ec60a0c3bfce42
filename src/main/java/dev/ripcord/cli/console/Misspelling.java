package dev.ripcord.cli.console;

import dev.ripcord.config.Quoted;
import dev.ripcord.config.file.Suggestion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is said of a command or an option that does not exist: what was found, what was meant. */
final class Misspelling {
  /** Fewer letters are the beginning of too much. */
  private static final int BEGINNING_MIN = 3;

  private Misspelling() {}

  /**
   * One line on what is wrong with a command line.
   *
   * @param args the whole command line
   */
  static String of(ParameterException e, String[] args) {
    CommandSpec spec = e.getCommandLine().getCommandSpec();
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
      String first = unmatched.getUnmatched().getFirst();
      return isOption(first) ? option(first, spec) : argument(first, e.getCommandLine());
    }
    // A required option that is missing may be the one that was misspelt.
    if (e instanceof CommandLine.MissingParameterException) {
      Optional<String> unknown = unknownOption(args, e.getCommandLine());
      if (unknown.isPresent()) {
        return option(unknown.get(), spec);
      }
    }
    return CommandRunner.message(e);
  }

  private static boolean isOption(String word) {
    return word.startsWith("-") && word.length() > 1;
  }

  private static Optional<String> unknownOption(String[] args, CommandLine at) {
    for (String word : args) {
      if (word.equals("--")) {
        return Optional.empty();
      }
      if (word.startsWith("--") && !at.getCommandSpec().optionsMap().containsKey(name(word))) {
        return Optional.of(word);
      }
    }
    return Optional.empty();
  }

  /** Without its value, which may be a secret. */
  private static String name(String option) {
    int end = option.indexOf('=');
    return end < 0 ? option : option.substring(0, end);
  }

  private static String option(String word, CommandSpec spec) {
    String found = name(word);
    List<String> names =
        spec.optionsMap().keySet().stream().filter(o -> o.startsWith("--")).sorted().toList();
    return "unknown option "
        + Quoted.plain(found)
        + meant(found, names).map(n -> "; did you mean " + n + "?").orElse("");
  }

  private static String argument(String word, CommandLine at) {
    Map<String, CommandLine> commands = at.getSubcommands();
    if (commands.isEmpty()) {
      // Not shown: a second argument may be the value of a misspelt option, and a secret.
      return "one argument too many, or an option without its dashes";
    }
    String own = at.getCommandSpec().qualifiedName();
    String unknown = "unknown command " + Quoted.plain(word);
    for (Map.Entry<String, CommandLine> command : commands.entrySet()) {
      if (command.getValue().getSubcommands().containsKey(word)) {
        return unknown + "; did you mean " + own + " " + command.getKey() + " " + word + "?";
      }
    }
    return meant(word, new ArrayList<>(commands.keySet()))
        .map(name -> unknown + "; did you mean " + own + " " + name + "?")
        .orElse(unknown);
  }

  /** The only name that begins so, else the nearest one. */
  private static Optional<String> meant(String found, List<String> names) {
    List<String> begun = names.stream().filter(name -> name.startsWith(found)).toList();
    return begun.size() == 1 && found.replace("-", "").length() >= BEGINNING_MIN
        ? Optional.of(begun.getFirst())
        : Suggestion.nearest(found, names);
  }
}
