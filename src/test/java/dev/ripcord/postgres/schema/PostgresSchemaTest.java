package dev.ripcord.postgres.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.Permits;
import dev.ripcord.health.DatabaseState;
import dev.ripcord.migration.Applied;
import dev.ripcord.migration.Version;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.selection.RevertSelection;
import dev.ripcord.parse.SqlParser;
import dev.ripcord.port.Schema;
import dev.ripcord.port.SchemaException;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.history.MigrationRan;
import dev.ripcord.postgres.history.MigrationSetup.Blockers;
import dev.ripcord.postgres.migrate.salvage.SalvageRule;
import dev.ripcord.release.Secret;
import dev.ripcord.rollback.DownRights;
import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

final class PostgresSchemaTest {
  private static final Folder SHOP =
      MigrationBench.folder(
          "01_create_a",
          "CREATE TABLE a (id int);",
          "DROP TABLE a;",
          "02_create_b",
          "CREATE TABLE b (id int);",
          "DROP TABLE b;");
  private static final Instant LATER = Instant.parse("2100-01-01T00:00:00Z");

  @RegisterExtension static final MigrationBench bench = new MigrationBench();
  private Database database;
  private PostgresSchema schema;

  @BeforeEach
  void fresh() {
    database = bench.fresh();
    schema = schema(database, Optional.of("shop"));
  }

  @AfterEach
  void close() {
    MigrationBench.wait(schema.close());
  }

  private static PostgresSchema schema(Database database, Optional<String> application) {
    return new PostgresSchema(
        bench.vertx,
        database,
        MigrationBench.limits(Duration.ofSeconds(5)),
        application,
        System::nanoTime);
  }

  @Test
  void applied_aDatabaseWithoutHistory_isEmptyAndStaysUntouched() {
    assertThat(MigrationBench.wait(schema.applied())).isEmpty();
    assertThat(bench.ask(database, "SELECT count(*) FROM pg_namespace WHERE nspname = 'ripcord'"))
        .isEqualTo("0");
  }

  @Test
  void rights_ofAnotherRole_areAskedWithTheDowns_andWithoutThem() {
    bench.up(database, SHOP);
    bench.run(database, "CREATE ROLE lesser LOGIN", "GRANT USAGE ON SCHEMA ripcord TO lesser");
    PostgresSchema lesser =
        new PostgresSchema(
            bench.vertx,
            Database.of(
                new Secret(
                    "postgresql://lesser@127.0.0.1:" + bench.port() + "/" + database.name())),
            MigrationBench.limits(Duration.ofSeconds(5))
                .with(Duration.ofSeconds(1), Duration.ofSeconds(1), Blockers.CANCEL),
            Optional.of("shop"),
            System::nanoTime,
            Optional.of(
                new SalvageRule(
                    1L << 30, Duration.ofSeconds(20), new SqlParser()::read, true, entry -> {})));
    List<Applied> applied = MigrationBench.wait(schema.applied());
    try (MigrationSession service = bench.session(database)) {
      service.run("SET application_name = 'shop'");

      DownRights rights = MigrationBench.wait(lesser.rights(applied));
      assertThat(rights.forbidden()).containsKeys(new Version("01"), new Version("02"));
      assertThat(rights.blockers().orElseThrow()).contains("a superuser");
      assertThat(MigrationBench.wait(lesser.rights(List.of())))
          .isEqualTo(new DownRights(Map.of(), rights.blockers()));
    } finally {
      MigrationBench.wait(lesser.close());
    }
  }

