package dev.ripcord.cli.help;

import dev.ripcord.cli.console.HelpText;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The commands by what people do with them, in the order in which help lists them. */
public enum CommandGroup {
  TRY("See it", "demo"),
  SET_UP("Set up", "config doctor completion"),
  RELEASE("Release", "deploy watch start"),
  ASK("Ask", "check status explain replay"),
  DECIDE("Decide, while a release is watched", "approve pause resume abort"),
  ALERTS("Keep alerts quiet", "silence"),
  ROLL_BACK("Roll back", "plan drill rollback salvage"),
  MIGRATE("Change the database", "migrate"),
  HELP("Read on", "help");

  private final String heading;
  private final String commands;

  CommandGroup(String heading, String commands) {
    this.heading = heading;
    this.commands = commands;
  }

  /** What stands over it in the list. */
  public String heading() {
    return heading;
  }

  public List<String> commands() {
    return List.of(commands.split(" ", -1));
  }

  /** Every command of the program in its group, a line each. */
  public static String listing(CommandSpec program) {
    Map<String, CommandLine> all = program.subcommands();
    StringBuilder text = new StringBuilder();
    for (CommandGroup group : values()) {
      text.append('\n').append(group.heading).append(":\n");
      for (String name : group.commands()) {
        text.append("  %-12s%s%n".formatted(name, summary(all, name)));
      }
    }
    return text.toString();
  }

  private static String summary(Map<String, CommandLine> all, String name) {
    CommandLine command = all.get(name);
    return command == null ? "" : HelpText.summary(command.getCommandSpec());
  }
}
