package dev.ripcord.cli.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.TestPostgres;
import dev.ripcord.cli.Cli;
import dev.ripcord.cli.console.Console;
import dev.ripcord.port.Clocks;
import io.vertx.pgclient.PgConnectOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files of sqlx and golang-migrate, run by Ripcord while their own tables are kept true. The tables
 * are made here as the tools make them: what the tools do then is tried by hand.
 */
final class MigrateKeptTest {
  private static final String SQLX_TABLE =
      "CREATE TABLE _sqlx_migrations (version bigint PRIMARY KEY, description text NOT NULL,"
          + " installed_on timestamptz NOT NULL DEFAULT now(), success boolean NOT NULL,"
          + " checksum bytea NOT NULL, execution_time bigint NOT NULL)";
  private static final String GOLANG_TABLE =
      "CREATE TABLE schema_migrations (version bigint NOT NULL PRIMARY KEY, dirty boolean NOT"
          + " NULL)";

  @TempDir Path dir;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final PgConnectOptions database = TestPostgres.freshDatabase();

  @BeforeEach
  void files() throws IOException {
    for (int i = 1; i <= 4; i++) {
      file(i, "CREATE TABLE t%d (id int)".formatted(i), "DROP TABLE t%d".formatted(i));
    }
  }

  private void file(int version, String up, String down) throws IOException {
    Files.createDirectories(dir.resolve("m"));
    Files.writeString(dir.resolve("m/" + version + "_add_t.up.sql"), up);
    Files.writeString(dir.resolve("m/" + version + "_add_t.down.sql"), down);
  }

  /** With a configuration of these services. */
  private int run(String services, String... arguments) {
    out.reset();
    err.reset();
    List<String> all = new ArrayList<>(List.of("migrate"));
    all.addAll(List.of(arguments));
    try {
      Path file =
          Files.writeString(dir.resolve("ripcord.yaml"), "services:\n" + services.indent(2));
      all.addAll(List.of("-c", file.toString()));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return Cli.run(
        all.toArray(String[]::new),
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.of("DATABASE_URL", TestPostgres.url(database)),
            false),
        new Clocks(InstantSource.system(), System::nanoTime));
  }

  private static String service(String name, String migrations) {
    return name + ":\n  url: http://127.0.0.1:1/health\n  migrations: {" + migrations + "}\n";
  }

  private int sqlx(String... arguments) {
    return run(service("shop", "tool: sqlx, dir: m"), arguments);
  }

  private int golang(String... arguments) {
    return run(service("shop", "tool: golang-migrate, dir: m"), arguments);
  }

  private String printed() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String said() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private void sql(String text) {
    TestPostgres.execute(database, text);
  }

  /** Fails with a division by zero where it does not hold. */
  private void holds(String condition) {
    sql("SELECT 1 / (" + condition + ")::int");
  }

  private void sqlxApplied(int version) {
    sql(
        ("CREATE TABLE t%d (id int); INSERT INTO _sqlx_migrations (version, description, success,"
                + " checksum, execution_time) VALUES (%d, 'add t', true, sha384('CREATE TABLE t%d"
                + " (id int)'), 2000000)")
            .formatted(version, version, version));
  }

  @Test
  void sqlx_bothTakeTurns_andItsTableStaysTrue() {
    sql(SQLX_TABLE);
    sqlxApplied(1);
    sqlxApplied(2);
    assertThat(sqlx("status")).isZero();
    assertThat(printed()).contains("✔ 1_add_t").contains("✔ 2_add_t").contains("· 3_add_t");
    holds("to_regclass('ripcord.migration_history') IS NULL");
    assertThat(sqlx("up", "--release", "r2")).as(said()).isZero();
    assertThat(printed()).contains("✔ 3_add_t  applied").contains("✔ 4_add_t  applied");
    assertThat(said()).contains("2_add_t: applied by sqlx itself; recorded with its down");
    holds(
        "SELECT count(*) = 4 FROM _sqlx_migrations WHERE success AND description = 'add t' AND"
            + " execution_time > 0 AND checksum = sha384(convert_to('CREATE TABLE t' || version ||"
            + " ' (id int)', 'UTF8'))");
    assertThat(sqlx("down", "-n", "3")).as(said()).isZero();
    holds("SELECT array_agg(version::int) = '{1}' FROM _sqlx_migrations");
    holds("to_regclass('t2') IS NULL AND to_regclass('t1') IS NOT NULL");
    sqlxApplied(2);
    sql("DROP TABLE t2; DELETE FROM _sqlx_migrations WHERE version = 2");
    assertThat(sqlx("current")).isZero();
    assertThat(printed().strip()).isEqualTo("1");
    assertThat(sqlx("down", "--to", "base")).isZero();
    holds("SELECT count(*) = 0 FROM _sqlx_migrations");
    holds(
        "SELECT count(*) = 2 FROM ripcord.migration_audit WHERE direction = 'repair' AND detail"
            + " LIKE '%applied by sqlx itself%'");
  }

