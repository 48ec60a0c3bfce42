package dev.ripcord.postgres.migrate.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.Waiting;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.selection.RevertSelection;
import dev.ripcord.port.SchemaException;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.PgBouncer;
import dev.ripcord.postgres.migrate.MigrationRunner;
import dev.ripcord.postgres.migrate.ProgressListener;
import dev.ripcord.postgres.migrate.execution.MigrationOutcome;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The lock, the session that holds it, and what a run that lost it leaves behind. */
final class RunnerSessionsTest {
  private static final Folder TWO =
      MigrationBench.folder(
          "01_a",
          "CREATE TABLE a (id int);",
          "DROP TABLE a;",
          "02_b",
          "CREATE TABLE b (id int);\nSELECT pg_sleep(1);\nCREATE TABLE c (id int);",
          "DROP TABLE b, c;");

  /** Whether the second migration is at its second statement. */
  private static final String SLEEPS =
      "SELECT count(*) > 0 FROM pg_stat_activity"
          + " WHERE datname = current_database() AND application_name LIKE '%, line 2 of 02_b'";

  private static final String TERMINATE =
      "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
          + " WHERE datname = current_database() AND ";

  @RegisterExtension static final MigrationBench bench = new MigrationBench();
  private Database database;
  @TempDir private Path folder;

  @BeforeEach
  void fresh() {
    database = bench.fresh();
  }

  @Test
  void b24_aDatabaseThatReadsQuotesOtherwise_isRefused() {
    bench.run(
        database, "ALTER DATABASE " + database.name() + " SET standard_conforming_strings = off");
    assertThatThrownBy(() -> bench.up(database, TWO))
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("standard_conforming_strings is off there");
  }

