package dev.ripcord.cli.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ripcord.TestPostgres;
import dev.ripcord.cli.console.Console;
import dev.ripcord.config.MigrationSettings;
import dev.ripcord.config.ShadowChoice;
import dev.ripcord.migration.Tool;
import dev.ripcord.migration.risk.GradePolicy;
import io.vertx.pgclient.PgConnectOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Databases that other tools migrate: Alembic itself where it is installed, the tables of others.
 */
final class ForeignToolCommandsTest {
  @TempDir Path dir;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final PgConnectOptions database = TestPostgres.freshDatabase();

  private int run(Tool tool, List<String> down, String... arguments) {
    out.reset();
    err.reset();
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.of("DATABASE_URL", TestPostgres.url(database)),
            false);
    MigrationSettings settings =
        new MigrationSettings(
            Optional.of(dir),
            Optional.empty(),
            Optional.empty(),
            MigrationSettings.Backup.AUTO,
            false,
            tool,
            down,
            GradePolicy.STANDARD,
            ShadowChoice.AUTO,
            MigrationSettings.Losses.USUAL,
            MigrationSettings.USUAL_GRACE);
    return MigrateLine.of(console, options -> Optional.of(settings)).execute(arguments);
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

  private static boolean isThere(String program) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  private void revision(String id, String before, String up, String down) throws IOException {
    Files.createDirectories(dir.resolve("alembic/versions"));
    Files.writeString(
        dir.resolve("alembic/versions/" + id + "_x.py"),
        """
        from alembic import op
        revision = '%s'
        down_revision = %s
        def upgrade():
            op.execute('%s')
        def downgrade():
            op.execute('%s')
        """
            .formatted(id, before, up, down));
  }

  /** A project as Alembic's own template makes it, as far as it matters. */
  private Path project() throws IOException {
    Files.createDirectories(dir.resolve("alembic"));
    Files.writeString(
        dir.resolve("alembic/env.py"),
        """
        from alembic import context
        from sqlalchemy import create_engine
        url = context.config.get_main_option('sqlalchemy.url')
        with create_engine(url).connect() as connection:
            context.configure(connection=connection)
            with context.begin_transaction():
                context.run_migrations()
        """);
    revision("a1b2", "None", "CREATE TABLE a (id int)", "DROP TABLE a");
    revision("c3d4", "'a1b2'", "CREATE TABLE b (id int)", "DROP TABLE b");
    revision("e5f6", "'c3d4'", "CREATE TABLE c (id int)", "DROP TABLE nowhere");
    return Files.writeString(
        dir.resolve("alembic.ini"),
        "[alembic]\nscript_location = %s\nsqlalchemy.url = %s\n"
            .formatted(dir.resolve("alembic"), TestPostgres.url(database)));
  }

  private void alembic(Path ini, String... arguments) throws Exception {
    List<String> command =
        Stream.concat(Stream.of("alembic", "-c", ini.toString()), Stream.of(arguments)).toList();
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
  }

  @Test
  void alembic_aRealProject_isReadSavedAndTakenBackByItsOwnCommand() throws Exception {
    assumeTrue(isThere("alembic"), "alembic is not installed");
    Path ini = project();
    List<String> down = List.of("alembic", "-c", ini.toString(), "downgrade", "{to}");
    assertThat(run(Tool.ALEMBIC, down, "savepoint", "start")).isZero();
    assertThat(printed()).contains("✔ savepoint start set: alembic at base");
    alembic(ini, "upgrade", "a1b2");
    assertThat(run(Tool.ALEMBIC, down, "savepoint", "before_schema_add", "--release", "r1"))
        .isZero();
    alembic(ini, "upgrade", "c3d4");
    assertThat(run(Tool.ALEMBIC, down, "current")).isZero();
    assertThat(printed().strip()).isEqualTo("c3d4");
    assertThat(run(Tool.ALEMBIC, down, "status")).isZero();
    assertThat(printed())
        .contains("alembic stands at c3d4")
        .contains("Savepoints: before_schema_add (a1b2), start (base)");
    assertThat(run(Tool.ALEMBIC, down, "down", "--release", "r1", "--accept-loss")).isZero();
    assertThat(printed()).contains("✔ alembic from c3d4 to a1b2  reverted in");
    sql("SELECT id FROM a");
    assertThat(run(Tool.ALEMBIC, down, "rollback", "before_schema_add")).isZero();
    assertThat(printed()).contains("nothing to do");
    assertThat(run(Tool.ALEMBIC, down, "down", "--to", "base", "--accept-loss")).isZero();
    assertThat(run(Tool.ALEMBIC, down, "current")).isZero();
    assertThat(printed().strip()).isEqualTo("none");
    sql("CREATE TABLE a (id int)");
    sql(
        "SELECT 1 / (count(*) = 2)::int FROM ripcord.migration_audit WHERE success AND"
            + " rollback_executed AND name = 'alembic'");
  }

  @Test
  void alembic_aDowngradeThatFails_isToldWithItsWordsAndWhereItStands() throws Exception {
    assumeTrue(isThere("alembic"), "alembic is not installed");
    Path ini = project();
    List<String> down = List.of("alembic", "-c", ini.toString(), "downgrade", "{to}");
    alembic(ini, "upgrade", "head");
    assertThat(run(Tool.ALEMBIC, down, "down", "--to", "c3d4", "--accept-loss")).isEqualTo(5);
    assertThat(said())
        .contains("the down command of alembic ended with 1; it stands at e5f6 as before.")
        .contains("table \"nowhere\" does not exist");
  }