  @Test
  void down_oneAfterTheOther_thenAgain_isDoneOnce() {
    bench.up(database, SHOP);
    List<Applied> applied = MigrationBench.wait(schema.applied());
    assertThat(applied).extracting(Applied::label).containsExactly("01_create_a", "02_create_b");
    assertThatThrownBy(
            () ->
                MigrationBench.wait(
                    schema
                        .down(applied.getFirst(), "v2", Permits.granted(1))
                        .map(Schema.Reverted::line)))
        .isInstanceOf(SchemaException.class)
        .hasMessage("02_create_b was applied on top; revert it first");
    assertThat(
            MigrationBench.wait(
                schema
                    .down(applied.getLast(), "v2", Permits.granted(1))
                    .map(Schema.Reverted::line)))
        .matches("02_create_b reverted in \\d+ ms");
    assertThat(
            MigrationBench.wait(
                schema
                    .down(applied.getLast(), "v2", Permits.granted(1))
                    .map(Schema.Reverted::line)))
        .isEqualTo("02_create_b was reverted already");
    assertThatThrownBy(
            () ->
                MigrationBench.wait(
                    schema
                        .down(applied.getFirst(), "v2", Permits.granted(0))
                        .map(Schema.Reverted::line)))
        .isInstanceOf(SchemaException.class)
        .hasMessageStartingWith("fence 0 is behind");
    assertThat(MigrationBench.wait(schema.applied())).hasSize(1);
    assertThat(
            bench.ask(
                database,
                "SELECT reverted_release FROM ripcord.migration_history WHERE version = '02'"))
        .isEqualTo("v2");
  }

  @Test
  void ran_tellsWhatOthersRan_notTheRollbacks_andEachOnce() {
    assertThat(MigrationBench.wait(schema.ran(0, Duration.ofHours(1)))).isEmpty();
    bench.up(database, SHOP);
    bench.up(database, MigrationBench.folder("03_bad", "SELECT 1 / 0;", "SELECT 1;"));
    Applied last = MigrationBench.wait(schema.applied()).getLast();
    MigrationBench.wait(schema.down(last, "v2", Permits.granted(1)).map(Schema.Reverted::line));
    bench.down(database, RevertSelection::toBase);

    List<MigrationRan> ran = MigrationBench.wait(schema.ran(0, Duration.ofHours(1)));
    assertThat(ran).extracting(MigrationRan::success).containsExactly(true, true, false, true);
    assertThat(MigrationBench.wait(schema.ran(ran.get(1).id(), Duration.ofHours(1))))
        .isEqualTo(ran.subList(2, 4));
    assertThat(MigrationBench.wait(schema.ran(0, Duration.ZERO))).isEmpty();
  }

  @Test
  void down_aTextReplacedSinceThePlan_isRefused() {
    bench.up(database, SHOP);
    Applied planned = MigrationBench.wait(schema.applied()).getLast();
    bench.run(
        database,
        "UPDATE ripcord.migration_history SET down_text = 'SELECT 2;', down_checksum ="
            + " encode(sha256('SELECT 2;'), 'hex') WHERE version = '02'");
    assertThatThrownBy(
            () ->
                MigrationBench.wait(
                    schema.down(planned, "v2", Permits.granted(1)).map(Schema.Reverted::line)))
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("not the one that was planned with");
  }

  @Test
  void drained_sessionsOfTheApplication_areWaitedFor() {
    assertThat(MigrationBench.wait(schema.drained(LATER, Duration.ofSeconds(1), Permits.granted())))
        .isEqualTo("no session of shop from before is left");
    MigrationSession old = bench.session(database);
    old.run("SET application_name = 'shop'");
    assertThat(
            MigrationBench.wait(
                schema.drained(Instant.EPOCH, Duration.ofSeconds(1), Permits.granted())))
        .isEqualTo("no session of shop from before is left");
    assertThatThrownBy(
            () ->
                MigrationBench.wait(
                    schema.drained(LATER, Duration.ofMillis(50), Permits.granted())))
        .isInstanceOf(SchemaException.class)
        .hasMessageStartingWith("1 sessions of shop from before are left")
        .hasMessageContaining("pid " + old.pid() + " (idle, since ");
    Future<String> waiting = schema.drained(LATER, Duration.ofSeconds(30), Permits.granted());
    old.close();
    assertThat(MigrationBench.wait(waiting)).isEqualTo("no session of shop from before is left");
  }

