package dev.ripcord.postgres.journal;

import static dev.ripcord.postgres.journal.JournalRoom.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.Program;
import dev.ripcord.TestPostgres;
import dev.ripcord.migration.Applied;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.file.SourceFile;
import dev.ripcord.migration.selection.RevertSelection;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Journal.WatchRow;
import dev.ripcord.port.JournalException;
import dev.ripcord.port.Lease;
import dev.ripcord.port.Recorded;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.history.MigrationSetup;
import dev.ripcord.postgres.history.RunMetadata;
import dev.ripcord.postgres.migrate.MigrationRunner;
import dev.ripcord.postgres.migrate.execution.MigrationOutcome;
import dev.ripcord.postgres.migrate.lock.MigrationLock;
import dev.ripcord.release.Secret;
import dev.ripcord.release.ServiceName;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchEvent;
import io.vertx.core.Future;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How the journal's own tables come into a database, and go again. */
final class JournalSchemaTest {
  private final JournalRoom room = new JournalRoom();

  @AfterEach
  void close() {
    room.close();
  }

  @Test
  void d6_openSeveralProcessesAtOnce_migratesOnce() throws Exception {
    PgConnectOptions place = TestPostgres.freshDatabase();
    String url = TestPostgres.url(place);
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      processes.add(
          new ProcessBuilder(
                  Stream.concat(Program.command(JournalChild.class).stream(), Stream.of(url))
                      .toList())
              .inheritIO()
              .start());
    }
    for (Process process : processes) {
      assertThat(process.waitFor(180, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
    }
    PgConnection connection = await(PgConnection.connect(room.vertx, place));
    var row =
        await(
                connection
                    .query(
                        "SELECT count(*), count(DISTINCT migration_version) FROM"
                            + " ripcord_journal.migration_audit WHERE success")
                    .execute())
            .iterator()
            .next();
    await(connection.close());
    long files = JournalSchema.files().size() / 2;
    assertThat(row.getLong(0)).isEqualTo(files);
    assertThat(row.getLong(1)).isEqualTo(files);
  }

  @Test
  void open_nothingIsMissing_asksNoLock() {
    try (MigrationSession other = MigrationSession.open(room.vertx, room.home)) {
      other.run(
          "SELECT pg_advisory_lock(%d)".formatted(MigrationLock.lockKey(JournalSchema.SCHEMA)));
      assertThat(await(room.another().unfinished())).isEmpty();
    }
  }

  @Test
  void open_journalOfANewerVersion_isRefused() {
    List<SourceFile> newer = new ArrayList<>(JournalSchema.files());
    newer.add(new SourceFile("99_from_the_future_up.sql", "CREATE TABLE ripcord_journal.f ();"));
    newer.add(new SourceFile("99_from_the_future_down.sql", "DROP TABLE ripcord_journal.f;"));
    assertThat(await(room.runner().upAll(Folder.of(newer), RunMetadata.by("test"))))
        .isInstanceOf(MigrationOutcome.Done.class);
    assertThatThrownBy(room::another)
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("newer than this ripcord")
        .hasMessageContaining("99_from_the_future");
  }

  @Test
  void open_databaseThatIsMigratedToo_keepsBothHistoriesApart() {
    Database both = Database.of(new Secret(TestPostgres.freshDatabaseUrl()));
    Folder folder =
        MigrationBench.folder("01_create_orders", "CREATE TABLE orders ();", "DROP TABLE orders;");
    MigrationRunner shop =
        new MigrationRunner(
            room.vertx, both, MigrationSetup.of("ripcord"), System::nanoTime, step -> {});
    Future<MigrationOutcome> up = shop.upAll(folder, RunMetadata.by("test"));
    PostgresJournal opened = await(room.open(both));
    assertThat(await(up)).isInstanceOf(MigrationOutcome.Done.class);
    assertThat(await(shop.status()).history().applied())
        .extracting(Applied::label)
        .containsExactly("01_create_orders");
    assertThat(await(shop.down(past -> new RevertSelection(past).toBase(), RunMetadata.by("test"))))
        .isInstanceOf(MigrationOutcome.Done.class);
    assertThat(await(opened.unfinished())).isEmpty();
    await(opened.close());
  }

  @Test
  void open_nothingListens_namesThePlaceAndNotThePassword() {
    Database nowhere = Database.of(new Secret("postgresql://me:hunter2@127.0.0.1:1/test_none"));
    assertThatThrownBy(() -> await(room.open(nowhere)))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("127.0.0.1:1/test_none")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void migrations_folderAndProgram_agree() throws IOException {
    List<SourceFile> folder = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of("migrations"))) {
      for (Path file : files.toList()) {
        folder.add(new SourceFile(file.getFileName().toString(), Files.readString(file)));
      }
    }
    assertThat(JournalSchema.files()).containsExactlyInAnyOrderElementsOf(folder);
  }

  @Test
  void c13_journalOfBefore_withSeveralOpenWatchesOfAService_keepsTheOneThatActsOrTheNewest() {
    Lease shop = room.lease();
    Lease cart = await(room.journal.lease(new ServiceName("cart"), "test"));
    long rolling = room.open(shop, "v1", "shop:1");
    room.query(
        "INSERT INTO ripcord_journal.event (watch, at, type, payload) VALUES (%d, now(), 'planned', '{}')"
            .formatted(rolling));
    long alone = room.open(cart, "v1", "cart:1");
    assertThat(
            await(
                room.runner()
                    .down(past -> new RevertSelection(past).last(8), RunMetadata.by("test"))))
        .isInstanceOf(MigrationOutcome.Done.class);
    String copy =
        "INSERT INTO ripcord_journal.watch (service, release, charter, started_at)"
            + " SELECT service, '%s', charter, started_at FROM ripcord_journal.watch WHERE id = %d"
            + " RETURNING id";
    long later = Long.parseLong(room.query(copy.formatted("v2", rolling)));
    long newest = Long.parseLong(room.query(copy.formatted("v2", alone)));

    PostgresJournal journal = room.another();

    assertThat(await(journal.unfinished()))
        .extracting(WatchRow::id)
        .containsExactly(rolling, newest);
    assertThat(await(journal.watch(later)).orElseThrow().text())
        .contains("release v1 took its place");
    assertThat(await(journal.entries(alone)).subList(1, 3))
        .extracting(Recorded::entry)
        .containsExactly(
            new Entry.Watched(new WatchEvent.Superseded("v2")),
            new Entry.Finished(Outcome.SUPERSEDED, "release v2 took its place"));
  }

  @Test
  void migrations_takenBackAndAppliedAgain_leaveNothingBetween() {
    String things =
        "SELECT string_agg(n, ' ' ORDER BY n) FROM (SELECT relname AS n FROM pg_class WHERE relkind"
            + " IN ('r', 'v') AND relnamespace = 'ripcord_journal'::regnamespace UNION ALL SELECT"
            + " proname FROM pg_proc WHERE pronamespace = 'ripcord_journal'::regnamespace) x";
    String before = room.query(things);
    assertThat(before).contains("event", "lease", "only_grows", "outbox", "sample", "watch");
    assertThat(
            await(
                room.runner()
                    .down(past -> new RevertSelection(past).toBase(), RunMetadata.by("test"))))
        .isInstanceOf(MigrationOutcome.Done.class);
    assertThat(room.query(things))
        .isEqualTo(
            "fence floor migration_attempt migration_audit migration_check migration_history"
                + " migration_progress migration_schema refuse_change savepoint tool_savepoint");
    assertThat(await(room.another().unfinished())).isEmpty();
    assertThat(room.query(things)).isEqualTo(before);
  }
}