  @Test
  void sqlx_aFailure_leavesItsTableAsItWas() throws IOException {
    file(2, "CREATE TABLE t2 (id int); SELECT 1 / 0", "DROP TABLE t2");
    assertThat(sqlx("up")).isEqualTo(5);
    holds("SELECT array_agg(version::int) = '{1}' FROM _sqlx_migrations");
    file(2, "CREATE TABLE t2 (id int); DROP TABLE _sqlx_migrations", "DROP TABLE t2");
    assertThat(sqlx("up")).isEqualTo(5);
    holds("SELECT array_agg(version::int) = '{1}' FROM _sqlx_migrations");
    holds(
        "SELECT array_agg(version) = '{1}' FROM ripcord.migration_history WHERE success AND"
            + " reverted_at IS NULL");
  }

  @Test
  void sqlx_whatWouldLie_isRefused() throws IOException {
    sql(SQLX_TABLE);
    sqlxApplied(1);
    sqlxApplied(3);
    sql("INSERT INTO _sqlx_migrations VALUES (9, 'x', now(), true, '', 1)");
    assertThat(sqlx("up")).isEqualTo(4);
    assertThat(said()).contains("2_add_t.up.sql: older than 9_without_a_file");
    Files.delete(dir.resolve("m/2_add_t.up.sql"));
    Files.delete(dir.resolve("m/2_add_t.down.sql"));
    Files.delete(dir.resolve("m/4_add_t.up.sql"));
    Files.delete(dir.resolve("m/4_add_t.down.sql"));
    assertThat(sqlx("up")).isEqualTo(4);
    assertThat(said()).contains("sqlx has applied version 9, and the folder has no file of it");
    assertThat(sqlx("down")).isEqualTo(4);
    assertThat(said()).contains("9_without_a_file is irreversible");
    sql("DELETE FROM _sqlx_migrations WHERE version = 9");
    file(3, "CREATE TABLE t3 (id bigint)", "DROP TABLE t3");
    assertThat(sqlx("up")).isEqualTo(4);
    assertThat(said()).contains("changed since");
    holds("SELECT count(*) = 2 FROM _sqlx_migrations");
    sql("DROP TABLE _sqlx_migrations");
    assertThat(sqlx("down")).isEqualTo(4);
    assertThat(said()).contains("there is no table _sqlx_migrations");
  }

  @Test
  void sqlx_noTransaction_isItsOwnWordForStatementByStatement() throws IOException {
    file(
        2,
        "-- no-transaction\nCREATE INDEX CONCURRENTLY i ON t1 (id)",
        "-- no-transaction\nDROP INDEX CONCURRENTLY i");
    assertThat(sqlx("up", "--to", "2")).as(said()).isZero();
    holds("SELECT count(*) = 2 FROM _sqlx_migrations");
    assertThat(sqlx("down")).as(said()).isZero();
    holds("SELECT count(*) = 1 FROM _sqlx_migrations");
  }

  @Test
  void golangMigrate_bothTakeTurns_andItsTableStaysTrue() throws IOException {
    file(3, "BEGIN;\nCREATE TABLE t3 (id int);\nCOMMIT;\n", "BEGIN;\nDROP TABLE t3;\nCOMMIT;\n");
    sql(GOLANG_TABLE + "; INSERT INTO schema_migrations VALUES (2, false)");
    sql("CREATE TABLE t1 (id int); CREATE TABLE t2 (id int)");
    assertThat(golang("status", "-o", "json")).isZero();
    assertThat(printed()).contains("\"appliedAt\":null").contains("\"pending\":[\"3\",\"4\"]");
    assertThat(golang("up", "--release", "r2")).as(said()).isZero();
    holds("SELECT array_agg(version || ' ' || dirty) = '{4 false}' FROM schema_migrations");
    assertThat(golang("down", "-n", "3")).as(said()).isZero();
    holds("SELECT array_agg(version || ' ' || dirty) = '{1 false}' FROM schema_migrations");
    assertThat(golang("down")).isZero();
    holds("SELECT count(*) = 0 FROM schema_migrations");
  }

