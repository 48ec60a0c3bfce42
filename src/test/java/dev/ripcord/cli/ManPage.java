package dev.ripcord.cli;

import dev.ripcord.cli.console.HelpText;
import dev.ripcord.cli.help.CommandGroup;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The man page in roff, made of the commands themselves. */
final class ManPage {
  private static final String END =
      """
      .SH EXIT STATUS
      .TP
      .B 0
      done; healthy; nothing to do
      .TP
      .B 1
      any failure without a code of its own; of \\fBcheck\\fR: a warning
      .TP
      .B 2
      bad usage or configuration; of \\fBcheck\\fR: a breach
      .TP
      .B 3
      work is pending, or it is not known; of \\fBcheck\\fR also bad usage
      .TP
      .B 4
      refused, or it could not be rolled back
      .TP
      .B 5
      a migration failed, the database is unchanged by it
      .TP
      .B 10
      rolled back, healthy again
      .TP
      .B 11
      rolled back, still unhealthy
      .TP
      .B 12
      the rollback failed or was refused: a person is needed
      .TP
      .B 13
      inconclusive
      .TP
      .B 14
      a person aborted
      .TP
      .B 15
      superseded by a newer release
      .TP
      .B 16
      condemned, but acting was switched off
      .SH FILES
      .TP
      .I ./config/ripcord.yaml, /etc/ripcord/ripcord.yaml
      the configuration: the first of them that is there, or that of \\fB\\-c\\fR
      .TP
      .I /etc/default/ripcord
      environment of the daemon where a package started it
      .SH ENVIRONMENT
      .TP
      .B RIPCORD_LOG
      \\fBtext\\fR or \\fBjson\\fR: every command logs its decisions, in this form
      .TP
      .B RIPCORD_JAVA_OPTS
      more options for Java
      .TP
      .B RIPCORD_HEAP
      of a package: the largest heap, such as \\fB\\-Xmx1g\\fR
      .TP
      .B DATABASE_URL, DB_*, POSTGRES_*
      the database of \\fBripcord migrate\\fR
      .TP
      .B NO_COLOR
      no colours
      .SH SEE ALSO
      .BR psql (1),
      .BR systemd.service (5)
      """;

  private final StringBuilder text = new StringBuilder();

  private ManPage() {}

  static String of(CommandSpec program) {
    ManPage page = new ManPage();
    page.line(".\\\" Written by ManPageTest.");
    page.line(".TH RIPCORD 1 \"\" \"Ripcord\" \"User Commands\"");
    page.line(".SH NAME");
    page.line("ripcord \\- watch a release, and roll it back when it is bad");
    page.line(".SH SYNOPSIS");
    page.line(".B ripcord");
    page.line("COMMAND [OPTION]... [ARGUMENT]...");
    page.line(".SH DESCRIPTION");
    page.prose(program.usageMessage().description());
    page.line(".SH COMMANDS");
    for (CommandGroup group : CommandGroup.values()) {
      page.line(".SS " + escaped(group.heading()));
      for (String name : group.commands()) {
        CommandSpec command = named(program, name);
        page.line(".TP");
        page.line(".B ripcord " + escaped(name));
        page.line(escaped(HelpText.summary(command)));
      }
    }
    page.line(".SH EACH COMMAND");
    Arrays.stream(CommandGroup.values())
        .flatMap(group -> group.commands().stream())
        .map(name -> named(program, name))
        .forEach(page::command);
    page.text.append(END);
    return page.text.toString();
  }

  private static CommandSpec named(CommandSpec program, String name) {
    return Objects.requireNonNull(program.subcommands().get(name), name).getCommandSpec();
  }

  private void command(CommandSpec spec) {
    line(".SS " + escaped(spec.qualifiedName()));
    prose(spec.usageMessage().description());
    for (ArgSpec parameter : spec.positionalParameters()) {
      term(parameter.paramLabel(), parameter);
    }
    for (OptionSpec option : spec.options()) {
      if (!option.hidden() && !List.of(option.names()).contains("--version")) {
        boolean takesValue = option.arity().max() > 0;
        String value = takesValue ? " " + option.paramLabel() : "";
        term(String.join(", ", option.names()) + value, option);
      }
    }
    examples(spec.usageMessage().footer());
    spec.subcommands().values().forEach(below -> command(below.getCommandSpec()));
  }

  private void term(String name, ArgSpec arg) {
    line(".TP");
    line(".B " + escaped(name));
    line(escaped(String.join(" ", arg.description())));
  }

  private void prose(String... lines) {
    line(".PP");
    for (String each : lines) {
      line(each.isBlank() ? ".PP" : escaped(each));
    }
  }

  /** As it stands: examples are copied. */
  private void examples(String... lines) {
    line(".PP");
    line(".nf");
    Arrays.stream(lines).dropWhile(String::isBlank).forEach(each -> line(escaped(each)));
    line(".fi");
  }

  private void line(String line) {
    text.append(line).append('\n');
  }

  /** Nothing of it is a command of roff, and a minus can be copied. */
  private static String escaped(String line) {
    String plain = line.replace("%%", "%").replace("%n", " ");
    String roff = plain.replace("\\", "\\e").replace("-", "\\-").replace("…", "...");
    return roff.startsWith(".") || roff.startsWith("'") ? "\\&" + roff : roff;
  }
}
