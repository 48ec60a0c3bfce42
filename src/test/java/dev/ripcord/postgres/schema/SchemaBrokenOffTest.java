package dev.ripcord.postgres.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.FreePort;
import dev.ripcord.HostPostgres;
import dev.ripcord.Permits;
import dev.ripcord.TodaysCases;
import dev.ripcord.migration.Applied;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.port.Schema;
import dev.ripcord.port.SchemaException;
import dev.ripcord.postgres.CuttingRelay;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.dump.ClientProgram;
import dev.ripcord.release.Secret;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A database that goes away, and steps of a rollback that are broken off, on a real server. */
@Order(1)
final class SchemaBrokenOffTest {
  private static final Folder SHOP =
      MigrationBench.folder("01_create_a", "CREATE TABLE a (id int);", "DROP TABLE a;");
  private static final Folder SLOW =
      MigrationBench.folder(
          "01_create_a", "CREATE TABLE a (id int);", "DROP TABLE a; SELECT pg_sleep(600);");
  private static final String SLEEPS =
      "SELECT count(*) = 1 FROM pg_stat_activity WHERE datname = current_database() AND state ="
          + " 'active' AND wait_event = 'PgSleep'";
  private static final String OF_THOSE_WHO_WAIT =
      "FROM pg_locks WHERE NOT granted AND locktype = 'relation' AND database ="
          + " (SELECT oid FROM pg_database WHERE datname = current_database())";

  @RegisterExtension static final MigrationBench bench = new MigrationBench();
  private final Promise<Void> brokenOff = Promise.promise();
  private Database database;
  private PostgresSchema schema;

  @BeforeEach
  void fresh() {
    database = bench.fresh();
    schema = schema(database);
  }

  @AfterEach
  void close() {
    MigrationBench.wait(schema.close());
  }

  private static PostgresSchema schema(Database database) {
    return new PostgresSchema(
        bench.vertx,
        database,
        MigrationBench.limits(Duration.ofSeconds(5)),
        Optional.of("shop"),
        System::nanoTime);
  }

  @Test
  void c6_serverProcessEndedDuringADown_isNoAnswer() {
    bench.up(database, SLOW);
    Applied applied = MigrationBench.wait(schema.applied()).getFirst();
    Future<String> down = schema.down(applied, "v2", Permits.granted()).map(Schema.Reverted::line);
    bench.until(database, SLEEPS);

    bench.ask(
        database,
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE wait_event ="
            + " 'PgSleep' AND datname = current_database()");

    assertThatThrownBy(() -> MigrationBench.wait(down))
        .isInstanceOfSatisfying(SchemaException.class, e -> assertThat(e.isUnanswered()).isTrue());
    assertThat(MigrationBench.wait(schema.applied())).hasSize(1);
  }

  @Test
  void c6_statementThatTheServerRefuses_isAnAnswer() {
    bench.up(
        database,
        MigrationBench.folder("01_create_a", "CREATE TABLE a (id int);", "DROP TABLE absent;"));
    Applied applied = MigrationBench.wait(schema.applied()).getFirst();

    assertThatThrownBy(
            () ->
                MigrationBench.wait(
                    schema.down(applied, "v2", Permits.granted()).map(Schema.Reverted::line)))
        .isInstanceOfSatisfying(
            SchemaException.class,
            e -> {
              assertThat(e.isUnanswered()).isFalse();
              assertThat(e.isPartly()).isFalse();
            });
  }

  @Test
  void c6_downOutsideATransactionThatFailsHalfWay_isDoneInPart() {
    bench.up(
        database,
        MigrationBench.folder(
            "01_create_a",
            "CREATE TABLE a (id int);",
            "-- transaction: none\nDROP TABLE a;\nDROP TABLE absent;"));
    Applied applied = MigrationBench.wait(schema.applied()).getFirst();

    assertThatThrownBy(
            () ->
                MigrationBench.wait(
                    schema.down(applied, "v2", Permits.granted()).map(Schema.Reverted::line)))
        .isInstanceOfSatisfying(SchemaException.class, e -> assertThat(e.isPartly()).isTrue());
  }

