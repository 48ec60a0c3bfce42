package dev.ripcord.cli.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code up} refuses, and who says so before. */
final class MigrateRefusalsTest {
  @TempDir Path dir;

  private MigrateScene scene = new MigrateScene(Path.of(""));

  @BeforeEach
  void scene() throws IOException {
    scene = new MigrateScene(dir);
    scene.migration("01_a", "CREATE TABLE a (id int);", "DROP TABLE a;");
    scene.migration("03_c", "CREATE TABLE c (id int);", "DROP TABLE c;");
    assertThat(scene.run("up")).as(scene.shown()).isZero();
  }

  /** Check and status say what up says, word for word. */
  private void allThreeSay(String... texts) {
    assertThat(scene.run("up")).as(scene.shown()).isEqualTo(4);
    List<String> reasons =
        scene
            .said()
            .lines()
            .filter(line -> line.startsWith("  · "))
            .map(line -> line.substring(4))
            .toList();
    assertThat(reasons).isNotEmpty();
    assertThat(scene.said()).contains(texts);
    assertThat(scene.run("check")).as(scene.shown()).isEqualTo(4);
    reasons.forEach(reason -> assertThat(scene.printed()).contains("✖ " + reason));
    assertThat(scene.printed()).doesNotContain("it can run by itself");
    assertThat(scene.run("status")).isZero();
    reasons.forEach(reason -> assertThat(scene.printed()).contains("▲ " + reason));
  }

  @Test
  void b22_olderThanWhatIsApplied_isSaidByCheckAndStatus() throws IOException {
    scene.migration("02_b", "CREATE TABLE b (id int);", "DROP TABLE b;");

    allThreeSay("02_b_up.sql: older than 03_c, which is applied already");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-- depends: 02_z\\nSELECT 1;|SELECT 1;|depends on 02_z",
        "COPY a FROM stdin;\\n1\\n\\.\\n|SELECT 1;|04_d_up.sql:1: COPY",
        "SELECT 1;|COPY a TO stdout;|04_d_down.sql:1: COPY",
        "-- batch: 10\\nUPDATE a SET id = 1;|SELECT 1;|an UPDATE in batches needs a WHERE",
        "-- batch: 10\\n"
            + "UPDATE a SET id = 1 WHERE id = 2 RETURNING 1;|SELECT 1;|RETURNING cannot be cut",
        "\\i other.sql|SELECT 1;|04_d_up.sql:1:",
        "BEGIN; SELECT 1; COMMIT;|SELECT 1;|04_d_up.sql:1:",
        "SELECT 'open;|SELECT 1;|04_d_up.sql:1:",
        "SELECT 1;|-- nothing|it undoes nothing",
        "-- batch: 10\\nUPDATE v SET id = 1 WHERE id = 2;|SELECT 1;|v is a view",
      })
  void b22_whatTheRunnerCannotDo_isSaidByCheckAndStatus(String up, String down, String text)
      throws IOException {
    scene.execute("CREATE VIEW v AS SELECT * FROM a");
    scene.migration("04_d", up.replace("\\n", "\n"), down.replace("\\n", "\n"));

    allThreeSay(text);
  }

  @Test
  void b22_aChangedFileWithNothingPending_isSaidByCheckAndStatus() throws IOException {
    scene.file("01_a_up.sql", "CREATE TABLE a (id bigint);");

    allThreeSay("01_a_up.sql: changed since it was applied");
  }

  @Test
  void b22_aVersionTakenTwice_isSaidByCheckAndStatus() throws IOException {
    scene.delete("03_c");
    scene.migration("03_other", "CREATE TABLE o (id int);", "DROP TABLE o;");

    allThreeSay("version 03 is applied already, as 03_c");
  }

  @Test
  void b22_aVerdictOfImpossible_isSaidByCheckAndStatus() throws IOException {
    scene.migration("04_d", "CREATE TABLE d (id int);", "DROP TABLE never_there;");
    assertThat(scene.run("verify")).isNotZero();

    allThreeSay("04_d was verified on a copy and cannot be reverted");
  }

  @Test
  void b22_aStartThatHasRunAndIsChanged_isSaidByCheckAndStatus() throws IOException {
    String first = "-- transaction: none\nCREATE TABLE d (id int);\n";
    scene.migration("04_d", first + "SELECT 1 / 0;", "DROP TABLE d;");
    assertThat(scene.run("up")).isEqualTo(5);
    assertThat(scene.run("check")).as(scene.shown()).isEqualTo(3);
    scene.migration("04_d", first.replace("id int", "id bigint") + "SELECT 1;", "DROP TABLE d;");

    allThreeSay("04_d_up.sql: changed in the 1 statements that have run already");
  }

  @Test
  void b22_whatCanRun_isNotRefused() throws IOException {
    scene.migration("04_d", "CREATE TABLE d (id int);", "DROP TABLE d;");

    assertThat(scene.run("check")).as(scene.shown()).isEqualTo(3);
    assertThat(scene.printed()).contains("it can run by itself").doesNotContain("✖ 04");
    assertThat(scene.run("up")).as(scene.shown()).isZero();
    assertThat(scene.run("check")).as(scene.shown()).isZero();
  }

  @Test
  void b31_q1_downOfWhatThisFolderDoesNotHave_needsATarget() throws IOException {
    scene.delete("03_c");

    assertThat(scene.run("down")).isEqualTo(4);
    assertThat(scene.said()).contains("03_c comes next, and is not in this folder", "--to VERSION");
    assertThat(scene.run("status")).isZero();
    assertThat(scene.printed()).contains("▲ 03_c: applied, and not in this folder");
    assertThat(scene.run("down", "-n", "2")).isEqualTo(4);
    assertThat(scene.run("down", "--to", "01")).as(scene.shown()).isZero();
    assertThat(scene.run("down")).as(scene.shown()).isZero();
  }

  @Test
  void b31_q1_downWithoutAnyFile_runsFromTheStoredText() throws IOException {
    scene.delete("01_a");
    scene.delete("03_c");

    assertThat(scene.run("down", "-n", "2")).as(scene.shown()).isZero();
  }

  @Test
  void b31_q3_downOfAReleaseThatNobodyKnows_isRefused() throws IOException {
    scene.migration("04_d", "CREATE TABLE d (id int);", "DROP TABLE d;");
    assertThat(scene.run("up", "--release", "v4")).isZero();
    assertThat(scene.run("up", "--release", "v5")).isZero();

    assertThat(scene.run("down", "--release", "nosuch")).isEqualTo(4);
    assertThat(scene.said()).contains("no release nosuch is known", "applied is of: v4");
    assertThat(scene.run("down", "--release", "v5")).as("it had no migrations").isZero();
    assertThat(scene.run("down", "--release", "v4")).isZero();
    assertThat(scene.printed()).contains("04_d  reverted");
    assertThat(scene.run("down", "--release", "v4")).as("the same again").isZero();
    assertThat(scene.printed()).contains("nothing to do");
  }
}
