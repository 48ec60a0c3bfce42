package dev.ripcord.postgres.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.Permits;
import dev.ripcord.migration.Applied;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.selection.MigrationSelection;
import dev.ripcord.migration.selection.PendingSelection;
import dev.ripcord.migration.selection.RevertSelection;
import dev.ripcord.port.SchemaException;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.history.MigrationRecord;
import dev.ripcord.postgres.history.MigrationSetup;
import dev.ripcord.postgres.history.RunMetadata;
import dev.ripcord.postgres.migrate.execution.MigrationOutcome;
import dev.ripcord.postgres.migrate.lock.MigrationLock;
import dev.ripcord.release.Secret;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class MigrationRunnerTest {
  private static final String AUDIT = "SELECT count(*) FROM ripcord.migration_audit WHERE ";
  private static final Folder SHOP =
      MigrationBench.folder(
          "01_create_orders",
          "CREATE TABLE orders (id int PRIMARY KEY, note text);",
          "DROP TABLE orders;",
          "02_add_total",
          "ALTER TABLE orders ADD COLUMN total int;\nCREATE TABLE ran (way text);",
          "ALTER TABLE orders DROP COLUMN total;\nDROP TABLE ran;",
          "03_index_total",
          "CREATE INDEX CONCURRENTLY orders_total ON orders (total);",
          "DROP INDEX CONCURRENTLY orders_total;",
          "04_remove_note",
          "ALTER TABLE orders DROP COLUMN note;",
          "ALTER TABLE orders ADD COLUMN note text;");

  @RegisterExtension static final MigrationBench bench = new MigrationBench();
  private Database database;

  @BeforeEach
  void fresh() {
    database = bench.fresh();
  }

  private static List<String> labels(MigrationOutcome outcome) {
    return outcome.steps().stream().map(MigrationOutcome.Step::label).toList();
  }

  private List<String> applied() {
    return bench.history(database).applied().stream().map(Applied::label).toList();
  }

  @Test
  void up_thenDown_leavesTheDatabaseAsBefore() {
    MigrationOutcome up = bench.up(database, SHOP);
    assertThat(up).isInstanceOf(MigrationOutcome.Done.class);
    assertThat(labels(up))
        .containsExactly("01_create_orders", "02_add_total", "03_index_total", "04_remove_note");
    assertThat(labels(bench.up(database, SHOP))).isEmpty();
    assertThat(bench.ask(database, "SELECT release IS NULL AND version = '04' FROM ripcord.floor"))
        .isEqualTo("true");
    List<Applied> all = bench.history(database).applied();
    assertThat(all).extracting(Applied::additive).containsExactly(true, true, true, false);
    assertThat(all).allMatch(each -> RevertSelection.blocker(each).isEmpty());
    assertThat(labels(bench.down(database, RevertSelection::toBase)))
        .containsExactly("04_remove_note", "03_index_total", "02_add_total", "01_create_orders");
    assertThat(applied()).isEmpty();
    assertThat(bench.ask(database, "SELECT to_regclass('orders') IS NULL")).isEqualTo("true");
    assertThat(bench.ask(database, AUDIT + "success AND rollback_executed")).isEqualTo("4");
    assertThat(bench.ask(database, AUDIT + "success AND NOT rollback_executed")).isEqualTo("4");
    assertThat(bench.ask(database, "SELECT count(*) FROM ripcord.migration_progress"))
        .isEqualTo("0");
  }

  @Test
  void up_aFailingFile_isToldWithItsPlaceAndLeavesNothing() {
    Folder folder =
        MigrationBench.folder(
            "01_create_a",
            "CREATE TABLE a (id int);",
            "DROP TABLE a;",
            "02_b",
            "CREATE TABLE b (id int);\nUPDATE a\n  SET é = 1, totl = 2;",
            "DROP TABLE b;");
    MigrationOutcome outcome = bench.up(database, folder);
    assertThat(outcome).isInstanceOf(MigrationOutcome.Failed.class);
    String message = ((MigrationOutcome.Failed) outcome).shown();
    assertThat(message)
        .startsWith("02_b_up.sql:3:7  column \"é\" of relation \"a\" does not exist")
        .contains("    3 |   SET é = 1, totl = 2;\n              ^\n")
        .contains("The database is as before this file.")
        .contains("01_create_a and what came before it stay");
    assertThat(applied()).containsExactly("01_create_a");
    assertThat(bench.ask(database, "SELECT to_regclass('b') IS NULL")).isEqualTo("true");
    assertThat(bench.ask(database, AUDIT + "NOT success AND error_message LIKE '%02_b_up%'"))
        .isEqualTo("1");
    List<MigrationRecord> records = MigrationBench.wait(bench.runner(database).status()).records();
    assertThat(records).extracting(MigrationRecord::isApplied).containsExactly(true, false);
  }

  @Test
  void down_aFailingText_isToldAndLeavesTheMigrationApplied() {
    bench.up(
        database, MigrationBench.folder("01_a", "SELECT 1;", "SELECT 1;\nDROP TABLE nowhere;"));
    MigrationOutcome outcome = bench.down(database, downs -> downs.last(1));
    assertThat(((MigrationOutcome.Failed) outcome).message())
        .startsWith("01_a_down.sql (as stored):2:1  table \"nowhere\" does not exist");
    assertThat(applied()).containsExactly("01_a");
    assertThat(bench.ask(database, AUDIT + "NOT success AND rollback_executed")).isEqualTo("1");
  }

  @Test
  void down_thatSaysTransactionNone_runsStatementByStatement() {
    String up = "CREATE TABLE a (id int);\nCREATE TABLE b (id int);";
    String down = "-- transaction: none\nDROP TABLE b;\nDROP TABLE nowhere;";
    bench.up(database, MigrationBench.folder("01_a", up, down));
    assertThat(bench.down(database, downs -> downs.last(1)))
        .isInstanceOf(MigrationOutcome.Failed.class);
    assertThat(bench.ask(database, "SELECT to_regclass('b') IS NULL")).isEqualTo("true");
    assertThat(applied()).containsExactly("01_a");
  }

  @Test
  void up_whatAFileLeavesBehindInItsSession_doesNotReachTheNext() {
    bench.run(database, "CREATE SCHEMA other", "CREATE ROLE r" + database.name());
    Folder folder =
        MigrationBench.folder(
            "01_a",
            "SET search_path = other;\nSET ROLE r" + database.name() + ";",
            "SELECT 1;",
            "02_b",
            "CREATE TABLE b (id int);",
            "DROP TABLE b;");
    assertThat(labels(bench.up(database, folder))).hasSize(2);
    assertThat(bench.ask(database, "SELECT to_regclass('public.b') IS NOT NULL")).isEqualTo("true");
  }

  @Test
  void up_threeRunnersAtOnce_applyEachOnce() {
    List<Future<MigrationOutcome>> runs = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      runs.add(bench.runner(database).upAll(SHOP, MigrationBench.TESTER));
    }
    MigrationBench.wait(Future.join(runs));
    assertThat(runs).allMatch(run -> run.result() instanceof MigrationOutcome.Done);
    assertThat(runs.stream().mapToInt(run -> run.result().steps().size()).sum()).isEqualTo(4);
    assertThat(bench.ask(database, "SELECT count(*) FROM ripcord.migration_history"))
        .isEqualTo("4");
  }

  @Test
  void up_aRunThatDoesNotEnd_saysWhoHoldsTheLock() {
    try (MigrationSession other = bench.session(database)) {
      other.run("SET application_name = 'a sleeper'");
      assertThat(other.ask("SELECT pg_try_advisory_lock($1)", MigrationLock.lockKey("ripcord")))
          .hasSize(1);
      MigrationSetup impatient =
          new MigrationSetup(
              "ripcord",
              Duration.ofMillis(300),
              Duration.ofSeconds(1),
              Duration.ofSeconds(1),
              Duration.ofSeconds(1));
      assertThatThrownBy(
              () ->
                  MigrationBench.wait(
                      bench.runner(database, impatient).upAll(SHOP, MigrationBench.TESTER)))
          .isInstanceOf(SchemaException.class)
          .hasMessageContaining("pid " + other.pid() + " (a sleeper), postgres from 127.0.0.1")
          .hasMessageContaining("connected since");
    }
  }

  @Test
  void up_aLockThatIsGivenBack_isMetByTryingAgain() {
    bench.run(database, "CREATE TABLE busy (id int)");
    Folder folder =
        MigrationBench.folder(
            "01_add_x", "ALTER TABLE busy ADD x int;", "ALTER TABLE busy DROP x;");
    try (MigrationSession reader = bench.session(database)) {
      reader.run("BEGIN");
      reader.run("SELECT * FROM busy");
      Future<MigrationOutcome> run = bench.runner(database).upAll(folder, MigrationBench.TESTER);
      bench.until(
          database,
          "SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND relation = 'busy'::regclass");
      bench.until(
          database,
          "SELECT count(*) = 0 FROM pg_locks WHERE NOT granted AND relation = 'busy'::regclass");
      reader.run("COMMIT");
      assertThat(MigrationBench.wait(run)).isInstanceOf(MigrationOutcome.Done.class);
    }
  }

  @Test
  void up_aLockThatStays_isGivenUpWithTheNameOfTheHolder() {
    bench.run(database, "CREATE TABLE busy (id int)");
    Folder folder =
        MigrationBench.folder(
            "01_add_x", "ALTER TABLE busy ADD x int;", "ALTER TABLE busy DROP x;");
    try (MigrationSession reader = bench.session(database)) {
      reader.run("SET application_name = 'the reader'");
      reader.run("BEGIN");
      reader.run("SELECT 'long report' FROM busy");
      MigrationOutcome outcome =
          MigrationBench.wait(
              bench
                  .runner(database, MigrationBench.limits(Duration.ofMillis(100)))
                  .upAll(folder, MigrationBench.TESTER));
      assertThat(((MigrationOutcome.Failed) outcome).message())
          .contains("lock timeout")
          .contains(
              "in the way: pid "
                  + reader.pid()
                  + " (the reader, idle in transaction; postgres from 127.0.0.1, its transaction"
                  + " open for ")
          .contains(" on busy: SELECT … FROM busy")
          .contains("Tried ")
          .contains("SELECT pg_terminate_backend(" + reader.pid() + ")")
          .contains("SELECT … FROM busy")
          .doesNotContain("long report");
    }
    assertThat(applied()).isEmpty();
  }

  @Test
  void down_anOlderFence_isRefusedInsideTheTransaction() {
    bench.up(database, SHOP);
    MigrationRunner runner = bench.runner(database);
    MigrationOutcome newer =
        MigrationBench.wait(
            runner.down(
                past -> new RevertSelection(past).last(1),
                MigrationBench.TESTER.permit(Permits.granted(7))));
    assertThat(labels(newer)).containsExactly("04_remove_note");
    for (long token : new long[] {6, 5}) {
      MigrationOutcome older =
          MigrationBench.wait(
              runner.down(
                  past -> new RevertSelection(past).last(1),
                  MigrationBench.TESTER.permit(Permits.granted(token))));
      assertThat(((MigrationOutcome.Refused) older).reasons().getFirst())
          .startsWith("fence " + token + " is behind");
    }
    assertThat(applied()).hasSize(3);
    assertThat(
            labels(
                MigrationBench.wait(
                    runner.down(
                        past -> new RevertSelection(past).last(1),
                        MigrationBench.TESTER.permit(Permits.granted(7))))))
        .containsExactly("03_index_total");
  }

  @Test
  void up_withASavepointForARelease_keepsTheFirstOneWhenItIsRunAgain() {
    MigrationRunner runner = bench.runner(database);
    RunMetadata note =
        MigrationBench.TESTER.release(Optional.of("r2")).savepoint("before_schema_add");
    MigrationBench.wait(runner.up(past -> new PendingSelection(SHOP, past).next(1), note));
    MigrationBench.wait(runner.up(past -> new PendingSelection(SHOP, past).stage1(), note));
    assertThat(applied()).hasSize(3);
    assertThat(bench.history(database).savepoint("before_schema_add").orElseThrow().order())
        .isZero();
    MigrationBench.wait(
        runner.up(past -> new PendingSelection(SHOP, past).all(), note.release(Optional.of("r3"))));
    assertThat(bench.history(database).savepoint("before_schema_add").orElseThrow().order())
        .isEqualTo(3);
    assertThat(labels(bench.down(database, downs -> downs.toSavepoint("before_schema_add"))))
        .containsExactly("04_remove_note");
  }

  @Test
  void up_copyFromInput_isRefusedBeforeAnythingRuns() {
    Folder folder =
        MigrationBench.folder(
            "01_a",
            "CREATE TABLE a (id int);",
            "DROP TABLE a;",
            "02_b",
            "copy a from stdin;\n1\n\\.\n",
            "DELETE FROM a;");
    assertThat(((MigrationOutcome.Refused) bench.up(database, folder)).reasons().getFirst())
        .startsWith("02_b_up.sql:1: COPY … FROM stdin");
    Folder down = MigrationBench.folder("01_a", "SELECT 1;", "SELECT 1;\nCOPY a TO stdout;");
    assertThat(((MigrationOutcome.Refused) bench.up(database, down)).reasons().getFirst())
        .startsWith("01_a_down.sql:2: COPY");
    assertThat(applied()).isEmpty();
  }

  @Test
  void up_aUniqueIndexThatCannotBeBuilt_leavesNoInvalidIndex() {
    bench.run(database, "CREATE TABLE t (id int)", "INSERT INTO t VALUES (1), (1)");
    Folder folder =
        MigrationBench.folder(
            "01_u", "CREATE UNIQUE INDEX CONCURRENTLY u ON t (id);", "DROP INDEX CONCURRENTLY u;");
    MigrationOutcome outcome = bench.up(database, folder);
    assertThat(((MigrationOutcome.Failed) outcome).message()).contains("could not create unique");
    assertThat(bench.ask(database, "SELECT to_regclass('u') IS NULL")).isEqualTo("true");
    bench.run(database, "DELETE FROM t");
    assertThat(bench.up(database, folder)).isInstanceOf(MigrationOutcome.Done.class);
    assertThat(
            bench.ask(database, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'u'::regclass"))
        .isEqualTo("true");
  }

  @Test
  void up_aFileOutsideATransactionThatFailsInTheMiddle_goesOnThere() {
    String first = "CREATE TABLE t (id int);\nINSERT INTO t VALUES (1);\n";
    String index = "CREATE INDEX CONCURRENTLY i ON t (id);\n";
    String down = "DROP TABLE t;";
    MigrationOutcome failed =
        bench.up(database, MigrationBench.folder("01_t", first + "SELECT 1/0;\n" + index, down));
    assertThat(((MigrationOutcome.Failed) failed).message())
        .contains("division by zero")
        .contains("2 of its 4 statements stay");
    MigrationOutcome edited =
        bench.up(database, MigrationBench.folder("01_t", first.replace("1)", "2)") + index, down));
    assertThat(((MigrationOutcome.Refused) edited).reasons().getFirst())
        .contains("changed in the 2 statements that have run already");
    assertThat(MigrationBench.wait(bench.runner(database).status()).interrupted().getFirst())
        .startsWith("01_t: its up broke off after 2 of 4 statements");
    assertThat(bench.up(database, MigrationBench.folder("01_t", first + index, down)))
        .isInstanceOf(MigrationOutcome.Done.class);
    assertThat(bench.ask(database, "SELECT count(*) FROM t")).isEqualTo("1");
  }

  @Test
  void audit_changed_isRefusedByTheDatabase() {
    bench.up(database, SHOP);
    assertThatThrownBy(() -> bench.run(database, "DELETE FROM ripcord.migration_audit"))
        .hasMessageContaining("only ever added to");
    assertThatThrownBy(() -> bench.run(database, "TRUNCATE ripcord.migration_audit"))
        .hasMessageContaining("only ever added to");
  }

  @Test
  void up_anAbsentDatabase_namesItAndHidesThePassword() {
    Database nowhere = Database.of(new Secret("postgresql://u:hunter2@127.0.0.1:1/none"));
    assertThatThrownBy(
            () -> MigrationBench.wait(bench.runner(nowhere).upAll(SHOP, MigrationBench.TESTER)))
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("none at 127.0.0.1:1: connection refused")
        .hasMessageNotContaining("hunter2");
    Database missing = bench.database("missing");
    assertThatThrownBy(
            () -> MigrationBench.wait(bench.runner(missing).upAll(SHOP, MigrationBench.TESTER)))
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("database \"missing\" does not exist");
  }

  /**
   * However often the sessions of a run are killed, each migration is run exactly once each way.
   */
  @Test
  void upAndDown_killedAtRandomMoments_runEachExactlyOnce() {
    long seed = Long.getLong("seed", 20_260_105L);
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    bench.run(
        database,
        "CREATE TABLE log (n int, way text)",
        "CREATE TABLE big AS SELECT generate_series(1, 50000) AS id");
    List<String> files = new ArrayList<>();
    for (int n = 1; n <= 6; n++) {
      boolean index = n % 3 == 0;
      files.add("0" + n + "_m");
      files.add(index ? "CREATE INDEX CONCURRENTLY big_" + n + " ON big (id);" : logged(n, "up"));
      files.add(index ? "DROP INDEX CONCURRENTLY big_" + n + ";" : logged(n, "down"));
    }
    Folder folder = MigrationBench.folder(files.toArray(String[]::new));
    String kill =
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name LIKE"
            + " 'ripcord%' AND datname = '"
            + database.name()
            + "' AND pid <> pg_backend_pid()";
    for (String way : List.of("up", "down")) {
      boolean done = false;
      for (int attempt = 0; !done; attempt++) {
        assertThat(attempt).as("seed %s", seed).isLessThan(60);
        Future<MigrationOutcome> run =
            way.equals("up")
                ? bench.runner(database).upAll(folder, MigrationBench.TESTER)
                : bench
                    .runner(database)
                    .down(past -> new RevertSelection(past).toBase(), MigrationBench.TESTER);
        if (attempt < 12) {
          MigrationBench.wait(bench.vertx.timer(1 + random.nextInt(250)));
          bench.ask(database, kill);
        }
        Optional<MigrationOutcome> ended =
            MigrationBench.wait(run.map(Optional::of).otherwise(Optional.empty()));
        done = ended.filter(MigrationOutcome.Done.class::isInstance).isPresent();
      }
      assertThat(
              bench.ask(
                  database,
                  "SELECT string_agg(n::text, ',' ORDER BY n) FROM log WHERE way = '" + way + "'"))
          .as("seed %s %s", seed, way)
          .isEqualTo("1,2,4,5");
      assertThat(bench.ask(database, "SELECT count(*) FROM pg_index WHERE NOT indisvalid"))
          .isEqualTo("0");
      assertThat(bench.ask(database, "SELECT count(*) FROM pg_class WHERE relname ~ '^big_[0-9]'"))
          .isEqualTo(way.equals("up") ? "2" : "0");
    }
  }

  private static String logged(int n, String way) {
    return "INSERT INTO log VALUES (" + n + ", '" + way + "');\nSELECT pg_sleep(0.03);";
  }

  @Test
  void upAndDown_filesThatThrowAwayPreparedStatements_areDoneAllTheSame() {
    String forget = "DEALLOCATE ALL;";
    Folder folder =
        MigrationBench.folder(
            "01_a", "SELECT 1;", forget, "02_b", forget, forget, "03_c", forget, "SELECT 1;");
    assertThat(labels(bench.up(database, folder))).hasSize(3);
    assertThat(labels(bench.down(database, RevertSelection::toBase))).hasSize(3);
  }

  @Test
  void up_moreStatementsThanAreSentAtOnce_runsAllInTheirOrder() {
    StringBuilder many = new StringBuilder("CREATE TABLE n (id int, before int);\n");
    for (int i = 1; i <= 200; i++) {
      many.append("INSERT INTO n SELECT ").append(i).append(", count(*) FROM n;\n");
    }
    Folder folder = MigrationBench.folder("01_n", many.toString(), "DROP TABLE n;");
    assertThat(labels(bench.up(database, folder))).containsExactly("01_n");
    assertThat(bench.ask(database, "SELECT count(*) FROM n WHERE before = id - 1"))
        .isEqualTo("200");
  }

  @Test
  void up_aFailureThatALaterStatementWouldForgive_failsAllTheSame() {
    Folder folder =
        MigrationBench.folder(
            "01_a",
            "CREATE TABLE a (id int);\nSAVEPOINT s;\nSELECT 1/0;\nROLLBACK TO s;",
            "DROP TABLE a;");
    assertThat(((MigrationOutcome.Failed) bench.up(database, folder)).message())
        .startsWith("01_a_up.sql:3:")
        .contains("division by zero");
    assertThat(bench.ask(database, "SELECT to_regclass('a') IS NULL")).isEqualTo("true");
    assertThat(applied()).isEmpty();
  }

  @Test
  void choose_refused_changesNothing() {
    MigrationOutcome outcome =
        MigrationBench.wait(
            bench
                .runner(database)
                .up(
                    past -> new MigrationSelection.Refused<>(List.of("no")),
                    MigrationBench.TESTER));
    assertThat(outcome).isEqualTo(new MigrationOutcome.Refused(List.of("no"), List.of()));
  }
}