  @Test
  void d1_downThatIsBrokenOff_isUndoneAndItsServerProcessEnds() {
    bench.up(database, SLOW);
    Applied applied = MigrationBench.wait(schema.applied()).getFirst();
    Future<String> down =
        schema.down(applied, "v2", Permits.until(brokenOff.future())).map(Schema.Reverted::line);
    bench.until(database, SLEEPS);

    brokenOff.complete();

    assertThatThrownBy(() -> MigrationBench.wait(down)).isInstanceOf(SchemaException.class);
    bench.until(database, SLEEPS.replace("= 1", "= 0"));
    assertThat(bench.ask(database, "SELECT count(*) FROM pg_tables WHERE tablename = 'a'"))
        .isEqualTo("1");
  }

  @Test
  void c9_tableLocked_standsAgainstABackup_unlessTheServiceItselfHoldsIt() {
    Database host = host("shop_locked");
    bench.run(host, "CREATE TABLE a (id int)");
    MigrationSession other = bench.session(host);
    other.run("BEGIN; LOCK TABLE a IN ACCESS EXCLUSIVE MODE");
    PostgresSchema schema = schema(host);

    assertThat(MigrationBench.wait(schema.backupBlocker()))
        .hasValueSatisfying(
            why ->
                assertThat(why)
                    .contains("a is locked")
                    .contains("pid " + other.pid())
                    .contains("idle in transaction"));

    other.run("SET LOCAL application_name = 'shop'");
    assertThat(MigrationBench.wait(schema.backupBlocker())).isEmpty();
    other.close();
    MigrationBench.wait(schema.close());
  }

  @Test
  void c9_backupBrokenOffBehindALock_endsPgDump(@TempDir Path dir) {
    Database host = host("shop_dumped");
    bench.run(host, "CREATE TABLE a (id int)");
    MigrationSession other = bench.session(host);
    other.run("BEGIN; LOCK TABLE a IN ACCESS EXCLUSIVE MODE");
    PostgresSchema schema = schema(host);
    Path file = dir.resolve("shop.dump");
    Future<String> backup = schema.backup(file, Permits.until(brokenOff.future()));
    bench.until(host, "SELECT count(*) = 1 " + OF_THOSE_WHO_WAIT);

    brokenOff.complete();

    assertThatThrownBy(() -> MigrationBench.wait(backup))
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("pg_dump")
        .hasMessageContaining("was ended");
    assertThat(Files.exists(file)).isFalse();
    other.close();
    MigrationBench.wait(schema.close());
  }

  @Test
  void c9_lockOfASessionWithoutAName_standsAgainstABackup() {
    Database host = host("shop_nameless");
    bench.run(host, "CREATE TABLE a (id int)");
    MigrationSession other = bench.session(host);
    other.run("SET application_name = ''");
    other.run("BEGIN; LOCK TABLE a IN ACCESS EXCLUSIVE MODE");
    PostgresSchema nameless =
        new PostgresSchema(
            bench.vertx,
            host,
            MigrationBench.limits(Duration.ofSeconds(5)),
            Optional.empty(),
            System::nanoTime);

    assertThat(MigrationBench.wait(nameless.backupBlocker()))
        .hasValueSatisfying(
            why -> assertThat(why).contains("a is locked").contains("a program without a name"));

    other.close();
    assertThat(MigrationBench.wait(nameless.backupBlocker())).isEmpty();
    MigrationBench.wait(nameless.close());
  }

  @Test
  void c6_pgDumpWhoseSessionIsEnded_isNoAnswer(@TempDir Path dir) {
    Database host = host("shop_dump_cut");
    bench.run(host, "CREATE TABLE a (id int)");
    MigrationSession other = bench.session(host);
    other.run("BEGIN; LOCK TABLE a IN ACCESS EXCLUSIVE MODE");
    PostgresSchema schema = schema(host);
    Future<String> backup = schema.backup(dir.resolve("shop.dump"), Permits.granted());
    bench.until(host, "SELECT count(*) = 1 " + OF_THOSE_WHO_WAIT);

    bench.ask(host, "SELECT count(pg_terminate_backend(pid))::text " + OF_THOSE_WHO_WAIT);

    assertThatThrownBy(() -> MigrationBench.wait(backup))
        .isInstanceOfSatisfying(
            SchemaException.class, e -> assertThat(e.isUnanswered()).as(e.getMessage()).isTrue())
        .hasMessageContaining("pg_dump");
    assertThat(dir).isEmptyDirectory();
    other.close();
    MigrationBench.wait(schema.close());
  }

