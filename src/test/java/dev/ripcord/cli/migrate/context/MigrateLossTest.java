package dev.ripcord.cli.migrate.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.cli.migrate.MigrateScene;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A person's down on a database that is in use. */
final class MigrateLossTest {
  @TempDir Path dir;

  private MigrateScene scene = new MigrateScene(Path.of(""));

  @BeforeEach
  void database() {
    scene = new MigrateScene(dir);
    scene.execute(
        "CREATE TABLE customer (id int PRIMARY KEY, name text);"
            + " INSERT INTO customer SELECT i, 'n' FROM generate_series(1, 50) i");
  }

  private void migration(String label, String up, String down) throws IOException {
    scene.migration(label, up, down);
  }

  private int run(String... arguments) {
    return scene.run(arguments);
  }

  private String said() {
    return scene.said();
  }

  private void execute(String sql) {
    scene.execute(sql);
  }

  private String ask(String sql) {
    return scene.ask(sql);
  }

  private void emailAndPhone() throws IOException {
    migration(
        "01_add_phone",
        "ALTER TABLE customer ADD COLUMN phone text;",
        "ALTER TABLE customer DROP COLUMN phone;");
    migration(
        "02_add_email",
        "ALTER TABLE customer ADD COLUMN email text; UPDATE customer SET email = 'x' WHERE id = 1;",
        "ALTER TABLE customer DROP COLUMN email;");
    assertThat(run("up")).as(said()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"-n,2", "--to,base", "--release,v7"})
  void e3_downOverFilledValues_isRefusedWithItsCounts(String option, String value)
      throws IOException {
    emailAndPhone();
    execute("UPDATE ripcord.migration_history SET release = 'v7'");
    execute("UPDATE customer SET phone = '1', email = 'e'");

    assertThat(run("down", option, value)).isEqualTo(4);
    assertThat(said())
        .contains(
            "nothing was changed",
            "02_add_email: would delete 50 values of customer.email",
            "01_add_phone: would delete 50 values of customer.phone",
            "--accept-loss");
    assertThat(ask("SELECT count(email) FROM customer")).isEqualTo("50");

    assertThat(run("down", option, value, "--accept-loss")).as(said()).isZero();
    assertThat(
            ask(
                "SELECT count(*) FROM pg_attribute WHERE attrelid = 'customer'::regclass AND"
                    + " attname IN ('email', 'phone')"))
        .isEqualTo("0");
  }

  @Test
  void e3_whatTheMigrationWroteItself_isNoLoss() throws IOException {
    emailAndPhone();

    assertThat(run("down", "-n", "2")).as(said()).isZero();
  }

  @Test
  void e3_severalTables_areCountedTogether_andOneByOneWhereOneCannotBe() throws IOException {
    migration("01_a", "CREATE TABLE a (id int);", "DROP TABLE a;");
    migration("02_b", "CREATE TABLE b (id int);", "DROP TABLE b;");
    migration(
        "03_c",
        "CREATE TABLE c (id int); INSERT INTO c VALUES (1);",
        "DROP TABLE IF EXISTS away; DROP TABLE c;");
    assertThat(run("up")).as(said()).isZero();
    execute("INSERT INTO a VALUES (1), (2); INSERT INTO b VALUES (1); INSERT INTO c VALUES (2)");

    assertThat(run("down", "--to", "base")).isEqualTo(4);
    assertThat(said())
        .contains("01_a: would delete 2 rows of a", "02_b: would delete 1 row of b")
        .contains("03_c: would delete 1 row of c");

    execute("CREATE FOREIGN DATA WRAPPER far; CREATE SERVER far FOREIGN DATA WRAPPER far");
    execute("CREATE FOREIGN TABLE away (id int) SERVER far");
    assertThat(run("down", "--to", "base")).isEqualTo(4);
    assertThat(said()).contains("01_a: would delete 2 rows of a", "away cannot be counted");
  }

  @Test
  void e3_rollbackToASavepoint_isRefusedToo() throws IOException {
    migration("01_add_note", "CREATE TABLE note (t text);", "DROP TABLE note;");
    assertThat(run("stage1")).as(said()).isZero();
    execute("INSERT INTO note VALUES ('a'), ('b')");

    assertThat(run("rollback", "before_schema_add")).isEqualTo(4);
    assertThat(said()).contains("01_add_note: would delete 2 rows of note");
    assertThat(run("rollback", "before_schema_add", "--accept-loss")).as(said()).isZero();
  }

