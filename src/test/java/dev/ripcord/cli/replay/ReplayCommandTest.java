package dev.ripcord.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.cli.console.CommandRunner;
import dev.ripcord.cli.console.Console;
import dev.ripcord.port.Clocks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

final class ReplayCommandTest {
  private static final String BAD =
      "{\"time\":\"2026-01-02T03:04:0%d.000Z\",\"requests\":1000,\"errors\":40,\"status\":200}\n";

  @TempDir private Path dir;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int replay(String... arguments) {
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.of(),
            false);
    Clocks clocks = new Clocks(InstantSource.system(), System::nanoTime);
    CommandLine line = new CommandLine(new ReplayCommand(console, clocks));
    return CommandRunner.run(CommandRunner.prepare(line, console), arguments, console);
  }

  private String file(String text) throws IOException {
    return Files.writeString(dir.resolve("polls.ndjson"), text).toString();
  }

  private String fourBadPolls() throws IOException {
    return file(BAD.formatted(1) + BAD.formatted(2) + "\n" + BAD.formatted(3) + BAD.formatted(4));
  }

  private String said() {
    return out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void file_isJudgedByTheUsualRules_orByThoseThatAreTried() throws IOException {
    String file = fourBadPolls();

    assertThat(replay(file)).as(said()).isZero();
    assertThat(said()).contains("healthy after 4 polls", "threshold 5%, breaches 3");
    assertThat(replay(file, "--threshold", "3%", "--breaches", "2")).isEqualTo(16);
    assertThat(said()).contains("condemned after 2 polls", "threshold 3%, breaches 2");
  }

  @Test
  void file_asWindowsWritesIt_isRead() throws IOException {
    String file = file("\uFEFF" + (BAD.formatted(1) + BAD.formatted(2)).replace("\n", "\r\n"));

    assertThat(replay(file)).as(said()).isNotEqualTo(2);
    assertThat(said()).contains("2 polls");
  }

  @Test
  void nameThatIsNoFile_whereNothingIsConfigured_isSaidToBeNone() throws IOException {
    Path empty = Files.writeString(dir.resolve("ripcord.yaml"), "interval: 30s\n");

    assertThat(replay("nosuchfile", "-c", empty.toString())).isEqualTo(2);
    assertThat(said())
        .contains(
            "\"nosuchfile\" is no file here", "name a recording, or the configuration with -c");
  }

  @Test
  void json_hasALineAPoll_andTheEnd() throws IOException {
    assertThat(replay(fourBadPolls(), "--threshold", "3%", "-o", "json")).isEqualTo(16);
    assertThat(said().lines())
        .hasSize(4)
        .first()
        .asString()
        .startsWith("{\"event\":\"polled\",\"poll\":1,")
        .contains("\"verdict\":\"breach\",\"streak\":1,", "\"code\":\"over_threshold\"");
    assertThat(said()).contains("{\"event\":\"finished\",\"outcome\":\"condemned\",\"polls\":3,");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"requests\":|:2 is not JSON",
        "[1]|:2 is not a JSON object",
        "{\"time\":\"now\",\"requests\":1,\"errors\":0}|:2 time is \"now\"; it must be one such as",
        "{\"time\":\"2026-01-02T03:04:05Z\",\"requests\":1,\"errors\":2}|:2 has 2 errors of 1",
        "{\"time\":\"2026-01-02T03:04:05Z\",\"requests\":-1,\"errors\":0}|:2 requests is -1",
        "{\"time\":\"2026-01-02T03:04:05Z\",\"requests\":1.5,\"errors\":0}|:2 requests is 1.5",
        "{\"time\":\"2026-01-02T03:04:05Z\",\"requests\":1,\"errors\":0,\"reasons\":[{\"code\":\"x\"}]}|:2"
            + " reason \"x\"",
      })
  void line_thatIsNoPoll_isNamed_andNothingIsJudged(String line, String message)
      throws IOException {
    assertThat(replay(file(BAD.formatted(1) + line + "\n"))).isEqualTo(2);
    assertThat(said()).contains("polls.ndjson" + message).doesNotContain("after");
  }

  @Test
  void optionThatIsNone_andFileWithoutPolls_areRefused() throws IOException {
    String file = fourBadPolls();
    assertThat(replay(file, "--minimum-requests", "0")).isEqualTo(2);
    assertThat(replay(file, "--threshold", "5")).isEqualTo(2);
    assertThat(replay(file("\n"))).isEqualTo(2);
    assertThat(said())
        .contains("--minimum-requests: \"0\" is no count", "--threshold:", "holds no poll");
  }
}
