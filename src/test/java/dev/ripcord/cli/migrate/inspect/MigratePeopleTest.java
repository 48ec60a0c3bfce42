package dev.ripcord.cli.migrate.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.TestPostgres;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.migrate.MigrateLine;
import dev.ripcord.config.MigrationSettings;
import dev.ripcord.config.ShadowChoice;
import dev.ripcord.migration.History;
import dev.ripcord.migration.Tool;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.risk.GradePolicy;
import dev.ripcord.postgres.history.MigrationStatus;
import dev.ripcord.postgres.migrate.MigrationActivity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Approvals and the history, with a real database and a real git. */
final class MigratePeopleTest {
  @TempDir Path dir;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final String url = TestPostgres.freshDatabaseUrl();
  private boolean twoPerson;

  @BeforeEach
  void files() throws IOException {
    Files.writeString(dir.resolve("01_create_a_up.sql"), "CREATE TABLE a (id int, b int);\n");
    Files.writeString(dir.resolve("01_create_a_down.sql"), "DROP TABLE a;\n");
    Files.writeString(dir.resolve("02_drop_b_up.sql"), "ALTER TABLE a DROP COLUMN b;\n");
    Files.writeString(dir.resolve("02_drop_b_down.sql"), "ALTER TABLE a ADD COLUMN b int;\n");
  }

  private int run(String... arguments) {
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.of("DATABASE_URL", url),
            false);
    MigrationSettings settings =
        new MigrationSettings(
            Optional.of(dir),
            Optional.empty(),
            Optional.empty(),
            MigrationSettings.Backup.AUTO,
            twoPerson,
            Tool.NATIVE,
            List.of(),
            GradePolicy.STANDARD,
            ShadowChoice.AUTO,
            MigrationSettings.Losses.USUAL);
    return MigrateLine.of(console, options -> Optional.of(settings)).execute(arguments);
  }

  private void git(String... arguments) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Stream.concat(
                        Stream.of(
                            "git", "-c", "user.name=Ann Ray", "-c", "user.email=ann@example.com"),
                        Stream.of(arguments))
                    .toList())
            .directory(dir.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
  }

  private String printed() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String said() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void stage2_anApproval_isInTheHistoryWithItsReason() {
    assertThat(run("stage1", "--release", "r1")).isZero();
    assertThat(run("stage2", "--approved-by", "bob", "--because", "unused since r0")).isZero();
    out.reset();
    assertThat(run("history", "--verbose")).isZero();
    assertThat(printed())
        .contains("field_remove, stage 2, checksum ")
        .containsPattern("approval \\S+ \\S+ by bob, because unused since r0")
        .contains("      ALTER TABLE a ADD COLUMN b int;");
    out.reset();
    assertThat(run("history", "-o", "json")).isZero();
    assertThat(printed())
        .contains("\"what\":\"approval\",\"by\":\"bob\"")
        .contains("\"because\":\"unused since r0\"");
  }

  @Test
  void stage2_twoPersons_refusesTheAuthorInGit() throws Exception {
    twoPerson = true;
    git("init", "-q");
    git("add", ".");
    git("commit", "-q", "-m", "migrations");
    assertThat(run("stage1")).isZero();
    assertThat(run("stage2", "--approved-by", "ann")).isEqualTo(4);
    assertThat(said()).contains("02_drop_b: ann@example.com wrote it, and two-person is set");
    assertThat(run("stage2", "--approved-by", "bob")).isZero();
  }

  @Test
  void stage2_twoPersonsAndNobodyKnown_isRefusedUntilTheFileSaysWho() throws IOException {
    twoPerson = true;
    assertThat(run("stage1")).isZero();
    assertThat(run("stage2", "--approved-by", "bob")).isEqualTo(4);
    assertThat(said()).contains("who wrote it is not known").contains("-- author: NAME");
    Files.writeString(
        dir.resolve("02_drop_b_up.sql"), "-- author: Ann\nALTER TABLE a DROP COLUMN b;\n");
    assertThat(run("stage2", "--approved-by", "bob")).isZero();
  }

  @Test
  void live_whoRunsAndWhoWaits_isTold() {
    MigrationActivity runner =
        new MigrationActivity(
            7,
            "ripcord",
            "active",
            Duration.ofMillis(3200),
            "ALTER TABLE a ADD c int",
            true,
            List.of(9),
            Optional.empty());
    MigrationActivity other =
        new MigrationActivity(
            9,
            "psql",
            "idle in transaction",
            Duration.ofSeconds(70),
            "SELECT * FROM a",
            false,
            List.of(),
            Optional.empty());
    MigrationStatus none =
        new MigrationStatus(List.of(), History.empty(), List.of(), List.of(), List.of(), List.of());
    assertThat(new ActivityView(Folder.of(List.of()), none, List.of(runner, other)).lines())
        .containsExactly(
            "no migrations",
            "",
            "▶ pid 7 (ripcord) runs since 3.2 s: ALTER TABLE a ADD c int",
            "▲ pid 7 (ripcord) waits for a lock, 3.2 s: ALTER TABLE a ADD c int",
            "    behind pid 9 (psql), idle in transaction since 1 min 10 s: SELECT * FROM a");
    assertThat(new ActivityView(Folder.of(List.of()), none, List.of()).lines())
        .last()
        .isEqualTo("No run of migrations is under way.");
  }
}