  @Test
  void e3_aVerdictWhoseCheckDoesNotHold_isRefused() throws IOException {
    migration(
        "01_add_phone",
        "ALTER TABLE customer ADD COLUMN phone text;",
        "ALTER TABLE customer DROP COLUMN phone;");
    assertThat(run("verify")).as(said()).isZero();
    assertThat(run("up")).as(said()).isZero();
    assertThat(run("down")).as(said()).isZero();
    assertThat(run("up")).as(said()).isZero();
    execute("UPDATE customer SET phone = '1' WHERE id < 13");

    assertThat(run("down")).isEqualTo(4);
    assertThat(said()).contains("no customer.phone is set: 12 rows against it");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DELETE FROM customer WHERE id = 7|DELETE on customer: it has 50 rows",
        "UPDATE customer SET name = NULL|UPDATE on customer: it has 50 rows",
        "TRUNCATE customer|would delete 50 rows of customer",
        "DROP SCHEMA public CASCADE|would delete 50 rows of customer",
        "SELECT pg_notify('a', 'b')|it calls pg_notify(), which may change any row",
        "DO 'BEGIN EXECUTE format(''DROP TABLE %I'', ''customer''); END'|not known what it deletes",
        "ALTER TABLE customer ALTER COLUMN name TYPE int USING length(name)|USING on customer",
        "ALTER TABLE customer ALTER COLUMN name TYPE char(1) USING 'x'|USING on customer",
        "INSERT INTO customer VALUES (1) ON CONFLICT (id) DO UPDATE SET name = 'q'|DO UPDATE on",
        "DROP TYPE IF EXISTS mood CASCADE|takes the columns that depend on it",
        "ALTER TABLE customer RENAME TO c; DROP TABLE c|would delete 50 rows of customer",
        "ALTER TABLE customer RENAME name TO n; ALTER TABLE customer DROP COLUMN n"
            + "|would delete 50 values of customer.name",
        "SET LOCAL search_path = pg_temp, public; DROP TABLE customer|50 rows of customer",
        "WITH gone AS (DELETE FROM customer RETURNING 1) SELECT count(*) FROM gone|DELETE on",
        "EXPLAIN ANALYZE DELETE FROM customer|DELETE on customer",
      })
  void e3_whatADownMayDelete_isCountedOrCalledUnknown(String down, String text) throws IOException {
    migration("01_x", "CREATE INDEX customer_name ON customer (name);", down + ";");
    assertThat(run("up")).as(said()).isZero();

    assertThat(run("down")).as(said()).isEqualTo(4);
    assertThat(said()).contains(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CREATE TABLE shop (closes time); INSERT INTO shop VALUES ('10:00')"
            + "|DELETE FROM shop; DROP TABLE shop",
        "ALTER TABLE customer ADD COLUMN at timestamptz NOT NULL DEFAULT now()"
            + "|ALTER TABLE customer DROP COLUMN at",
        "ALTER TABLE customer ADD COLUMN n bigint GENERATED ALWAYS AS (id * 2) STORED"
            + "|ALTER TABLE customer DROP COLUMN n",
        "CREATE VIEW v AS SELECT * FROM customer|DROP VIEW v",
        "CREATE TABLE gone (id int)|DROP TABLE IF EXISTS gone; DROP TABLE IF EXISTS never_made",
        "ALTER TABLE customer DROP COLUMN name"
            + "|ALTER TABLE customer ADD COLUMN name text; UPDATE customer SET name = 'x'",
        "ALTER TABLE customer ALTER COLUMN name TYPE varchar(9)"
            + "|ALTER TABLE customer ALTER COLUMN name TYPE text",
        "CREATE SCHEMA s|DROP SCHEMA s CASCADE",
        "CREATE TABLE t (id int)|DROP TABLE t; SELECT pg_sleep(0)",
      })
  void e3_aDownThatDeletesNothing_runs(String up, String down) throws IOException {
    migration("01_x", up + ";", down + ";");
    assertThat(run("up")).as(said()).isZero();

    assertThat(run("down")).as(said()).isZero();
  }

  @Test
  void e3_rowsBehindAPolicy_areCounted() throws IOException {
    migration("01_x", "CREATE TABLE acct (id int);", "DROP TABLE acct;");
    assertThat(run("up")).as(said()).isZero();
    execute(
        "ALTER TABLE acct ENABLE ROW LEVEL SECURITY; ALTER TABLE acct FORCE ROW LEVEL SECURITY");
    execute("INSERT INTO acct VALUES (1)");

    assertThat(run("down")).isEqualTo(4);
    assertThat(said()).contains("1 row of acct");
  }

  @Test
  void e3_aDeleteThatCascades_countsAllRows() throws IOException {
    migration(
        "01_plan",
        "CREATE TABLE plan (id int PRIMARY KEY); INSERT INTO plan VALUES (1);",
        "DELETE FROM plan WHERE id = 1;");
    assertThat(run("up")).as(said()).isZero();
    execute(
        "CREATE TABLE sub (plan int REFERENCES plan ON DELETE CASCADE); INSERT INTO sub VALUES"
            + " (1)");

    assertThat(run("down")).isEqualTo(4);
    assertThat(said()).contains("DELETE on plan");
  }

  @ParameterizedTest
  @CsvSource({"y,true", "yes,true", "n,false", "'',false", "Ja,false"})
  void e3_onATerminal_isAsked(String answer, boolean goes) {
    ByteArrayInputStream in =
        new ByteArrayInputStream((answer + "\n").getBytes(StandardCharsets.UTF_8));
    MigrateLoss loss = new MigrateLoss(scene.console(true), false, in);
    List<String> lines = List.of("01_x: would delete 2 rows of note");

    if (goes) {
      loss.agree(lines);
    } else {
      assertThatThrownBy(() -> loss.agree(lines))
          .isInstanceOfSatisfying(
              ExitException.class, stop -> assertThat(stop.exitCode()).isEqualTo(4));
    }
    assertThat(said()).contains("would delete 2 rows of note", "Revert all the same? [y/N]");
  }
}
