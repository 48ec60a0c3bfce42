package dev.ripcord.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.config.AlertSettings;
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
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The verbs as far as they need no database. */
final class MigrateCommandTest {
  @TempDir Path dir;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void files() throws IOException {
    Files.writeString(dir.resolve("01_create_a_up.sql"), "CREATE TABLE a (id int);\n");
    Files.writeString(dir.resolve("01_create_a_down.sql"), "DROP TABLE a;\n");
    Files.writeString(dir.resolve("02_i_up.sql"), "CREATE INDEX CONCURRENTLY i ON a (id);\n");
    Files.writeString(dir.resolve("02_i_down.sql"), "-- down: none, because it may stay\n");
  }

  private AlertSettings alerts = AlertSettings.NONE;

  private int run(Map<String, String> environment, String... arguments) {
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            environment,
            false);
    CommandLine line =
        MigrateCommand.commandLine(
            console,
            new Clocks(InstantSource.system(), System::nanoTime),
            options -> Optional.empty(),
            () -> alerts);
    return line.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8)).execute(arguments);
  }

  private String printed() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String said() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void split_asJson_isAnArrayOfStatements() throws IOException {
    Path file = Files.writeString(dir.resolve("x.sql"), "select ';'; -- end\nselect 2");
    assertThat(run(Map.of(), "split", file.toString(), "-o", "json")).isZero();
    assertThat(printed().strip()).isEqualTo("[\"select ';';\",\"select 2\"]");
  }

  @Test
  void split_aCommandOfPsql_isRefusedWithFileAndLine() throws IOException {
    Path file = Files.writeString(dir.resolve("x.sql"), "select 1;\n\\i y.sql\n");
    assertThat(run(Map.of(), "split", file.toString())).isEqualTo(4);
    assertThat(said()).contains("x.sql:2: \\i y.sql is a command of psql");
  }

  @Test
  void sql_bothWays_needsNoDatabase() {
    assertThat(run(Map.of(), "sql", "up", "--dir", dir.toString())).isZero();
    assertThat(printed())
        .isEqualTo(
            """
            -- 01_create_a_up.sql
            BEGIN;
            CREATE TABLE a (id int);
            COMMIT;

            -- 02_i_up.sql
            CREATE INDEX CONCURRENTLY i ON a (id);

            """);
    out.reset();
    assertThat(run(Map.of(), "sql", "down", "--dir", dir.toString())).isZero();
    assertThat(printed())
        .startsWith("-- 02_i has no way back: it may stay\n-- 01_create_a_down.sql");
  }

  @Test
  void stage2_withoutAnApproval_isRefused() {
    assertThat(run(Map.of(), "stage2", "--dir", dir.toString())).isEqualTo(4);
    assertThat(said()).contains("needs an approval: ripcord migrate stage2 --approved-by NAME");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          up --to x               | --to x: a version such as 05 is needed
          up -n 0                 | -n 0: 1 or more is needed
          up --to 1 -n 1          | --to and -n cannot both be given
          down --to base -n 1     | --to and -n cannot both be given
          down --release r --to 1 | --release goes with neither --to nor -n
          current                 | no database is named
          status --dir /nowhere   | there is no folder /nowhere
          sql sideways            | Invalid value
          """)
  void call_badUsage_endsWith2(String arguments, String words) {
    assertThat(run(Map.of(), arguments.split(" "))).isEqualTo(2);
    assertThat(said()).contains(words);
  }

  @Test
  void call_anAbsentDatabase_isNamedWithoutItsPassword() {
    Map<String, String> environment =
        Map.of("DATABASE_URL", "postgresql://u:hunter2@127.0.0.1:1/none");
    assertThat(run(environment, "up", "--dir", dir.toString())).isEqualTo(1);
    assertThat(said()).contains("none at 127.0.0.1:1").doesNotContain("hunter2");
  }
}
