package dev.ripcord.cli.console;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * How the help of a command is laid out: 80 columns, broken at spaces only, and examples not at
 * all, so that they can be copied.
 */
public final class HelpText {
  /** Columns of a terminal that everybody has. */
  public static final int WIDTH = 80;

  private HelpText() {}

  /** Lays out the help of this command and of all below it. */
  static void layOut(CommandLine line) {
    CommandSpec spec = line.getCommandSpec();
    UsageMessageSpec usage = spec.usageMessage();
    Map<String, IHelpSectionRenderer> sections = new HashMap<>(usage.sectionMap());
    sections.put(UsageMessageSpec.SECTION_KEY_SYNOPSIS, help -> synopsis(help.commandSpec()));
    sections.put(
        UsageMessageSpec.SECTION_KEY_DESCRIPTION,
        help -> text(help.commandSpec().usageMessage().description()) + "\n");
    sections.put(
        UsageMessageSpec.SECTION_KEY_FOOTER,
        help -> text(help.commandSpec().usageMessage().footer()));
    usage.sectionMap(sections);
    line.getSubcommands().values().forEach(HelpText::layOut);
  }

  /** What a command does, on one line. */
  public static String summary(CommandSpec spec) {
    String[] description = spec.usageMessage().description();
    return description.length == 0 ? "" : unescaped(description[0]);
  }

  private static String synopsis(CommandSpec spec) {
    List<String> parts = new ArrayList<>(List.of(spec.qualifiedName()));
    if (!spec.subcommands().isEmpty()) {
      parts.add("COMMAND");
    }
    for (PositionalParamSpec parameter : spec.positionalParameters()) {
      String name = parameter.paramLabel() + (parameter.arity().max() > 1 ? "..." : "");
      parts.add(parameter.required() ? name : "[" + name + "]");
    }
    for (OptionSpec option : spec.options()) {
      if (option.required() && option.group() == null) {
        parts.add(option.longestName() + " " + option.paramLabel());
      }
    }
    parts.add("[OPTIONS]");
    return String.join(" ", parts) + "\n";
  }

  /** These lines, broken where they are too long. */
  static String text(String... lines) {
    StringBuilder text = new StringBuilder();
    for (String line : lines) {
      append(text, unescaped(line));
    }
    return text.toString();
  }

  private static String unescaped(String line) {
    return line.replace("%n", "\n").replace("%%", "%");
  }

  private static void append(StringBuilder text, String line) {
    String rest = line;
    while (rest.length() > WIDTH && !isExample(line)) {
      int end = rest.lastIndexOf(' ', WIDTH);
      if (end <= 0) {
        break;
      }
      text.append(rest, 0, end).append('\n');
      rest = rest.substring(end + 1);
    }
    text.append(rest).append('\n');
  }

  private static boolean isExample(String line) {
    return line.startsWith("  ") || line.startsWith("Example: ");
  }
}