  @Test
  void down_aCommandThatDoesNothing_isNotTakenAtItsWord() {
    sql("CREATE TABLE alembic_version (version_num text)");
    sql("INSERT INTO alembic_version VALUES ('c3d4')");
    assertThat(run(Tool.ALEMBIC, List.of("true"), "down", "--to", "a1b2", "--accept-loss"))
        .isEqualTo(5);
    assertThat(said())
        .contains("the command ended well, but alembic does not stand at a1b2")
        .contains("it stands at c3d4 as before");
    assertThat(run(Tool.ALEMBIC, List.of("/nowhere/x"), "down", "--to", "a1b2", "--accept-loss"))
        .isEqualTo(5);
    assertThat(said()).contains("/nowhere/x cannot be run");
    assertThat(run(Tool.ALEMBIC, List.of(), "down", "--to", "a1b2")).isEqualTo(4);
    assertThat(said()).contains("services.NAME.migrations.down");
  }

  @Test
  void alembic_severalHeads_areAProblem() {
    sql("CREATE TABLE alembic_version (version_num text)");
    sql("INSERT INTO alembic_version VALUES ('b'), ('a')");
    assertThat(run(Tool.ALEMBIC, List.of("true"), "status", "-o", "json")).isZero();
    assertThat(printed()).contains("\"current\":\"a,b\"").contains("2 heads (a, b)");
    assertThat(run(Tool.ALEMBIC, List.of("true"), "down", "--to", "base")).isEqualTo(4);
  }

  @Test
  void golangMigrate_aDirtyDatabase_isNotTakenBack() {
    sql("CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean NOT NULL)");
    sql("INSERT INTO schema_migrations VALUES (4, true)");
    assertThat(run(Tool.GOLANG_MIGRATE, List.of("true"), "down", "--to", "3")).isEqualTo(4);
    assertThat(said()).contains("schema_migrations is dirty at version 4");
    assertThat(run(Tool.GOLANG_MIGRATE, List.of("true"), "current")).isZero();
    assertThat(printed().strip()).isEqualTo("4");
  }

  @Test
  void sqlx_itsTable_isReadAndTheCommandGetsTargetAndSteps() {
    sql(
        "CREATE TABLE _sqlx_migrations (version bigint PRIMARY KEY, description text NOT NULL,"
            + " installed_on timestamptz NOT NULL DEFAULT now(), success boolean NOT NULL,"
            + " checksum bytea NOT NULL, execution_time bigint NOT NULL)");
    sql(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)"
            + " SELECT v, 'm', true, '', 1 FROM unnest('{9,10,11}'::int[]) v");
    assertThat(run(Tool.SQLX, List.of("true"), "status", "-o", "json")).isZero();
    assertThat(printed())
        .contains("\"current\":\"11\"")
        .contains("[{\"version\":\"9\"},{\"version\":\"10\"},{\"version\":\"11\"}]");
    List<String> told =
        List.of("sh", "-c", "echo \"to $RIPCORD_TO/{to} steps $RIPCORD_STEPS/{steps}\"; exit 3");
    assertThat(run(Tool.SQLX, told, "down", "-n", "2", "--accept-loss")).isEqualTo(5);
    assertThat(said()).contains("ended with 3").contains("to 9/9 steps 2/2");
  }

  @Test
  void flyway_andLiquibase_areReadFromTheirTables() {
    sql(
        "CREATE TABLE flyway_schema_history (installed_rank int PRIMARY KEY, version text,"
            + " type text NOT NULL, success boolean NOT NULL)");
    sql(
        "INSERT INTO flyway_schema_history VALUES (1, '1', 'SQL', true), (2, '1.1', 'SQL', true),"
            + " (3, NULL, 'SQL', true), (4, '2', 'SQL', true), (5, '2', 'UNDO_SQL', true)");
    assertThat(run(Tool.FLYWAY, List.of(), "current")).isZero();
    assertThat(printed().strip()).isEqualTo("1.1");
    sql("UPDATE flyway_schema_history SET success = false WHERE installed_rank = 2");
    assertThat(run(Tool.FLYWAY, List.of(), "status")).isZero();
    assertThat(printed()).contains("flyway_schema_history: version 1.1 failed half-way");
    sql(
        "CREATE TABLE databasechangelog (id text, author text, filename text, orderexecuted int,"
            + " exectype text)");
    sql("INSERT INTO databasechangelog VALUES ('2', 'ann', 'c.xml', 1, 'EXECUTED')");
    assertThat(run(Tool.LIQUIBASE, List.of(), "current")).isZero();
    assertThat(printed().strip()).isEqualTo("2::ann::c.xml");
  }

  @Test
  void up_whereAnotherToolRuns_isRefused() {
    for (String verb : List.of("up", "stage1", "repair")) {
      assertThat(run(Tool.ALEMBIC, List.of(), verb)).isEqualTo(4);
      assertThat(said()).contains("alembic runs the migrations of this service");
    }
    assertThat(run(Tool.ALEMBIC, List.of(), "status", "--exit-code")).isEqualTo(2);
    assertThat(run(Tool.ALEMBIC, List.of(), "current")).isZero();
    assertThat(printed().strip()).isEqualTo("none");
  }
}