  @Test
  void up_anIndexThatTakesLong_tellsHowFarTheServerIs() {
    bench.run(
        database,
        "CREATE FUNCTION slow(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS"
            + " 'BEGIN PERFORM pg_sleep(0.01); RETURN $1; END'",
        "CREATE TABLE big AS SELECT generate_series(1, 400) AS id");
    List<String> said = new CopyOnWriteArrayList<>();
    MigrationRunner runner =
        new MigrationRunner(
            bench.vertx,
            database,
            MigrationBench.limits(Duration.ofSeconds(20)),
            System::nanoTime,
            new ProgressListener(step -> {}, each -> said.add(each.line())));
    Folder index =
        MigrationBench.folder("01_i", "CREATE INDEX ON big (slow(id));", "SELECT 'none';");

    assertThat(MigrationBench.wait(runner.upAll(index, MigrationBench.TESTER)))
        .isInstanceOf(MigrationOutcome.Done.class);
    assertThat(said)
        .anyMatch(
            line -> line.matches("01_i_up\\.sql:1: create index, building index.*\\d+ blocks"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1"})
  void up_throughAPoolerInTransactionMode_isRefused(String roundRobin) throws IOException {
    try (PgBouncer pooler =
        PgBouncer.start(
            folder,
            database,
            "pool_mode = transaction",
            "server_round_robin = " + roundRobin,
            "ignore_startup_parameters = extra_float_digits")) {
      assertThatThrownBy(() -> bench.up(pooler.database(), TWO))
          .isInstanceOf(SchemaException.class)
          .hasMessageContaining("a pooler in transaction mode stands between")
          .hasMessageContaining("Give migrations PostgreSQL's own address");
    }
    assertThat(bench.ask(database, "SELECT to_regnamespace('ripcord') IS NULL")).isEqualTo("true");
  }

  @Test
  void up_throughAPoolerThatRefusesTheConnection_saysSo() throws IOException {
    try (PgBouncer pooler = PgBouncer.start(folder, database, "pool_mode = transaction")) {
      assertThatThrownBy(() -> bench.up(pooler.database(), TWO))
          .isInstanceOf(SchemaException.class)
          .hasMessageContaining("PgBouncer stands between");
    }
  }

  @Test
  void up_throughAPoolerInSessionMode_isDone() throws IOException {
    try (PgBouncer pooler =
        PgBouncer.start(
            folder,
            database,
            "pool_mode = session",
            "ignore_startup_parameters = extra_float_digits")) {
      assertThat(bench.up(pooler.database(), TWO)).isInstanceOf(MigrationOutcome.Done.class);
    }
  }

  @Test
  void up_theLockSessionIsKilled_stopsBeforeTheNextStatementAndLeavesNothing() {
    Future<MigrationOutcome> run = bench.runner(database).upAll(TWO, MigrationBench.TESTER);
    bench.until(database, SLEEPS);
    bench.ask(database, TERMINATE + "application_name LIKE '%lock held since%'");
    Throwable failure =
        MigrationBench.wait(run.transform(done -> Future.succeededFuture(done.cause())));
    assertThat(failure)
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("the connection that holds the lock against other runs is lost");
    assertThat(bench.ask(database, "SELECT to_regclass('b') IS NULL")).isEqualTo("true");
    assertThat(bench.history(database).applied()).hasSize(1);
    assertThat(
            bench.ask(
                database,
                "SELECT error_message LIKE '%is lost%' FROM ripcord.migration_audit WHERE NOT"
                    + " success"))
        .isEqualTo("true");
  }

  @Test
  void pulse_aLockSessionThatIsSilent_isTakenForLost() throws IOException {
    try (MigrationSession lockSession = bench.session(database)) {
      assertThat(lockSession.ask("SELECT pg_try_advisory_lock(7)")).hasSize(1);
      try (LockHeartbeat pulse =
          new LockHeartbeat(
                  bench.vertx, lockSession, 7, Duration.ofMillis(20), Duration.ofMillis(300))
              .start()) {
        pulse.check();
        signal("STOP", lockSession.pid());
        try {
          assertThat(Waiting.until(20, () -> isLost(pulse))).isTrue();
        } finally {
          signal("CONT", lockSession.pid());
        }
        assertThatThrownBy(pulse::check).hasMessageContaining("it does not answer");
      }
    }
  }

  @Test
  void pulse_aLockThatIsNotHeldAnyMore_isTakenForLost() {
    try (MigrationSession lockSession = bench.session(database);
        LockHeartbeat pulse =
            new LockHeartbeat(
                    bench.vertx, lockSession, 7, Duration.ofMillis(20), Duration.ofSeconds(9))
                .start()) {
      assertThat(Waiting.until(20, () -> isLost(pulse))).isTrue();
      assertThatThrownBy(pulse::check).hasMessageContaining("does not hold the lock any more");
    }
  }

  private static boolean isLost(LockHeartbeat pulse) {
    try {
      pulse.check();
      return false;
    } catch (SchemaException lost) {
      return true;
    }
  }

  @Test
  void up_theProgramIsGoneWhileAStatementRuns_theServerBreaksItOffAndUndoesIt() {
    Vertx own = Vertx.vertx();
    var _ =
        new MigrationRunner(
                own,
                database,
                MigrationBench.limits(Duration.ofSeconds(20)),
                System::nanoTime,
                step -> {})
            .upAll(
                MigrationBench.folder(
                    "02_b", "CREATE TABLE b ();\nSELECT pg_sleep(600);", "DROP TABLE b;"),
                MigrationBench.TESTER);
    bench.until(database, SLEEPS);
    MigrationBench.wait(own.close());
    bench.until(
        database,
        "SELECT count(*) = 0 FROM pg_stat_activity WHERE datname = current_database()"
            + " AND application_name LIKE 'ripcord migrations%'");
    assertThat(bench.ask(database, "SELECT to_regclass('b') IS NULL")).isEqualTo("true");
  }

  private static void signal(String name, int pid) throws IOException {
    new ProcessBuilder("kill", "-" + name, Integer.toString(pid)).start().onExit().join();
  }

  @ParameterizedTest
  @ValueSource(strings = {"up", "down"})
  void run_thatBrokeOff_isToldByTheNextAndWrittenDown(String way) {
    if (way.equals("down")) {
      bench.up(database, TWO);
    }
    try (MigrationSession holder = bench.session(database)) {
      Future<MigrationOutcome> run = begin(way, holder);
      bench.ask(database, TERMINATE + "application_name LIKE 'ripcord migrations%'");
      var _ = MigrationBench.wait(run.transform(done -> Future.succeededFuture(done.failed())));
    }
    List<String> told = new CopyOnWriteArrayList<>();
    MigrationRunner next =
        new MigrationRunner(
            bench.vertx,
            database,
            MigrationBench.limits(Duration.ofSeconds(20)),
            System::nanoTime,
            new ProgressListener(step -> {}, each -> told.add(each.line())));
    assertThat(
            MigrationBench.wait(
                way.equals("up")
                    ? next.upAll(TWO, MigrationBench.TESTER)
                    : next.down(past -> new RevertSelection(past).toBase(), MigrationBench.TESTER)))
        .isInstanceOf(MigrationOutcome.Done.class);
    assertThat(told)
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith("a run that tester began ")
                    .contains(" broke off at the " + way + " of 02_b: nothing of it stays"));
    assertThat(
            bench.ask(
                database,
                "SELECT count(*) FROM ripcord.migration_audit WHERE NOT success AND"
                    + " migration_version = '02' AND direction = '"
                    + way
                    + "' AND error_message LIKE '%broke off%'"))
        .isEqualTo("1");
    assertThat(
            bench.ask(
                database,
                "SELECT string_agg(ending, ',' ORDER BY id) FROM ripcord.migration_attempt"
                    + " WHERE direction = '"
                    + way
                    + "'"))
        .isEqualTo("broke off,done");
  }

  /** A run that has come as far as the second migration, which waits there. */
  private Future<MigrationOutcome> begin(String way, MigrationSession holder) {
    MigrationRunner runner = bench.runner(database);
    if (way.equals("up")) {
      Future<MigrationOutcome> run = runner.upAll(TWO, MigrationBench.TESTER);
      bench.until(database, SLEEPS);
      return run;
    }
    holder.run("BEGIN");
    holder.run("LOCK TABLE b");
    Future<MigrationOutcome> run =
        runner.down(past -> new RevertSelection(past).toBase(), MigrationBench.TESTER);
    bench.until(
        database,
        "SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND relation = 'b'::regclass");
    return run;
  }
}
