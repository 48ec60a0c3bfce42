package dev.ripcord.postgres.shadow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.HostPostgres;
import dev.ripcord.TestPostgres;
import dev.ripcord.config.ShadowChoice;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.proof.Proof;
import dev.ripcord.migration.proof.Verdict;
import dev.ripcord.port.SchemaException;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import dev.ripcord.postgres.verify.ProofRunner;
import dev.ripcord.release.Secret;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Proofs on a PostgreSQL of this machine, for a role that may make no database. */
final class ShadowEmbeddedTest {
  private static final String SHADOWS = "ripcord-shadow-" + ProcessHandle.current().pid();
  private static final Folder INDEX =
      MigrationBench.folder("01_index", "CREATE INDEX t_a ON t (a);", "DROP INDEX t_a;");

  private static PgConnectOptions owner;
  private static Database live;
  private final Vertx vertx = Vertx.vertx();
  private final List<String> said = new ArrayList<>();

  @BeforeAll
  static void database() {
    owner = HostPostgres.freshDatabase("shadowed");
    TestPostgres.execute(owner, "CREATE ROLE shadow_reader NOLOGIN");
    TestPostgres.execute(owner, "CREATE ROLE shadow_owner LOGIN");
    TestPostgres.execute(owner, "GRANT shadow_reader TO shadow_owner");
    TestPostgres.execute(owner, "ALTER ROLE shadow_owner SET search_path TO app, public");
    TestPostgres.execute(owner, "CREATE SCHEMA app AUTHORIZATION shadow_owner");
    TestPostgres.execute(owner, "CREATE TABLE app.t (id int PRIMARY KEY, a int)");
    TestPostgres.execute(owner, "ALTER TABLE app.t OWNER TO shadow_owner");
    TestPostgres.execute(owner, "GRANT SELECT ON app.t TO shadow_reader");
    TestPostgres.execute(owner, "INSERT INTO app.t SELECT i, i FROM generate_series(1, 5) i");
    live =
        Database.of(new Secret(HostPostgres.url(owner).replace("//postgres@", "//shadow_owner@")));
  }

  @AfterAll
  static void clean() {
    TestPostgres.execute(owner, "DROP SCHEMA app CASCADE");
  }

  @AfterEach
  void close() throws IOException {
    vertx.close().await();
    try (Stream<Path> left = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      assertThat(left.filter(each -> each.getFileName().toString().startsWith(SHADOWS)))
          .as("servers that were left")
          .isEmpty();
    }
  }

  private List<Proof> prove(ShadowChoice choice, Folder folder) {
    return MigrationBench.wait(
        new ProofRunner(vertx, live, true, choice, said::add).inOrder(folder.migrations()));
  }

  @Test
  void auto_aRoleThatMayMakeNoDatabase_isProvedOnThisMachine() {
    Folder folder =
        MigrationBench.folder(
            "01_index",
            "CREATE INDEX t_a ON t (a);",
            "DROP INDEX t_a;",
            "02_drop",
            "ALTER TABLE t DROP COLUMN a;",
            "ALTER TABLE t ADD COLUMN a int;");

    List<Proof> proofs = prove(ShadowChoice.AUTO, folder);

    assertThat(said).anyMatch(line -> line.endsWith("to a shadow on this machine"));
    assertThat(proofs.getFirst().unknown()).isEmpty();
    assertThat(proofs)
        .extracting(Proof::verdict)
        .containsExactly(Verdict.PROVEN, Verdict.IMPOSSIBLE);
  }

  @Test
  void server_aRoleThatMayMakeNoDatabase_isRefused() {
    assertThatThrownBy(() -> prove(ShadowChoice.SERVER, INDEX))
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("ALTER ROLE shadow_owner CREATEDB")
        .hasMessageContaining("--shadow embedded");
  }

  @Test
  void embedded_anExtensionThatIsNotHere_isRefusedAndProvesNothing() {
    Folder folder =
        MigrationBench.folder(
            "01_ext", "CREATE EXTENSION IF NOT EXISTS no_such_thing;", "SELECT 1;");
    assertThatThrownBy(() -> prove(ShadowChoice.EMBEDDED, folder))
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("is to get the extension no_such_thing")
        .hasMessageContaining("--shadow server");
  }

  @Test
  void b5_datesAreRead_asTheLiveDatabaseAndRoleSay() {
    TestPostgres.execute(owner, "ALTER DATABASE shadowed SET datestyle = 'ISO, DMY'");
    TestPostgres.execute(
        owner, "ALTER ROLE shadow_owner IN DATABASE shadowed SET extra_float_digits = -3");
    Folder folder =
        MigrationBench.folder(
            "01_dates",
            "DO $$ BEGIN IF to_char('01/02/2024'::date, 'MM') <> '02' OR"
                + " current_setting('extra_float_digits') <> '-3' THEN"
                + " RAISE 'not as it is live'; END IF; END $$; CREATE TABLE x ();",
            "DROP TABLE x;",
            "02_next",
            "CREATE TABLE y AS SELECT '31/12/2024'::date AS d;",
            "DROP TABLE y;");
    try {
      assertThat(prove(ShadowChoice.EMBEDDED, folder))
          .extracting(Proof::verdict)
          .doesNotContain(Verdict.IMPOSSIBLE);
    } finally {
      TestPostgres.execute(owner, "ALTER DATABASE shadowed RESET datestyle");
      TestPostgres.execute(
          owner, "ALTER ROLE shadow_owner IN DATABASE shadowed RESET extra_float_digits");
    }
  }
}
