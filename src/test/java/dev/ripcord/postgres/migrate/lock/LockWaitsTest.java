package dev.ripcord.postgres.migrate.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.Permits;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.parse.SqlParser;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.RunProgress;
import dev.ripcord.postgres.history.MigrationSetup;
import dev.ripcord.postgres.history.MigrationSetup.Blockers;
import dev.ripcord.postgres.migrate.MigrationRunner;
import dev.ripcord.postgres.migrate.ProgressListener;
import dev.ripcord.postgres.migrate.execution.MigrationOutcome;
import dev.ripcord.postgres.migrate.salvage.SalvageRule;
import dev.ripcord.postgres.schema.PostgresSchema;
import dev.ripcord.release.Secret;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who is in the way of a migration is named, and cancelled where Ripcord is told to. */
final class LockWaitsTest {
  @RegisterExtension static final MigrationBench bench = new MigrationBench();

  private static final Folder FOLDER =
      MigrationBench.folder("01_x", "ALTER TABLE busy ADD x int;", "ALTER TABLE busy DROP x;");

  private Database database = bench.database("postgres");

  @BeforeAll
  static void roles() {
    bench.run(
        bench.database("postgres"),
        "CREATE ROLE app LOGIN",
        "CREATE ROLE deployer LOGIN IN ROLE pg_read_all_stats");
  }

  @BeforeEach
  void table() {
    database = bench.fresh();
    bench.run(database, "CREATE TABLE busy (id int)", "GRANT ALL ON busy TO app");
  }

  /** A session of the application, which is no superuser's. */
  private MigrationSession application() {
    MigrationSession session =
        bench.session(
            Database.of(
                new Secret("postgresql://app@127.0.0.1:" + bench.port() + "/" + database.name())));
    session.run("SET application_name = 'the shop'");
    return session;
  }

  private MigrationRunner runner(Blockers act, List<RunProgress> told) {
    MigrationSetup setup =
        MigrationBench.limits(Duration.ZERO)
            .with(Duration.ofMillis(300), Duration.ofMillis(1), act);
    return new MigrationRunner(
        bench.vertx,
        database,
        setup,
        System::nanoTime,
        new ProgressListener(step -> {}, told::add));
  }

  private MigrationOutcome up(Blockers act) {
    return MigrationBench.wait(
        runner(act, new CopyOnWriteArrayList<>()).upAll(FOLDER, MigrationBench.TESTER));
  }

  private String audited() {
    return bench.ask(
        database,
        "SELECT string_agg(error_message, '|' ORDER BY id) FROM ripcord.migration_audit WHERE"
            + " direction = 'cancel'");
  }

  @Test
  void chain_isNamedToItsEnd() {
    try (MigrationSession first = application();
        MigrationSession second = application()) {
      first.run("BEGIN");
      first.run("LOCK TABLE busy IN SHARE MODE");
      second.run("BEGIN");
      Future<?> waiting = second.send("LOCK TABLE busy IN ROW EXCLUSIVE MODE");
      bench.until(
          database,
          "SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND pid = " + second.pid());

      assertThat(((MigrationOutcome.Failed) up(Blockers.SHOW)).message())
          .contains("pid " + first.pid() + " (the shop, idle in transaction; app from 127.0.0.1")
          .contains("pid " + second.pid() + " (the shop, active; app from 127.0.0.1")
          .contains("on busy: LOCK TABLE busy IN ROW EXCLUSIVE MODE")
          .contains("Run the same again when the lock is free, or end who is in the way first: ");
      first.run("ROLLBACK");
      MigrationBench.wait(waiting);
    }
  }

  @Test
  void cancel_endsTheStatement_notTheSession_andIsAuditedBefore() {
    try (MigrationSession reader = application()) {
      bench.run(database, "INSERT INTO busy VALUES (1)");
      Future<?> sleeping = reader.send("SELECT pg_sleep(60), 'secret' FROM busy");
      bench.until(
          database,
          "SELECT count(*) > 0 FROM pg_locks WHERE granted AND relation = 'busy'::regclass AND pid"
              + " = "
              + reader.pid());

      MigrationOutcome outcome = up(Blockers.CANCEL);
      assertThat(outcome).isInstanceOf(MigrationOutcome.Done.class);
      assertThat(outcome.steps().getFirst().waits())
          .anyMatch(each -> each.startsWith("done at attempt 2; in the way of an earlier one was"))
          .anyMatch(each -> each.startsWith("cancelled the statement of pid " + reader.pid()));
      assertThatThrownBy(() -> MigrationBench.wait(sleeping)).hasMessageContaining("57014");
      reader.run("SELECT 1");
    }
    assertThat(audited())
        .startsWith("cancel the statement of pid ")
        .contains("(the shop, active; app from 127.0.0.1")
        .contains("session since ")
        .doesNotContain("secret");
  }

