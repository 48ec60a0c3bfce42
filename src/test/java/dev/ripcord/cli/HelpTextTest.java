package dev.ripcord.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.HelpText;
import dev.ripcord.cli.help.CommandGroup;
import dev.ripcord.port.Clocks;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** The help of every command. */
class HelpTextTest {
  /** A summary stands behind a name of twelve columns and two of margin. */
  private static final int SUMMARY_MAX = HelpText.WIDTH - 14;

  private static final Pattern OPTION = Pattern.compile("(?<= )--[a-z][a-z0-9-]*");

  /** Words that this project once had for what has a common name. */
  private static final Pattern PUZZLING =
      Pattern.compile(
          "(?i)\\b(ways? back|leads? back|the books|hindrances?|untold|throw-?away|verbs?"
              + "|least rights|is told|null|picocli|mixin)\\b");

  private static CommandLine program() {
    PrintStream nowhere =
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    return Cli.line(
        new Console(nowhere, nowhere, Map.of(), false),
        new Clocks(InstantSource.system(), System::nanoTime));
  }

  static List<CommandLine> commands() {
    List<CommandLine> all = new ArrayList<>();
    collect(program(), all);
    return all;
  }

  private static void collect(CommandLine line, List<CommandLine> all) {
    all.add(line);
    line.getSubcommands().values().forEach(below -> collect(below, all));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void help_ofEachCommand_fitsATerminal(CommandLine command) {
    assertThat(command.getUsageMessage().lines())
        .allSatisfy(line -> assertThat(line.length()).as(line).isLessThanOrEqualTo(80));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void help_ofEachCommand_hasAnExampleOfIt(CommandLine command) {
    String name = command.getCommandSpec().qualifiedName();
    assertThat(examples(command)).anySatisfy(call -> assertThat(call).startsWith(name));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void examples_ofEachCommand_haveOptionsThatItTakes(CommandLine command) {
    for (String call : examples(command)) {
      Matcher option = OPTION.matcher(call);
      while (option.find()) {
        assertThat(named(call).getCommandSpec().optionsMap()).as(call).containsKey(option.group());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void help_ofEachCommand_hasNoPuzzlingWord(CommandLine command) {
    assertThat(command.getUsageMessage()).doesNotContainPattern(PUZZLING);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void help_ofEachCommand_saysWhatEachOptionIs(CommandLine command) {
    assertThat(command.getCommandSpec().args())
        .allSatisfy(arg -> assertThat(arg.description()).as(arg.paramLabel()).isNotEmpty());
  }

  @Test
  void listing_hasEachCommandOnce_onOneLine() {
    List<String> listed =
        Arrays.stream(CommandGroup.values()).flatMap(g -> g.commands().stream()).toList();
    assertThat(listed).containsExactlyInAnyOrderElementsOf(program().getSubcommands().keySet());
    assertThat(program().getSubcommands().values())
        .allSatisfy(
            command ->
                assertThat(HelpText.summary(command.getCommandSpec()))
                    .isNotBlank()
                    .hasSizeLessThanOrEqualTo(SUMMARY_MAX)
                    .doesNotContain("\n"));
  }

  /** The calls that a command's help shows, lines that go on joined. */
  private static List<String> examples(CommandLine command) {
    String footer = String.join("\n", command.getCommandSpec().usageMessage().footer());
    return Stream.of(footer.replaceAll("\\\\\n *", "").split("\n", -1))
        .map(line -> line.replaceFirst("^(Example: |Begin with: )", "").strip())
        .filter(line -> line.startsWith("ripcord "))
        .toList();
  }

  /** The command that a call names. */
  private static CommandLine named(String call) {
    CommandLine at = program();
    for (String word : call.split(" ", -1)) {
      at = at.getSubcommands().getOrDefault(word, at);
    }
    return at;
  }
}
