package dev.ripcord.cli.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.TestPostgres;
import dev.ripcord.cli.console.Console;
import io.vertx.pgclient.PgConnectOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person is told before migrations run, and what is refused. */
final class MigrateGateTest {
  private final PgConnectOptions database = TestPostgres.freshDatabase();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  @TempDir private Path dir;

  private int run(String... words) {
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.of("DATABASE_URL", TestPostgres.url(database)),
            false);
    List<String> arguments = new ArrayList<>(List.of(words));
    if (!arguments.getFirst().equals("verify") || arguments.size() == 1) {
      arguments.addAll(List.of("--dir", dir.toString()));
    }
    return MigrateLine.of(console, options -> Optional.empty())
        .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
        .execute(arguments.toArray(String[]::new));
  }

  private String said() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private String printed() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private Path pair(String label, String up, String down) throws IOException {
    Files.writeString(dir.resolve(label + "_down.sql"), down + "\n");
    return Files.writeString(dir.resolve(label + "_up.sql"), up + "\n");
  }

  @Test
  void up_whatIsNotLow_isToldInALine_harmlessOnesAreCounted() throws IOException {
    TestPostgres.execute(database, "CREATE TABLE t (id int, a int)");
    pair("01_create_n", "CREATE TABLE n (id int);", "DROP TABLE n;");
    Path index = pair("02_index", "CREATE INDEX t_a ON t (a);", "DROP INDEX t_a;");
    pair("03_type", "ALTER TABLE t ALTER a TYPE bigint;", "ALTER TABLE t ALTER a TYPE int;");
    assertThat(run("verify", index.toString())).as(said()).isZero();

    assertThat(run("up")).isZero();

    assertThat(said())
        .doesNotContain("01_create_n: risk")
        .contains("▲ 02_index: risk medium (index-build t); reversibility: proved")
        .containsPattern("▲ 03_type: risk high \\(rewrite t.*\\); rollback not verified yet")
        .contains("1 down migration is not verified yet. Verify: ripcord migrate verify")
        .contains(
            "▲ the policy requires a backup before 03_type (risk high), and there is none of ")
        .contains("ripcord migrate backup");
  }

  @Test
  void stage1_whatWasTriedAndCannotGoBack_isRefused_unlessThatIsMeant() throws IOException {
    pair("01_create_n", "CREATE TABLE n (id int);", "SELECT 1;");
    assertThat(run("verify")).isEqualTo(4);

    assertThat(run("stage1")).isEqualTo(4);
    assertThat(said())
        .contains("01_create_n was verified on a copy and cannot be reverted: ")
        .contains("--forward-only");

    assertThat(run("stage1", "--forward-only")).isZero();
    assertThat(said()).contains("▲ 01_create_n: risk low; reversibility: not as proved: ");
  }

  @Test
  void stage1_aWayBackThatTheHeaderDenies_isNoSurpriseAndRuns() throws IOException {
    pair(
        "01_create_n",
        "-- down: none, because it may stay\nCREATE TABLE n (id int);",
        "-- nothing");
    assertThat(run("verify")).isEqualTo(4);
    assertThat(run("stage1")).as(said()).isZero();
  }

  @Test
  void stage1_byPolicy_runsOnlyWhatNeedsNobody() throws IOException {
    TestPostgres.execute(database, "CREATE TABLE t (id int, a int)");
    pair("01_create_n", "CREATE TABLE n (id int);", "DROP TABLE n;");
    pair("02_index", "CREATE INDEX t_a ON t (a);", "DROP INDEX t_a;");
    assertThat(run("stage1", "--by-policy")).isEqualTo(4);
    assertThat(said()).contains("02_index: risk medium, which needs a review");

    pair("02_index", "-- reviewer: ann\nCREATE INDEX t_a ON t (a);", "DROP INDEX t_a;");
    assertThat(run("stage1", "--by-policy")).as(said()).isZero();

    pair("03_type", "ALTER TABLE t ALTER a TYPE bigint;", "ALTER TABLE t ALTER a TYPE int;");
    err.reset();
    assertThat(run("stage1", "--by-policy")).isEqualTo(4);
    assertThat(said())
        .contains("03_type: risk high, which a person runs by hand")
        .contains("the policy requires a backup before 03_type");
    assertThat(run("stage1", "--by-policy", "--forward-only")).isEqualTo(2);
  }

  @Test
  void up_tooManyToGrade_saysSo() throws IOException {
    for (int i = 10; i < 31; i++) {
      pair(i + "_create_n", "CREATE TABLE n" + i + " (id int);", "DROP TABLE n" + i + ";");
    }
    assertThat(run("up")).isZero();
    assertThat(said())
        .isEqualTo(
            "▲ 21 migrations are pending, too many to grade on the way; what they will do: ripcord"
                + " migrate check\n");
  }

  @Test
  void verify_anAppliedFile_isToldAsSuch() throws IOException {
    Path up = pair("01_create_n", "CREATE TABLE n (id int);", "DROP TABLE n;");
    assertThat(run("up")).isZero();
    assertThat(run("verify", up.toString())).isEqualTo(4);
    assertThat(said()).contains("01_create_n_up.sql is applied already, as 01_create_n at ");
  }

  @Test
  void status_aRunWithoutAnEnd_isUnderWayOrBroke() throws IOException {
    pair("01_create_n", "CREATE TABLE n (id int);", "DROP TABLE n;");
    assertThat(run("up")).isZero();
    TestPostgres.execute(
        database,
        """
        INSERT INTO ripcord.migration_attempt
          (direction, versions, names, executed_by, backend_pid, backend_start)
        SELECT 'up', '{02,03}'::text[], '{more,most}'::text[], 'ann', pid, backend_start
        FROM pg_stat_activity WHERE backend_type = 'checkpointer'
        UNION ALL SELECT 'down', '{01}', '{create_n}', 'bob', 1, now() - interval '1 day'
        """);

    assertThat(run("status")).isZero();
    assertThat(printed())
        .containsPattern("▶ up of 02_more is under way: begun \\S+ \\S+ by ann, 0 of 2 done, pid")
        .containsPattern("▲ down of 01_create_n broke off: begun \\S+ \\S+ by bob, 0 of 1 done;");
    out.reset();
    assertThat(run("status", "-o", "json")).isZero();
    assertThat(printed())
        .contains("\"attempts\":[{\"direction\":\"up\",\"migrations\":[\"02_more\",\"03_most\"]")
        .contains("\"by\":\"bob\"")
        .contains("\"running\":false");
  }
}