  @Test
  void idleInTransaction_isEndedOnlyWhereToldSo() {
    try (MigrationSession idle = application()) {
      idle.run("BEGIN");
      idle.run("SELECT FROM busy");
      assertThat(((MigrationOutcome.Failed) up(Blockers.CANCEL)).message())
          .contains("is in the way and is not cancelled: it runs nothing that could be cancelled");
      idle.run("SELECT 1");
      assertThat(audited()).isEqualTo("null");

      assertThat(up(Blockers.TERMINATE)).isInstanceOf(MigrationOutcome.Done.class);
      assertThat(audited()).startsWith("end the session of pid " + idle.pid());
      MigrationBench.wait(idle.gone());
    }
  }

  @Test
  void superuser_isLeftAlone_andSaid() {
    try (MigrationSession idle = bench.session(database)) {
      idle.run("SET application_name = 'a person'");
      idle.run("BEGIN");
      idle.run("SELECT FROM busy");
      assertThat(((MigrationOutcome.Failed) up(Blockers.TERMINATE)).message())
          .contains("is in the way and is not cancelled: it is a superuser's");
      idle.run("SELECT 1");
    }
  }

  @Test
  void missingRight_isSaidWithTheGrant() {
    bench.run(
        database,
        "ALTER TABLE busy OWNER TO deployer",
        "GRANT CREATE ON DATABASE " + database.name() + " TO deployer");
    Database owned =
        Database.of(
            new Secret("postgresql://deployer@127.0.0.1:" + bench.port() + "/" + database.name()));
    MigrationSetup setup =
        MigrationBench.limits(Duration.ZERO)
            .with(Duration.ofMillis(300), Duration.ofMillis(1), Blockers.TERMINATE);
    try (MigrationSession idle = application()) {
      idle.run("BEGIN");
      idle.run("SELECT FROM busy");
      MigrationOutcome outcome =
          MigrationBench.wait(bench.runner(owned, setup).upAll(FOLDER, MigrationBench.TESTER));
      assertThat(((MigrationOutcome.Failed) outcome).message())
          .contains("may not be cancelled")
          .contains("GRANT pg_signal_backend TO deployer");
      idle.run("SELECT 1");
    }
  }

  @Test
  void rollback_saysInItsLine_whoWasInTheWay_alsoOfTheLockForWhatIsKept() {
    bench.up(database, FOLDER);
    bench.run(database, "INSERT INTO busy VALUES (1, 2)");
    PostgresSchema schema =
        new PostgresSchema(
            bench.vertx,
            database,
            MigrationBench.limits(Duration.ZERO)
                .with(Duration.ofMillis(300), Duration.ofMillis(1), Blockers.TERMINATE),
            Optional.empty(),
            System::nanoTime,
            Optional.of(
                new SalvageRule(
                    1L << 30, Duration.ofSeconds(5), new SqlParser()::read, true, entry -> {})));
    try (MigrationSession idle = application()) {
      idle.run("BEGIN; LOCK TABLE busy IN ROW EXCLUSIVE MODE");
      assertThat(
              MigrationBench.wait(
                      schema.down(
                          MigrationBench.wait(schema.applied()).getLast(), "v2", Permits.granted()))
                  .line())
          .contains("; done at attempt 2; in the way of an earlier one was pid " + idle.pid())
          .contains("ended the session of pid " + idle.pid() + " (the shop, idle in transaction")
          .contains("1 value of busy.x kept");
    }
    MigrationBench.wait(schema.close());
  }

  @Test
  void retry_isToldWithItsPauseAndNumber() {
    List<RunProgress> told = new CopyOnWriteArrayList<>();
    MigrationSetup setup = MigrationBench.limits(Duration.ofSeconds(20));
    MigrationRunner runner =
        new MigrationRunner(
            bench.vertx,
            database,
            setup,
            System::nanoTime,
            new ProgressListener(step -> {}, told::add));
    try (MigrationSession idle = application()) {
      idle.run("BEGIN");
      idle.run("SELECT FROM busy");
      Future<MigrationOutcome> run = runner.upAll(FOLDER, MigrationBench.TESTER);
      bench.vertx.setPeriodic(
          10,
          timer -> {
            if (told.stream().anyMatch(each -> each.text().contains("attempt 2"))) {
              bench.vertx.cancelTimer(timer);
              var _ = idle.send("COMMIT");
            }
          });
      assertThat(MigrationBench.wait(run)).isInstanceOf(MigrationOutcome.Done.class);
    }
    assertThat(told.stream().map(RunProgress::text))
        .anyMatch(
            each ->
                each.matches(
                    "01_x_up\\.sql:1:1  .*: all of it is undone; trying again in 0\\.[2-5] s,"
                        + " attempt 2, for another \\d+ s"));
  }
}
