package dev.ripcord.cli.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.cli.migrate.context.JournalMigrations;
import dev.ripcord.config.MigrationSettings;
import dev.ripcord.config.ShadowChoice;
import dev.ripcord.migration.Tool;
import dev.ripcord.migration.risk.GradePolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** That the migrate commands print what is true. */
final class MigrateVerbsTest {
  private static final String INVALID = "SELECT count(*) FROM pg_index WHERE NOT indisvalid";

  @TempDir Path dir;

  private MigrateScene scene = new MigrateScene(Path.of(""));

  @BeforeEach
  void scene() {
    scene = new MigrateScene(dir);
    scene.execute("CREATE TABLE t (a int, v text); INSERT INTO t VALUES (1, 'x'), (1, 'y')");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE UNIQUE INDEX CONCURRENTLY ON t (a);",
        "CREATE UNIQUE INDEX CONCURRENTLY t_a ON t (a);",
        "CREATE UNIQUE INDEX CONCURRENTLY IX_Ä ON \"Ä\" (a);",
        "CREATE UNIQUE INDEX CONCURRENTLY ix_u ON Ä (a);",
        "CREATE UNIQUE INDEX CONCURRENTLY ON Ä (a);",
        "REINDEX INDEX CONCURRENTLY t_f;",
        "REINDEX (VERBOSE) TABLE CONCURRENTLY t;",
        "REINDEX (CONCURRENTLY) TABLE t;",
      })
  void b15_aBuildThatFails_leavesNoInvalidIndex(String statement) throws IOException {
    scene.execute("CREATE TABLE \"Ä\" (a int); INSERT INTO \"Ä\" VALUES (1), (1)");
    scene.execute(
        "CREATE FUNCTION f(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN $1; END'");
    scene.execute("CREATE INDEX t_f ON t (f(a))");
    scene.execute(
        "CREATE OR REPLACE FUNCTION f(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS"
            + " 'BEGIN RAISE ''no''; END'");
    scene.migration("01_i", statement, "DROP INDEX IF EXISTS t_a;");

    for (int i = 0; i < 2; i++) {
      assertThat(scene.run("up")).as(scene.shown()).isEqualTo(5);
      assertThat(scene.said())
          .contains("The database is as before this file")
          .doesNotContain("not by Ripcord");
      assertThat(scene.ask(INVALID)).as(scene.shown()).isEqualTo("0");
    }
  }

  @Test
  void b15_anInvalidIndexOfSomebodyElse_stays() throws IOException {
    scene.migration("01_i", "CREATE UNIQUE INDEX CONCURRENTLY ON t (a);", "SELECT 1;");
    scene.execute("CREATE INDEX mine ON t (v)");
    scene.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'mine'::regclass");

    assertThat(scene.run("up")).isEqualTo(5);
    assertThat(scene.ask(INVALID)).isEqualTo("1");
  }

  @Test
  void b15_aNameWithACapitalThatIsNotAscii_isFoundByCheck() throws IOException {
    scene.execute("CREATE TABLE \"tabelle_Ä\" (a int)");
    scene.migration(
        "01_x", "ALTER TABLE TABELLE_Ä ADD COLUMN Ö int;", "ALTER TABLE Tabelle_Ä DROP COLUMN Ö;");

    assertThat(scene.run("check")).isEqualTo(3);
    assertThat(scene.printed()).doesNotContain("no such table", "?");
    assertThat(scene.run("up")).as(scene.shown()).isZero();
    assertThat(scene.run("down")).as(scene.shown()).isZero();
  }

  @Test
  void b31_q4_whatABrokenOffRunHasDone_isNotCalledSomebodyElses() throws IOException {
    scene.migration("01_a", "SELECT 1;", "SELECT 1;");
    assertThat(scene.run("up")).isZero();
    String first = "-- transaction: none\nCREATE TABLE d (id int);\n";
    scene.migration("02_d", first + "SELECT 1 / 0;", "DROP TABLE d;");
    assertThat(scene.run("up")).isEqualTo(5);
    scene.migration("02_d", first + "SELECT 1;", "DROP TABLE d;");

    assertThat(scene.run("up")).as(scene.shown()).isZero();
    assertThat(scene.said())
        .contains("a run that broke off outside a transaction")
        .doesNotContain("not by Ripcord");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO t VALUES (1, E'it\\'s');",
        "COMMENT ON TABLE t IS E'a\\'b';",
        "ALTER TABLE t ADD CHECK (v <> E'\\'');",
        "ALTER TABLE t ALTER COLUMN v SET DEFAULT E'\\'';",
        "INSERT INTO t VALUES (1, E'a\\\\'); INSERT INTO t VALUES (2, E'\\\\\\'b''c');",
        "INSERT INTO t VALUES (1, 'a\\'), (2, 'b'); -- it\\'s\n"
            + "/* \\' */ SELECT $$\\'$$, \"v\" FROM t;",
        "INSERT INTO t VALUES (1, e'a'\n 'b\\'c');",
        "DO $x$ BEGIN INSERT INTO t VALUES (1, E'it\\'s'); END $x$;",
      })
  void b25_aBackslashBeforeAQuote_isRead(String statement) throws IOException {
    scene.execute("DELETE FROM t");
    scene.migration("01_x", statement, "SELECT 1;");

    assertThat(scene.run("check")).isEqualTo(3);
    assertThat(scene.printed()).doesNotContain("not understood", "unknown");
    assertThat(scene.run("up")).as("the server reads it").isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CREATE INDEX CONCURRENTLY p_a ON p (a)|ON ONLY p, then CREATE INDEX CONCURRENTLY on each",
        "CREATE INDEX CONCURRENTLY ON ONLY p (a)|PostgreSQL refuses it on a partitioned table",
        "DROP INDEX CONCURRENTLY p_k|for an index of a partitioned table",
        "DROP INDEX CONCURRENTLY t_a, t_v|for several at once",
        "DROP INDEX CONCURRENTLY t_a CASCADE|PostgreSQL refuses it with CASCADE",
        "ALTER TABLE p ADD CONSTRAINT k UNIQUE USING INDEX p_k|refuses it on a partitioned table",
      })
  void b26_whatPostgresAlwaysRefuses_isSaidByCheck(String statement, String text)
      throws IOException {
    scene.execute("CREATE TABLE p (a int) PARTITION BY RANGE (a)");
    scene.execute("CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (9)");
    scene.execute(
        "CREATE UNIQUE INDEX p_k ON p (a); CREATE INDEX t_a ON t (a); CREATE INDEX t_v ON t (v)");
    scene.migration("01_x", statement + ";", "SELECT 1;");

    assertThat(scene.run("check")).isEqualTo(3);
    assertThat(scene.printed()).contains("unknown", text);
    assertThat(scene.run("up")).as("the server refuses it").isEqualTo(5);
  }

  @Test
  void b26_anIndexOfAPartitionedTable_isAdvisedPartitionByPartition() throws IOException {
    scene.execute("CREATE TABLE p (a int) PARTITION BY RANGE (a)");
    scene.execute("CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (9)");
    scene.migration("01_x", "CREATE INDEX p_a ON p (a);", "DROP INDEX p_a;");

    assertThat(scene.run("check")).isEqualTo(3);
    assertThat(scene.printed())
        .contains("safer: CREATE INDEX … ON ONLY p")
        .doesNotContain("safer: CREATE INDEX CONCURRENTLY;", "safer: DROP INDEX CONCURRENTLY");
  }

  @Test
  void e15_aFileInBatches_isNotAdvisedBatches() throws IOException {
    String update = "UPDATE t SET v = 'z' WHERE v <> 'z';";
    scene.migration("01_x", "-- batch: 1000\n" + update, "SELECT 1;");

    assertThat(scene.run("check")).isEqualTo(3);
    assertThat(scene.printed())
        .contains("UPDATE changes the rows that its WHERE chooses of t", "1000 at a time")
        .doesNotContain("in batches");

    scene.migration("01_x", update, "SELECT 1;");
    assertThat(scene.run("check")).isEqualTo(3);
    assertThat(scene.printed()).contains("safer: change the rows in batches");
  }

  @Test
  void e16_acceptedTexts_keepTheSchemaOnRecord() throws IOException {
    scene.migration("01_a", "CREATE TABLE a (id int);", "DROP TABLE a;");
    scene.migration("02_b", "CREATE TABLE b (id int);", "DROP TABLE b;");
    assertThat(scene.run("up")).isZero();
    scene.execute("ALTER TABLE a ADD COLUMN mine int");
    assertThat(scene.run("inspect")).isEqualTo(3);
    scene.file("01_a_up.sql", "-- why\nCREATE TABLE a (id int);");

    assertThat(scene.run("repair", "--accept", "01", "--because", "x")).as(scene.shown()).isZero();
    assertThat(scene.bare("inspect", "--database-url", scene.url())).isEqualTo(3);
    assertThat(scene.printed()).contains("column a.mine");
  }

  @Test
  void e24_ripcordsOwnMigrations_areNobodyElses() {
    assertThat(JournalMigrations.areIn(Path.of("migrations"))).isTrue();
    assertThat(JournalMigrations.areIn(dir)).isFalse();
    assertThat(scene.bare("up", "--database-url", scene.url())).isEqualTo(2);
    assertThat(scene.said()).contains("Ripcord's own journal", "--dir");
    assertThat(scene.bare("new", "add email")).isEqualTo(2);
    assertThat(scene.ask("SELECT to_regnamespace('ripcord') IS NULL")).isEqualTo("true");
  }

  @ParameterizedTest
  @ValueSource(strings = {"01_a_up.SQL", "01_a_up.Sql"})
  void b31_q9_anEndingInCapitals_isSaid(String name) throws IOException {
    scene.file(name, "CREATE TABLE a (id int);");

    assertThat(scene.run("up")).isEqualTo(4);
    assertThat(scene.said()).contains(name + ": a migration ends in .sql, in small letters");
    assertThat(scene.run("check")).isEqualTo(4);
    Files.delete(dir.resolve(name));
    assertThat(scene.run("up")).isZero();
  }

  @Test
  void b31_q8_currentWhereTheTableIsNotTheTools_isUnknown() {
    scene.execute("CREATE TABLE schema_migrations (version varchar)");
    scene.configured(
        new MigrationSettings(
            Optional.of(dir),
            Optional.empty(),
            Optional.empty(),
            MigrationSettings.Backup.AUTO,
            false,
            Tool.GOLANG_MIGRATE,
            List.of(),
            GradePolicy.STANDARD,
            ShadowChoice.AUTO,
            MigrationSettings.Losses.USUAL,
            MigrationSettings.USUAL_GRACE));

    assertThat(scene.bare("current", "--database-url", scene.url())).isEqualTo(4);
    assertThat(scene.printed()).isEqualTo("unknown\n");
    assertThat(scene.said()).contains("it is not golang-migrate's");
    scene.execute("INSERT INTO schema_migrations VALUES ('20260101')");
    assertThat(scene.bare("current", "--database-url", scene.url())).isEqualTo(4);
  }
}