  @Test
  void golangMigrate_dirtyByItself_isRefused_byARunOfRipcords_goesOn() throws IOException {
    file(2, "CREATE INDEX CONCURRENTLY i ON t1 (id); SELECT 1 / 0", "DROP INDEX CONCURRENTLY i");
    assertThat(golang("up")).isEqualTo(5);
    holds("SELECT array_agg(version || ' ' || dirty) = '{2 true}' FROM schema_migrations");
    file(2, "CREATE INDEX CONCURRENTLY i ON t1 (id); SELECT 1", "DROP INDEX CONCURRENTLY i");
    assertThat(golang("up", "--to", "2")).as(said()).isZero();
    holds("SELECT array_agg(version || ' ' || dirty) = '{2 false}' FROM schema_migrations");
    sql("UPDATE schema_migrations SET version = 3, dirty = true");
    for (String verb : List.of("up", "down")) {
      assertThat(golang(verb)).isEqualTo(4);
      assertThat(said()).contains("dirty at version 3").contains("migrate force VERSION");
    }
    sql("UPDATE schema_migrations SET version = 2, dirty = false");
    assertThat(golang("down", "--to", "base")).as(said()).isZero();
    holds("SELECT count(*) = 0 FROM schema_migrations");
  }

  @Test
  void golangMigrate_nothingOfAFileStays_itsTableIsClean() throws IOException {
    file(2, "CREATE INDEX CONCURRENTLY i ON nowhere (id)", "DROP INDEX CONCURRENTLY i");
    assertThat(golang("up")).isEqualTo(5);
    holds("SELECT array_agg(version || ' ' || dirty) = '{1 false}' FROM schema_migrations");
  }

  @Test
  void release_whatTheToolAppliedAfterASavepoint_isOfTheRelease() {
    sql(SQLX_TABLE);
    sqlxApplied(1);
    assertThat(sqlx("savepoint", "before_schema_add", "--release", "r2")).as(said()).isZero();
    sqlxApplied(2);
    sqlxApplied(3);
    assertThat(sqlx("down", "--release", "r2")).as(said()).isZero();
    assertThat(printed()).contains("✔ 3_add_t  reverted").contains("✔ 2_add_t  reverted");
    sqlxApplied(2);
    assertThat(sqlx("rollback", "before_schema_add")).as(said()).isZero();
    holds("SELECT array_agg(version::int) = '{1}' FROM _sqlx_migrations");
  }

  @Test
  void books_ofAnotherTool_areNotPutRightHere() {
    assertThat(sqlx("up", "-n", "1")).isZero();
    for (String[] verb : new String[][] {{"repair", "--taken-back", "1"}, {"baseline", "2"}}) {
      assertThat(sqlx(verb)).isEqualTo(4);
      assertThat(said()).contains("sqlx").contains("_sqlx_migrations");
    }
    assertThat(sqlx("repair")).as(said()).isZero();
  }

  @Test
  void service_amongSeveral_isNamedOrFoundByItsFolder() {
    String two =
        service("shop", "tool: sqlx, dir: m") + service("mail", "tool: alembic, dir: other");
    assertThat(run(two, "up")).isEqualTo(2);
    assertThat(said())
        .contains("several services have migrations: mail, shop. Say which: --service NAME");
    assertThat(run(two, "up", "--service", "chop")).isEqualTo(2);
    assertThat(said()).contains("service chop is not configured; configured: mail, shop");
    assertThat(run(two, "up", "--service", "mail")).isEqualTo(4);
    assertThat(said()).contains("alembic runs the migrations of this service");
    assertThat(run(two, "up", "-n", "1", "--service", "shop")).as(said()).isZero();
    assertThat(run(two, "up", "-n", "1", "--dir", dir.resolve("m").toString())).isZero();
    holds("SELECT count(*) = 2 FROM _sqlx_migrations");
    String url = TestPostgres.url(database);
    assertThat(run(two, "current", "--dir", "nowhere", "--database-url", url)).isZero();
  }
}
