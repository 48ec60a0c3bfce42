package dev.ripcord.postgres.journal;

import static dev.ripcord.postgres.journal.JournalRoom.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.TestPostgres;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.port.JournalException;
import dev.ripcord.port.SchemaException;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.history.MigrationSetup;
import dev.ripcord.postgres.history.RunMetadata;
import dev.ripcord.postgres.migrate.MigrationRunner;
import dev.ripcord.postgres.migrate.execution.MigrationOutcome;
import dev.ripcord.release.Secret;
import io.vertx.pgclient.PgConnectOptions;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A user named like the schema of the history must not find its own tables hidden by it. */
final class SearchPathTest {
  private static final Folder FOLDER =
      MigrationBench.folder("01_create_orders", "CREATE TABLE orders ();", "DROP TABLE orders;");

  private final JournalRoom room = new JournalRoom();

  @BeforeAll
  static void users() {
    PgConnectOptions anywhere = TestPostgres.freshDatabase();
    for (String user : new String[] {"ripcord", JournalSchema.SCHEMA}) {
      TestPostgres.execute(anywhere, "CREATE ROLE " + user + " SUPERUSER LOGIN PASSWORD 'x'");
    }
  }

  @AfterEach
  void close() {
    room.close();
  }

  private static Database as(String user, PgConnectOptions options) {
    Database owner = Database.of(new Secret(TestPostgres.url(options)));
    return new Database(
        owner.host(),
        owner.port(),
        owner.name(),
        user,
        Optional.of(new Secret("x")),
        owner.sslMode(),
        owner.rootCertificate(),
        owner.connectTimeout());
  }

  private MigrationOutcome up(Database database) {
    return await(
        new MigrationRunner(
                room.vertx, database, MigrationSetup.of("ripcord"), System::nanoTime, step -> {})
            .upAll(FOLDER, RunMetadata.by("test")));
  }

  private String ask(Database database, String sql) {
    try (MigrationSession session = MigrationSession.open(room.vertx, database)) {
      return String.valueOf(session.ask(sql).getFirst().getValue(0));
    }
  }

  @Test
  void up_userNamedLikeTheSchema_isRefusedBeforeAnythingIsMade() {
    Database shop = as("ripcord", TestPostgres.freshDatabase());
    assertThatThrownBy(() -> up(shop))
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("the user ripcord is named like the schema ripcord")
        .hasMessageContaining("\"$user\", public")
        .hasMessageContaining("Nothing was changed")
        .hasMessageEndingWith(
            "ALTER ROLE ripcord IN DATABASE " + shop.name() + " SET search_path = public");
    assertThat(ask(shop, "SELECT to_regnamespace('ripcord') IS NULL")).isEqualTo("true");
  }

  @Test
  void up_userNamedLikeTheSchemaAfterTheAdvice_makesTheTablesInPublic() {
    PgConnectOptions options = TestPostgres.freshDatabase();
    TestPostgres.execute(
        options,
        "ALTER ROLE ripcord IN DATABASE " + options.getDatabase() + " SET search_path = public");
    Database shop = as("ripcord", options);
    assertThat(up(shop)).isInstanceOf(MigrationOutcome.Done.class);
    assertThat(ask(shop, "SELECT to_regclass('public.orders') IS NOT NULL")).isEqualTo("true");
  }

  @Test
  void open_userNamedLikeTheJournalsSchema_isRefusedBeforeAnythingIsMade() {
    Database journal = as(JournalSchema.SCHEMA, TestPostgres.freshDatabase());
    assertThatThrownBy(() -> await(room.open(journal)))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("the user ripcord_journal is named like the schema")
        .hasMessageContaining("SET search_path = public");
    assertThat(ask(journal, "SELECT to_regnamespace('ripcord_journal') IS NULL")).isEqualTo("true");
  }

  @Test
  void open_userNamedLikeTheRunnersSchema_isNoTrapForTheJournal() {
    PostgresJournal opened = await(room.open(as("ripcord", TestPostgres.freshDatabase())));
    assertThat(await(opened.unfinished())).isEmpty();
    await(opened.close());
  }
}
