package dev.ripcord.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.HostPostgres;
import dev.ripcord.Program;
import io.vertx.pgclient.PgConnectOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The walk-throughs of the documentation, followed to the letter. */
@Order(1)
final class WalkthroughsTest {
  private static final Path PAGE = Path.of("docs/walkthroughs.md");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+) ?(\\S*)\\n(.*?)^```$");
  private static final Pattern EXIT = Pattern.compile("\\s+# exit (\\d+)$");
  private static final AtomicInteger COUNT = new AtomicInteger();

  @TempDir private Path home;

  private record Command(String text, int exit, List<String> expected) {}

  @TestFactory
  Stream<DynamicTest> walkthroughs() throws IOException {
    List<String> sections = List.of(Files.readString(PAGE).split("(?m)^## ", -1));
    return sections.stream()
        .skip(1)
        .map(s -> DynamicTest.dynamicTest(s.lines().findFirst().orElseThrow(), () -> follow(s)));
  }

  private void follow(String section) throws IOException, InterruptedException {
    int number = COUNT.incrementAndGet();
    Path folder = Files.createDirectory(home.resolve("w" + number));
    Path programs = shim(Files.createDirectory(home.resolve("bin" + number)));
    PgConnectOptions database = HostPostgres.freshDatabase("walk_" + number);
    Map<String, String> environment =
        Map.of(
            "DATABASE_URL",
            HostPostgres.url(database),
            "PATH",
            programs + ":" + System.getenv("PATH"));
    int commands = 0;
    Matcher block = BLOCK.matcher(section);
    while (block.find()) {
      if (block.group(1).equals("console")) {
        for (Command command : commands(block.group(3))) {
          run(folder, environment, command);
          commands++;
        }
      } else {
        Path file = folder.resolve(block.group(2));
        Files.createDirectories(file.getParent());
        Files.writeString(file, block.group(3));
      }
    }
    assertThat(commands).isPositive();
  }

  private static List<Command> commands(String block) {
    List<Command> commands = new ArrayList<>();
    for (String each : block.split("(?m)^\\$ ", -1)) {
      if (!each.isBlank()) {
        List<String> lines = each.lines().toList();
        Matcher exit = EXIT.matcher(lines.getFirst());
        boolean fails = exit.find();
        commands.add(
            new Command(
                fails ? lines.getFirst().substring(0, exit.start()) : lines.getFirst(),
                fails ? Integer.parseInt(exit.group(1)) : 0,
                lines.subList(1, lines.size())));
      }
    }
    return commands;
  }

  private static void run(Path folder, Map<String, String> environment, Command command)
      throws IOException, InterruptedException {
    Path output = folder.resolveSibling(folder.getFileName() + ".out");
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-c", command.text())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().keySet().removeIf(k -> k.matches("DB_.*|POSTGRES_.*|SLACK_WEBHOOK_URL"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    assertThat(process.waitFor(90, TimeUnit.SECONDS)).as(command.text()).isTrue();
    String said = Files.readString(output);
    assertThat(process.exitValue())
        .as("$ " + command.text() + "\n" + said)
        .isEqualTo(command.exit());
    assertThat(said.strip()).as("$ " + command.text()).matches(pattern(command.expected()));
  }

  /** A line that is only … stands for any number of lines. */
  private static Pattern pattern(List<String> expected) {
    String text =
        expected.stream()
            .filter(line -> !line.isBlank())
            .map(
                line ->
                    line.equals("…")
                        ? "(?s:.*?)"
                        : Stream.of(line.split("…", -1))
                            .map(Pattern::quote)
                            .collect(Collectors.joining(".*", "", "\\s*")))
            .collect(Collectors.joining());
    return Pattern.compile(text);
  }

  private static Path shim(Path folder) throws IOException {
    Path file = folder.resolve("ripcord");
    Files.writeString(
        file,
        """
        #!/bin/sh
        exec %s "$@"
        """
            .formatted(
                Program.command().stream()
                    .map(word -> "'" + word + "'")
                    .collect(Collectors.joining(" "))));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return folder;
  }
}
