package dev.ripcord.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.cli.console.Console;
import dev.ripcord.port.Alert;
import dev.ripcord.port.Clocks;
import dev.ripcord.watch.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The README and the guides, against the program that they tell of. */
class DocsTest {
  /** Text between backticks, a fenced block or an indented line. */
  private static final Pattern CODE =
      Pattern.compile("```.*?```|`[^`\\n]+`|(?m:^ {4}.*$)", Pattern.DOTALL);

  /** A call: at the start of a piece of code or after a path, a sign of a shell or "docker run". */
  private static final Pattern CALL =
      Pattern.compile(
          "(?m)(?:^|[`$;&|(/]|if |then |Example: )\\s*(?:\\./)?ripcord ([a-z0-9]+)"
              + "(?: ([a-z0-9]+(?:-[a-z0-9]+)*))?");

  private static final Pattern EXIT_CODE =
      Pattern.compile("(?m)^\\| *(\\d+) *\\| *`?([a-z-]+)`? *\\|");

  private final CommandLine program = program();

  @Test
  void commands_inCode_exist() throws IOException {
    List<String> unknown = new ArrayList<>();
    int seen = 0;
    for (Path page : pages()) {
      Matcher code = CODE.matcher(Files.readString(page));
      while (code.find()) {
        Matcher call = CALL.matcher(code.group());
        while (call.find()) {
          seen++;
          if (!exists(call.group(1), call.group(2))) {
            unknown.add(page + ": " + call.group().strip());
          }
        }
      }
    }
    assertThat(unknown).isEmpty();
    assertThat(seen).as("calls found").isGreaterThan(30);
  }

  @Test
  void exitCodes_inTables_areThoseOfTheOutcomes() throws IOException {
    Map<String, String> codes = new TreeMap<>();
    for (Outcome outcome : Outcome.values()) {
      codes.put(outcome.text(), String.valueOf(outcome.exitCode()));
    }
    for (String name : List.of("guide-pipeline.md", "commands.md")) {
      Map<String, String> told = new TreeMap<>();
      Matcher row = EXIT_CODE.matcher(Files.readString(Path.of("docs", name)));
      while (row.find()) {
        told.put(row.group(2), row.group(1));
      }
      told.keySet().retainAll(codes.keySet());
      assertThat(told).as(name).isEqualTo(codes);
    }
  }

  @Test
  void verbs_allOfThem_areInTheReference() throws IOException {
    String reference = Files.readString(Path.of("docs/commands.md"));
    List<String> verbs = new ArrayList<>();
    program
        .getSubcommands()
        .forEach(
            (verb, line) -> {
              verbs.add("ripcord " + verb);
              line.getSubcommands().keySet().forEach(v -> verbs.add("ripcord " + verb + " " + v));
            });
    assertThat(verbs).allSatisfy(verb -> assertThat(reference).contains(verb));
  }

  @Test
  void alertKinds_allOfThem_haveASectionForTheOneOnCall() throws IOException {
    String guide = Files.readString(Path.of("docs/guide-sre.md"));
    assertThat(Arrays.stream(Alert.Kind.values()).map(Alert.Kind::text))
        .allSatisfy(kind -> assertThat(guide).contains("\n### " + kind + "\n"));
  }

  @Test
  void pages_allOfThem_areInTheIndex() throws IOException {
    String index = Files.readString(Path.of("docs/README.md"));
    assertThat(pages().stream().filter(p -> p.startsWith("docs")))
        .filteredOn(p -> !p.endsWith("README.md"))
        .allSatisfy(p -> assertThat(index).contains("(" + Path.of("docs").relativize(p) + ")"));
  }

  private boolean exists(String verb, String second) {
    CommandLine line = program.getSubcommands().get(verb);
    return line != null
        && (second == null
            || line.getSubcommands().isEmpty()
            || !line.getCommandSpec().positionalParameters().isEmpty()
            || line.getSubcommands().containsKey(second));
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> docs = Files.walk(Path.of("docs"))) {
      return Stream.concat(Stream.of(Path.of("README.md")), docs)
          .filter(p -> p.toString().endsWith(".md"))
          .sorted()
          .collect(Collectors.toList());
    }
  }

  private static CommandLine program() {
    PrintStream nowhere =
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    return Cli.line(
        new Console(nowhere, nowhere, Map.of(), false),
        new Clocks(InstantSource.system(), System::nanoTime));
  }
}
