package dev.ripcord.postgres.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.HostPostgres;
import dev.ripcord.TestPostgres;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.FullDisk;
import dev.ripcord.postgres.MigrationBench;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.history.MigrationSetup;
import dev.ripcord.postgres.migrate.execution.MigrationOutcome;
import dev.ripcord.release.Secret;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A real server whose disk has no room left in the middle of a migration. */
final class FullDiskTest {
  private static final Folder FOLDER =
      MigrationBench.folder(
          "01_add_small",
          "CREATE TABLE small (id int) TABLESPACE tight;",
          "DROP TABLE small;",
          "02_add_big",
          """
          CREATE TABLE big TABLESPACE tight AS
            SELECT id, repeat('x', 500) AS text FROM generate_series(1, 40000) AS id;
          """,
          "DROP TABLE big;");
  private static final Folder CONCURRENTLY =
      MigrationBench.folder(
          "01_add_small",
          "CREATE TABLE small (id int) TABLESPACE tight;",
          "DROP TABLE small;",
          "03_add_index",
          "CREATE INDEX CONCURRENTLY wide_text ON wide (text) TABLESPACE tight;",
          "DROP INDEX CONCURRENTLY wide_text;");

  /** 13 MB in the usual place, of text that does not get smaller. */
  private static final String WIDE =
      """
      CREATE TABLE wide AS
        SELECT (SELECT string_agg(md5(i || '.' || j), '') FROM generate_series(1, 10) AS j) AS text
        FROM generate_series(1, 40000) AS i
      """;

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    vertx.close().timeout(10, TimeUnit.SECONDS).await();
  }

  @Test
  void up_noRoomLeft_leavesNothing() throws IOException {
    PgConnectOptions options = HostPostgres.freshDatabase("full_disk");
    Database database = Database.of(new Secret(HostPostgres.url(options)));
    Path place = Files.createTempDirectory("ripcord-full-disk");
    Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxrwxrwx"));
    try (FullDisk disk = FullDisk.on(place, 6)) {
      assertThat(disk).isNotNull();
      Path owned = Files.createDirectory(place.resolve("space"));
      Files.setOwner(
          owned,
          owned.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("postgres"));
      TestPostgres.execute(options, "CREATE TABLESPACE tight LOCATION '" + owned + "'");

      MigrationOutcome full = await(runner(database).upAll(FOLDER, MigrationBench.TESTER));

      assertThat(full)
          .isInstanceOfSatisfying(
              MigrationOutcome.Failed.class,
              failed ->
                  assertThat(failed.message())
                      .contains("02_add_big_up.sql:1", "No space left on device", "as before"));
      assertThat(
              ask(database, "SELECT to_regclass('small') || ', ' || (to_regclass('big') IS NULL)"))
          .isEqualTo("small, true");
      assertThat(
              ask(
                  database,
                  "SELECT string_agg(migration_version || ' ' || success, ', ' ORDER BY id)"
                      + " FROM ripcord.migration_audit"))
          .isEqualTo("01 true, 02 false");

      TestPostgres.execute(options, WIDE);
      MigrationOutcome index = await(runner(database).upAll(CONCURRENTLY, MigrationBench.TESTER));
      assertThat(index)
          .isInstanceOfSatisfying(
              MigrationOutcome.Failed.class,
              failed -> assertThat(failed.message()).contains("No space left on device"));
      assertThat(ask(database, "SELECT count(*) FROM pg_index WHERE NOT indisvalid"))
          .isEqualTo("0");
      TestPostgres.execute(options, "DROP TABLE small");
      TestPostgres.execute(options, "DROP TABLESPACE tight");
    }
  }

  private MigrationRunner runner(Database database) {
    return new MigrationRunner(
        vertx, database, MigrationSetup.of("ripcord"), System::nanoTime, step -> {});
  }

  private String ask(Database database, String sql) {
    try (MigrationSession session = MigrationSession.open(vertx, database)) {
      return String.valueOf(session.ask(sql).getFirst().getValue(0));
    }
  }

  private static <T> T await(Future<T> future) {
    return MigrationBench.wait(future);
  }
}
