package dev.ripcord.postgres.migrate.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.Permits;
import dev.ripcord.migration.Applied;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.port.Fence;
import dev.ripcord.port.JournalException;
import dev.ripcord.port.Permit;
import dev.ripcord.port.Schema;
import dev.ripcord.port.SchemaException;
import dev.ripcord.port.Unfenced;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import dev.ripcord.postgres.history.MigrationSetup;
import dev.ripcord.postgres.migrate.execution.MigrationOutcome;
import dev.ripcord.postgres.schema.PostgresSchema;
import dev.ripcord.release.ServiceName;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class RunnerFenceTest {
  private static final Folder SHOP =
      MigrationBench.folder(
          "01_create_a",
          "CREATE TABLE a (id int);",
          "DROP TABLE a;",
          "02_create_b",
          "CREATE TABLE b (id int);",
          "DROP TABLE b;");
  private static final Folder LONG =
      MigrationBench.folder(
          "01_create_a",
          "CREATE TABLE a (id int);",
          "DROP TABLE a; SELECT pg_sleep(coalesce((SELECT seconds FROM pause), 0));");
  private static final String SLEEPS =
      "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database()"
          + " AND wait_event = 'PgSleep'";
  private static final String FENCES =
      "SELECT string_agg(journal || ' ' || service || ' ' || token, ', ' ORDER BY journal, service)"
          + " FROM ripcord.fence";
  private static final String TABLES =
      "SELECT count(*)::text FROM pg_class WHERE relname IN ('a', 'b') AND relkind = 'r'";

  @RegisterExtension static final MigrationBench bench = new MigrationBench();
  private Database database;
  private PostgresSchema schema;

  @BeforeEach
  void fresh() {
    database = bench.fresh();
    schema = schema(Duration.ofSeconds(20));
  }

  @AfterEach
  void close() {
    MigrationBench.wait(schema.close());
  }

  private PostgresSchema schema(Duration lockWait) {
    MigrationSetup limits = MigrationBench.limits(Duration.ofSeconds(5));
    return new PostgresSchema(
        bench.vertx,
        database,
        new MigrationSetup(
            limits.schema(),
            lockWait,
            limits.statementLock(),
            limits.retryBudget(),
            limits.standaloneLock()),
        Optional.empty(),
        System::nanoTime);
  }

  /** The permit of a holder who may lose it. */
  private record Holding(Fence fence, Future<Void> confirm, Future<Void> revoked)
      implements Permit {}

  private static Fence fence(String journal, String service, long token) {
    return new Fence(journal, new ServiceName(service), token);
  }

  private static Permit permit(String journal, String service, long token) {
    return new Unfenced(fence(journal, service, token));
  }

  private Applied last() {
    return MigrationBench.wait(schema.applied()).getLast();
  }

  private String down(Permit permit) {
    return MigrationBench.wait(schema.down(last(), "v2", permit).map(Schema.Reverted::line));
  }

  @Test
  void c4_twoServicesOnOneDatabase_eachHasItsOwnFence() {
    bench.up(database, SHOP);
    assertThat(down(permit("here", "shop", 5))).startsWith("02_create_b reverted");
    assertThat(down(permit("here", "admin", 1))).startsWith("01_create_a reverted");
    assertThat(bench.ask(database, FENCES)).isEqualTo("here admin 1, here shop 5");
  }

  @Test
  void c4_newJournal_isNotComparedWithTheOneThatIsGone() {
    bench.up(database, SHOP);
    assertThat(down(permit("gone", "shop", 5))).startsWith("02_create_b reverted");
    assertThat(down(permit("here", "shop", 1))).startsWith("01_create_a reverted");
    assertThat(MigrationBench.wait(schema.otherJournal("here", new ServiceName("shop"))))
        .hasValueSatisfying(
            text -> assertThat(text).contains("Another journal (gone) acted on shop"));
    assertThat(MigrationBench.wait(schema.otherJournal("here", new ServiceName("admin"))))
        .isEmpty();
  }

  @Test
  void c4_tableWithOneFenceForAll_isUpgradedInPlace() {
    bench.up(database, SHOP);
    bench.run(
        database,
        "DROP TABLE ripcord.fence",
        "CREATE TABLE ripcord.fence (one boolean PRIMARY KEY DEFAULT true CHECK (one),"
            + " token bigint NOT NULL, seen_at timestamptz NOT NULL DEFAULT clock_timestamp())",
        "INSERT INTO ripcord.fence (token) VALUES (9)");
    assertThat(MigrationBench.wait(schema.otherJournal("here", new ServiceName("shop")))).isEmpty();
    assertThat(down(permit("here", "shop", 1))).startsWith("02_create_b reverted");
    assertThat(bench.ask(database, FENCES)).isEqualTo("here shop 1");
  }

  @Test
  void c4_fenceThatNoJournalGave_isComparedWithNothing() {
    bench.up(database, SHOP);
    assertThat(down(permit("here", "shop", 5))).startsWith("02_create_b reverted");
    assertThat(down(Unfenced.of(new ServiceName("shop")))).startsWith("01_create_a reverted");
    assertThat(bench.ask(database, FENCES)).isEqualTo("here shop 5");
  }

  @Test
  void c8_permitIsRevoked_theDownIsCancelledAndAwaited() {
    bench.up(database, LONG);
    bench.run(database, "CREATE TABLE pause AS SELECT 60 AS seconds");
    Promise<Void> revoked = Promise.promise();
    Permit permit =
        new Holding(fence("here", "shop", 1), Future.succeededFuture(), revoked.future());
    Future<String> down = schema.down(last(), "v2", permit).map(Schema.Reverted::line);
    bench.until(database, SLEEPS);
    revoked.complete();
    assertThatThrownBy(() -> MigrationBench.wait(down)).isInstanceOf(SchemaException.class);
    assertThat(bench.ask(database, "SELECT (NOT (" + SLEEPS + "))::text")).isEqualTo("true");
    assertThat(bench.ask(database, TABLES)).isEqualTo("1");
    assertThat(
            bench.ask(
                database,
                "SELECT count(*)::text FROM ripcord.migration_audit WHERE direction = 'down'"))
        .isEqualTo("0");
  }

  @Test
  void c8_olderHolderIsInTheMiddleOfADown_itsSessionsAreEndedAndItCommitsNothing() {
    bench.up(database, LONG);
    bench.run(database, "CREATE TABLE pause AS SELECT 60 AS seconds");
    Applied applied = last();
    Future<String> older =
        schema.down(applied, "v2", permit("here", "shop", 1)).map(Schema.Reverted::line);
    bench.until(database, SLEEPS);
    bench.run(database, "UPDATE pause SET seconds = 0");
    assertThat(
            MigrationBench.wait(
                schema.down(applied, "v2", permit("here", "shop", 2)).map(Schema.Reverted::line)))
        .startsWith("01_create_a reverted in");
    assertThatThrownBy(() -> MigrationBench.wait(older)).isInstanceOf(SchemaException.class);
    assertThatThrownBy(
            () ->
                MigrationBench.wait(
                    schema
                        .down(applied, "v2", permit("here", "shop", 1))
                        .map(Schema.Reverted::line)))
        .hasMessageStartingWith("fence 1 is behind");
  }

  @Test
  void c8_sessionThatAnEarlierRunOfTheSameHolderLeft_isEndedByItsNextRun() {
    bench.up(database, LONG);
    bench.run(database, "CREATE TABLE pause AS SELECT 60 AS seconds");
    Applied applied = last();
    Future<String> earlier =
        schema.down(applied, "v2", permit("here", "shop", 1)).map(Schema.Reverted::line);
    bench.until(database, SLEEPS);
    bench.run(database, "UPDATE pause SET seconds = 0");
    PostgresSchema next = schema(Duration.ofSeconds(2));
    assertThat(
            MigrationBench.wait(
                next.down(applied, "v2", permit("here", "shop", 1)).map(Schema.Reverted::line)))
        .startsWith("01_create_a reverted in");
    assertThatThrownBy(() -> MigrationBench.wait(earlier)).isInstanceOf(SchemaException.class);
    MigrationBench.wait(next.close());
  }

  @Test
  void c8_rightIsLostBeforeTheCommit_nothingIsCommitted() {
    bench.up(database, SHOP);
    Permit lost =
        new Holding(
            fence("here", "shop", 1),
            Future.failedFuture(new JournalException(Permits.REFUSED)),
            Promise.<Void>promise().future());
    Applied applied = last();
    assertThatThrownBy(
            () -> MigrationBench.wait(schema.down(applied, "v2", lost).map(Schema.Reverted::line)))
        .hasMessageContaining(Permits.REFUSED)
        .hasMessageContaining("what was not committed is undone");
    assertThat(bench.ask(database, TABLES)).isEqualTo("2");
    assertThat(down(permit("here", "shop", 1))).startsWith("02_create_b reverted");
  }

  @Test
  void c8_anotherRunOfRipcordMoves_isWaitedForLongerThanTheLimit() {
    bench.up(database, SHOP);
    Applied applied = last();
    Future<MigrationOutcome> other =
        bench
            .runner(database)
            .upAll(
                MigrationBench.folder("03_slow", "SELECT pg_sleep(3);", "SELECT 1;"),
                MigrationBench.TESTER);
    bench.until(database, SLEEPS);
    PostgresSchema hasty = schema(Duration.ofMillis(500));
    Future<String> down =
        hasty.down(applied, "v2", permit("here", "shop", 1)).map(Schema.Reverted::line);
    assertThatThrownBy(() -> MigrationBench.wait(down))
        .hasMessageContaining("was applied on top; revert it first");
    assertThat(MigrationBench.wait(other)).isInstanceOf(MigrationOutcome.Done.class);
    MigrationBench.wait(hasty.close());
  }

  @Test
  void c12_sessionsOfARunEndWithTheirHost() {
    bench.up(
        database,
        MigrationBench.folder(
            "01_settings",
            "CREATE TABLE seen AS SELECT current_setting('tcp_keepalives_idle') || ' '"
                + " || current_setting('tcp_keepalives_count') || ' '"
                + " || current_setting('tcp_user_timeout') || ' '"
                + " || current_setting('idle_in_transaction_session_timeout') AS text;",
            "DROP TABLE seen;"));
    assertThat(bench.ask(database, "SELECT text FROM seen")).isEqualTo("5 3 20000 1min");
  }
}