  @Test
  void c6_pgDumpOfAServerThatIsAway_isNoAnswer_ofADatabaseThatIsNotThere_isOne() throws Exception {
    Database host = host("shop_dump_away");
    int free = FreePort.next();

    assertThatThrownBy(
            () -> new ClientProgram(behind(host, free)).check("pg_dump", "--schema-only"))
        .isInstanceOfSatisfying(
            SchemaException.class, e -> assertThat(e.isUnanswered()).as(e.getMessage()).isTrue());
    bench.run(
        Database.of(new Secret(HostPostgres.url(HostPostgres.freshDatabase("shop_x")))),
        "DROP DATABASE shop_dump_away");
    assertThatThrownBy(() -> new ClientProgram(host).check("pg_dump", "--schema-only"))
        .isInstanceOfSatisfying(
            SchemaException.class, e -> assertThat(e.isUnanswered()).as(e.getMessage()).isFalse());
  }

  @Test
  void c17_sessionsAreToldApartByTheClockOfTheDatabase() {
    MigrationSession old = bench.session(database);
    old.run("SET application_name = 'shop'");
    Instant between = MigrationBench.wait(schema.clock()).orElseThrow();
    MigrationSession young = bench.session(database);
    young.run("SET application_name = 'shop'");

    Future<String> waiting = schema.drained(between, Duration.ofSeconds(30), Permits.granted());
    old.close();

    assertThat(MigrationBench.wait(waiting)).isEqualTo("no session of shop from before is left");
  }

  @Test
  void c20_answerOfADownCutAnywhere_isNeverBothFailedAndDone() {
    boolean cut = true;
    int done = 0;
    Database migrated = bench.fresh();
    bench.up(migrated, SHOP);
    for (int at = 1 + TodaysCases.first(5); cut; at += TodaysCases.step(5)) {
      Database fresh = bench.copy(migrated);
      PostgresSchema direct = schema(fresh);
      Applied applied = MigrationBench.wait(direct.applied()).getFirst();
      try (CuttingRelay relay = new CuttingRelay(fresh.port(), at)) {
        PostgresSchema cutting = schema(behind(fresh, relay.port()));
        Future<String> down =
            cutting.down(applied, "v2", Permits.granted()).map(Schema.Reverted::line);
        try {
          MigrationBench.wait(down);
          done++;
        } catch (SchemaException lost) {
          assertThat(lost.isUnanswered()).as("cut at %s: %s", at, lost.getMessage()).isTrue();
        }
        cut = relay.hasCut();
        MigrationBench.wait(cutting.close());
      }
      assertThat(
              MigrationBench.wait(
                  direct.down(applied, "v2", Permits.granted()).map(Schema.Reverted::line)))
          .isNotEmpty();
      assertThat(
              bench.ask(
                  fresh,
                  "SELECT count(*) FROM ripcord.migration_audit f JOIN ripcord.migration_audit t"
                      + " USING (attempt) WHERE NOT f.success AND t.success"))
          .as("cut at %s", at)
          .isEqualTo("0");
      MigrationBench.wait(direct.close());
    }
    assertThat(done).as("answers that were lost and found done").isPositive();
  }

  /** A server with the client programs of its own version. */
  private static Database host(String name) {
    return Database.of(new Secret(HostPostgres.url(HostPostgres.freshDatabase(name))));
  }

  private static Database behind(Database database, int port) {
    return new Database(
        "127.0.0.1",
        port,
        database.name(),
        database.user(),
        database.password(),
        database.sslMode(),
        database.rootCertificate(),
        database.connectTimeout());
  }
}
