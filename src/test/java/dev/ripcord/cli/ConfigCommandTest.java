package dev.ripcord.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ripcord.cli.console.Console;
import dev.ripcord.port.Clocks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... arguments) {
    PrintStream toOut = new PrintStream(out, true, StandardCharsets.UTF_8);
    PrintStream toErr = new PrintStream(err, true, StandardCharsets.UTF_8);
    return ConfigCommand.commandLine(
            new Console(toOut, toErr, Map.of(), false),
            new Clocks(InstantSource.system(), System::nanoTime))
        .setOut(new PrintWriter(toOut, true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(toErr, true, StandardCharsets.UTF_8))
        .execute(arguments);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private Path write(String yaml) throws IOException {
    return Files.writeString(folder.resolve("r.yaml"), yaml);
  }

  @Test
  void check_ofTheExampleFile_findsItValid() {
    assertThat(run("check", "config/ripcord.example.yaml")).isZero();
    assertThat(out()).startsWith("config/ripcord.example.yaml is valid: 1 service\n");
    assertThat(err()).isEmpty();
  }

  @Test
  void e9_check_ofAPlatformThatCannotBeAsked_warns() throws IOException {
    Path file =
        write(
            "services:\n  shop:\n    url: http://127.0.0.1:1/\n"
                + "    platform: {directory: {path: ./nosuch}}\n");

    assertThat(run("check", "-c", file.toString())).isZero();
    assertThat(out())
        .contains("▲ services.shop.platform: nothing could be rolled back as things stand: ")
        .contains("nosuch");
  }

  /** In a clone nothing is configured until somebody does it. */
  @Test
  void e7_clone_hasAnExampleAndNoConfiguration() throws IOException {
    assertThat(Path.of("config/ripcord.example.yaml")).exists();
    assertThat(Files.readString(Path.of(".gitignore")).lines()).contains("/config/ripcord.yaml");
  }

  @Test
  void e7_check_namesTheFolderOfMigrationsThatIsNotThere() throws IOException {
    Path file = write("services: {shop: {url: http://127.0.0.1, migrations: {dir: ./nowhere}}}\n");

    assertThat(run("check", file.toString())).isZero();
    assertThat(out())
        .contains(
            "  ▲ services.shop.migrations.dir: there is no folder "
                + folder.resolve("nowhere")
                + " yet");

    Files.createDirectory(folder.resolve("nowhere"));
    assertThat(run("check", file.toString())).isZero();
    assertThat(out().split("there is no folder", -1)).hasSize(2);
  }

  @Test
  void check_ofABadFile_tellsEveryProblemOnStandardError() throws IOException {
    Path file = write("services:\n  shop: {ulr: x}\nfrob: 1\n");

    assertThat(run("check", "-c", file.toString())).isEqualTo(2);
    assertThat(out()).isEmpty();
    assertThat(err())
        .startsWith(file + " has 3 problems:\n")
        .contains("unknown key; did you mean url?");
  }

  @Test
  void check_ofABadFileAsJson_isAnArrayOfProblems() throws IOException {
    Path file = write("interval: 5\n");

    assertThat(run("check", file.toString(), "-o", "json")).isEqualTo(2);
    JsonNode expected =
        JSON.readTree(
            "[{\"line\":1,\"column\":11,\"path\":\"interval\","
                + "\"message\":\"\\\"5\\\" has no unit; write 5s\"}]");
    assertThat(JSON.readTree(out())).isEqualTo(expected);
  }

  @Test
  void check_ofADoubtfulFile_isValidWithWarnings() throws IOException {
    Path file = write("services: {shop: {url: http://127.0.0.1, bake: 30s}}\n");

    assertThat(run("check", file.toString())).isZero();
    assertThat(out()).contains("is valid: 1 service\n  ▲ services.shop.bake: ");
  }

  @Test
  void init_ofTheReference_thenCheck_isValid() {
    Path file = folder.resolve("new/config/ripcord.yaml");

    assertThat(run("init", "--full", file.toString())).isZero();
    assertThat(out()).contains("Next: ").contains("ripcord config check " + file);
    assertThat(run("check", file.toString())).isZero();
  }

  @Test
  void init_overAFile_leavesItAlone() throws IOException {
    Path file = write("mine");

    assertThat(run("init", file.toString())).isEqualTo(1);
    assertThat(err()).contains("is there already and was left alone");
    assertThat(file).hasContent("mine");
  }

  @Test
  void schema_printed_isDraft07() throws IOException {
    assertThat(run("schema")).isZero();
    assertThat(JSON.readTree(out()).get("$schema").asText())
        .isEqualTo("http://json-schema.org/draft-07/schema#");
  }

  @Test
  void show_ofAFileWithSecrets_masksThem() throws IOException {
    Path file =
        write(
            """
            token: hunter2
            services:
              shop:
                url: http://127.0.0.1
                headers: {Authorization: hunter2}
                database: postgresql://u:hunter2@127.0.0.1/x
                rules: {latency-p99: {limit: 800ms}, cpu: {limit: 250%}}
                platform: {command: {switch: [a, b], current: [c]}}
            """);

    assertThat(run("show", "-c", file.toString())).isZero();
    assertThat(out())
        .contains("token: ***\n")
        .contains("      Authorization: ***\n")
        .contains("        limit: 800ms\n")
        .contains("        limit: 250%\n")
        .contains("        switch: [a, b]\n")
        .doesNotContain("hunter2");
  }

  @Test
  void help_ofEveryVerb_hasAnExample() {
    for (String verb : new String[] {"check", "schema", "show", "init"}) {
      out.reset();
      assertThat(run(verb, "--help")).isZero();
      assertThat(out()).contains("Example: ripcord config " + verb);
    }
  }

  @Test
  void noVerb_isBadUsage() {
    assertThat(run()).isEqualTo(2);
    assertThat(err()).contains("missing subcommand");
  }
}