  @Test
  void drained_withoutAnApplicationName_saysThatItCannotTell() {
    PostgresSchema unnamed = schema(database, Optional.empty());
    assertThat(MigrationBench.wait(unnamed.drained(LATER, Duration.ZERO, Permits.granted())))
        .contains("cannot be distinguished");
  }

  @Test
  void state_aDatabaseThatAnswers_isUpWithItsLatency() {
    for (int i = 0; i < 3; i++) {
      DatabaseState state = MigrationBench.wait(schema.state());
      assertThat(state.up()).isTrue();
      assertThat(state.latency()).isPresent();
    }
    bench.ask(
        database,
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name ="
            + " 'ripcord' AND datname = current_database() AND pid <> pg_backend_pid()");
    bench.until(
        database,
        "SELECT count(*) = 0 FROM pg_stat_activity WHERE datname = current_database() AND pid <>"
            + " pg_backend_pid()");
    MigrationBench.wait(schema.state());
    assertThat(MigrationBench.wait(schema.state()).up()).isTrue();
  }

  @Test
  void state_tellsConnections_theLongestWaitForALock_andTheOldestTransaction() {
    bench.run(database, "CREATE TABLE held (id int)");
    PgConnection holder = MigrationBench.wait(connected());
    PgConnection waiter = MigrationBench.wait(connected());
    MigrationBench.wait(holder.query("BEGIN; LOCK TABLE held").execute());
    Future<?> waits = waiter.query("SELECT * FROM held").execute();
    bench.until(
        database,
        "SELECT max(clock_timestamp() - waitstart) > '50 ms' FROM pg_locks WHERE NOT granted");

    DatabaseState state = MigrationBench.wait(schema.state());

    assertThat(state.connections().orElseThrow()).isGreaterThanOrEqualTo(3);
    assertThat(state.connectionLimit().orElseThrow()).isGreaterThan(state.connections().getAsInt());
    assertThat(state.lockWait().orElseThrow()).isGreaterThan(0.05);
    assertThat(state.transaction().orElseThrow())
        .isGreaterThanOrEqualTo(state.lockWait().getAsDouble());
    MigrationBench.wait(holder.query("ROLLBACK").execute());
    MigrationBench.wait(waits);
    MigrationBench.wait(holder.close());
    MigrationBench.wait(waiter.close());
    assertThat(MigrationBench.wait(schema.state()).lockWait()).hasValue(0);
  }

  private Future<PgConnection> connected() {
    return PgConnection.connect(bench.vertx, database.options());
  }

  @Test
  void state_aDatabaseThatIsNotThere_isDown() {
    PostgresSchema nowhere =
        schema(Database.of(new Secret("postgresql://127.0.0.1:1/x")), Optional.empty());
    assertThat(MigrationBench.wait(nowhere.state()))
        .isEqualTo(new DatabaseState(false, OptionalDouble.empty()));
    assertThatThrownBy(() -> MigrationBench.wait(nowhere.applied()))
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("x at 127.0.0.1:1");
  }

  @Test
  void backup_whereNothingHinders_isReadableAndPrivate(@TempDir Path dir) throws IOException {
    bench.up(database, SHOP);
    Path file = dir.resolve("deep/shop.dump");
    Optional<String> blocker = MigrationBench.wait(schema.backupBlocker());
    if (blocker.isPresent()) {
      System.out.println("no backup here: " + blocker.get());
      assertThat(blocker.get()).contains("pg_dump");
      assertThatThrownBy(() -> MigrationBench.wait(schema.backup(file, Permits.granted())))
          .isInstanceOf(SchemaException.class);
    } else {
      assertThat(MigrationBench.wait(schema.backup(file, Permits.granted())))
          .contains("readable by pg_restore");
      assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
      assertThatThrownBy(() -> MigrationBench.wait(schema.backup(file, Permits.granted())))
          .isInstanceOf(SchemaException.class)
          .hasMessageContaining("is there already");
    }
    try (var left = Files.walk(dir)) {
      assertThat(left.filter(path -> path.toString().endsWith(".partial"))).isEmpty();
    }
  }
}
