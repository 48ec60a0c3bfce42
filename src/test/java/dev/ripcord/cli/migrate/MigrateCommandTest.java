package dev.ripcord.cli.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.cli.console.Console;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The subcommands as far as they need no database. */
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

  private int run(Map<String, String> environment, String... arguments) {
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            environment,
            false);
    CommandLine line = MigrateLine.of(console, options -> Optional.empty());
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

  /** O8: over a network TLS is asked for. The host has no address, so nothing is sent. */
  @ParameterizedTest
  @CsvSource({
    "postgresql://ann@db.invalid/shop, true",
    "postgresql://ann@db.invalid/shop?sslmode=prefer, true",
    "postgresql://ann@db.invalid/shop?sslmode=disable, false",
    "postgresql://ann@db.invalid/shop?sslmode=verify-full, false",
    "postgresql://ann@127.0.0.1:1/shop, false",
    "postgresql://ann@localhost:1/shop, false"
  })
  void database_onAnotherMachineWithoutTls_isWarnedOfOnce(String url, boolean warned) {
    assertThat(run(Map.of(), "status", "--dir", dir.toString(), "--database-url", url))
        .isEqualTo(1);
    assertThat(said().lines().filter(line -> line.contains("may not be encrypted")))
        .hasSize(warned ? 1 : 0);
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

            DISCARD ALL;

            -- 02_i_up.sql
            CREATE INDEX CONCURRENTLY i ON a (id);

            """);
    out.reset();
    assertThat(run(Map.of(), "sql", "down", "--dir", dir.toString())).isZero();
    assertThat(printed())
        .startsWith("-- 02_i is irreversible: it may stay\n-- 01_create_a_down.sql");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          up --from 01              | 02_i_up.sql
          up --from base --to 1     | 01_create_a_up.sql
          up --from 2               |
          down --from 01            | 01_create_a_down.sql
          down --from 2 --to 01     | 02_i is irreversible: it may stay
          """)
  void sql_aRange_isFromWhereItStandsToWhereItIsToStand(String arguments, String printed) {
    String call = "sql " + arguments + " --dir " + dir;
    assertThat(run(Map.of(), call.split(" "))).isZero();
    assertThat(printed().lines().filter(line -> line.startsWith("-- ")).toList())
        .isEqualTo(printed == null ? List.of() : List.of("-- " + printed));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          up --from 9       | --from 9: the folder has no such migration
          up --to x         | --to x: a version such as 05, or base, is needed
          up --from 2 --to 1| that is the other way; see "ripcord migrate sql down"
          down --from base  | that is the other way; see "ripcord migrate sql up"
          """)
  void sql_aRangeThatIsNone_endsWith2(String arguments, String words) {
    String call = "sql " + arguments + " --dir " + dir;
    assertThat(run(Map.of(), call.split(" "))).isEqualTo(2);
    assertThat(said()).contains(words);
  }

  @Test
  void new_aMessage_writesThePairAndSaysSo() throws IOException {
    assertThat(run(Map.of(), "new", "remove", "note", "--dir", dir.toString())).isZero();
    assertThat(printed())
        .contains("✔ wrote " + dir.resolve("03_remove_note_up.sql"))
        .contains("✔ wrote " + dir.resolve("03_remove_note_down.sql"))
        .contains("field_remove, stage 2");
    assertThat(Files.readString(dir.resolve("03_remove_note_up.sql")))
        .startsWith("-- purpose: remove note\n");
    out.reset();
    Path fresh = dir.resolve("new/folder");
    assertThat(run(Map.of(), "new", "add x", "--dir", fresh.toString(), "-o", "json")).isZero();
    assertThat(printed())
        .contains("\"version\":\"01\",\"name\":\"add_x\",\"kind\":\"schema_add\",\"stage\":1");
    assertThat(fresh.resolve("01_add_x_up.sql")).exists();
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
          status --dir src --watch --exit-code | --watch has no end: leave --exit-code and --live out
          baseline x              | baseline x: a version such as 05 is needed
          repair --accept x       | --accept x: a version such as 05 is needed
          repair --applied x      | --applied x: a version such as 05 is needed
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
