package dev.ripcord.postgres.migrate.salvage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.migration.file.Checksum;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.proof.StoredProof;
import dev.ripcord.migration.proof.Verdict;
import dev.ripcord.postgres.MigrationBench;
import dev.ripcord.postgres.migrate.execution.MigrationOutcome;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a stage 2 cannot keep, for how long it keeps the rest, and what a crash leaves. */
final class StageTwoLimitsTest extends StageTwoDatabase {
  @RegisterExtension static final MigrationBench BENCH = new MigrationBench();

  StageTwoLimitsTest() {
    super(BENCH);
  }

  @Test
  void beyondALimit_itIsRefused_andDroppedWithAWord() {
    bench.run(
        database,
        "INSERT INTO customers SELECT i, 'x', repeat('y', 100), 0 FROM generate_series(10, 999) i",
        "ANALYZE customers");
    Folder folder =
        MigrationBench.folder(
            "01_remove_it",
            "ALTER TABLE customers DROP COLUMN fax; DROP TABLE IF EXISTS nothing;",
            "ALTER TABLE customers ADD COLUMN fax text;");
    StageTwo small = rule(1000, Duration.ofDays(7)).telling(told::add);

    assertThat(reasons(up(folder, small)))
        .contains("customers has about", "migrations.losses.max-size", "--accept-loss");
    assertThat(isThere("SELECT FROM pg_attribute WHERE attname = 'fax'")).isTrue();
    assertThat(up(folder, small.acceptingLoss(true))).isInstanceOf(MigrationOutcome.Done.class);
    assertThat(told)
        .singleElement()
        .asString()
        .startsWith("not kept: rows would be lost: customers");
    assertThat(kept(KeptRows::list)).isEmpty();
  }

  @Test
  void outsideATransaction_whatWouldBeLost_isRefused_andAnIndexIsNot() {
    bench.run(database, "CREATE INDEX by_name ON customers (name)");
    Folder folder =
        MigrationBench.folder(
            "01_drop_index",
            "DROP INDEX CONCURRENTLY by_name;",
            "CREATE INDEX by_name ON customers (name);",
            "02_remove_fax",
            "-- transaction: none\nALTER TABLE customers DROP COLUMN fax;",
            "ALTER TABLE customers ADD COLUMN fax text;");

    assertThat(reasons(up(folder, week())))
        .contains(
            "02_remove_fax runs outside a transaction",
            "2 values of customers.fax",
            "--accept-loss");
    assertThat(isThere("SELECT FROM pg_class WHERE relname = 'by_name'")).isFalse();
    assertThat(up(folder, week().acceptingLoss(true))).isInstanceOf(MigrationOutcome.Done.class);
  }

  @Test
  void withoutAGrace_itIsDroppedAtOnce_andStage1IsNeverKept() {
    Folder folder =
        MigrationBench.folder(
            "01_change",
            "ALTER TABLE customers DROP COLUMN score;",
            "ALTER TABLE customers ADD COLUMN score int;",
            "02_remove_fax",
            "ALTER TABLE customers DROP COLUMN fax;",
            "ALTER TABLE customers ADD COLUMN fax text;");
    assertThat(up(folder, rule(1L << 30, Duration.ZERO))).isInstanceOf(MigrationOutcome.Done.class);
    assertThat(isThere(SALVAGE)).isFalse();
    assertThat(down(week())).isInstanceOf(MigrationOutcome.Done.class);
    assertThat(up(folder, week())).isInstanceOf(MigrationOutcome.Done.class);
    assertThat(entries()).isEmpty();
  }

  @Test
  void whoseTimeIsOver_isPurged_withALineInTheAudit_andNothingOfARollback() {
    bench.run(database, "CREATE TABLE old (id int PRIMARY KEY)", "INSERT INTO old VALUES (1)");
    Folder folder =
        MigrationBench.folder(
            "01_remove_it",
            "DROP TABLE old; ALTER TABLE customers DROP COLUMN fax;",
            "CREATE TABLE old (id int PRIMARY KEY); ALTER TABLE customers ADD COLUMN fax text;");
    up(folder, rule(1L << 30, Duration.ofDays(7)));
    assertThat(purged()).isEmpty();
    bench.run(
        database,
        "UPDATE ripcord.salvage SET keep_until = now() - interval '1 minute' WHERE table_name ="
            + " 'old'",
        "INSERT INTO ripcord.salvage (taken_at, migration, kind, table_schema, table_name,"
            + " key_columns, column_types, kept_as, rows) VALUES ('2020-01-01', '01_x', 'table',"
            + " 'public', 'x', '{}', '[]', 's9_x', 1)");

    assertThat(purged()).extracting(SalvageEntry::table).containsExactly("old");

    assertThat(entries()).containsExactlyInAnyOrder("stage2 customers.fax 2", "rollback x 1");
    assertThat(isThere("SELECT FROM pg_class WHERE relname LIKE 's%old'")).isFalse();
    assertThat(
            rows(
                "SELECT migration_version, executed_by, name, detail FROM ripcord.migration_audit"
                    + " WHERE direction = 'purge'"))
        .contains("01,daemon,01_remove_it", "1 row of old", "its time is over");
    reverted();
    assertThat(rows("SELECT count(*) FROM old"))
        .as("the values came back, the rows not")
        .isEqualTo("(0)");
    assertThat(rows("SELECT fax FROM customers ORDER BY id")).isEqualTo("(f1) () (f3)");
  }

  @Test
  void aRunOfMigrations_purgesWhatIsDue() {
    Folder first =
        MigrationBench.folder(
            "01_remove_fax",
            "ALTER TABLE customers DROP COLUMN fax;",
            "ALTER TABLE customers ADD COLUMN fax text;");
    up(first, week());
    bench.run(database, "UPDATE ripcord.salvage SET keep_until = now()");
    up(
        MigrationBench.folder(
            "01_remove_fax",
            "ALTER TABLE customers DROP COLUMN fax;",
            "ALTER TABLE customers ADD COLUMN fax text;",
            "02_add_x",
            "ALTER TABLE customers ADD COLUMN x int;",
            "ALTER TABLE customers DROP COLUMN x;"),
        week());

    assertThat(entries()).isEmpty();
    assertThat(told.getLast())
        .isEqualTo(
            "its time is over, deleted for good: 2 values of customers.fax kept in"
                + " ripcord_salvage.s1_customers");
  }

  @Test
  void anUpThatIsKilledInItsTransaction_leavesNothing_andIsDoneAfterwards() throws Exception {
    Folder folder =
        MigrationBench.folder(
            "01_remove_it",
            "ALTER TABLE customers DROP COLUMN fax; SELECT pg_sleep(60) WHERE EXISTS (SELECT FROM"
                + " slow);",
            "ALTER TABLE customers ADD COLUMN fax text;");
    bench.run(database, "CREATE TABLE slow AS SELECT 1 AS id");
    Future<MigrationOutcome> running =
        bench.runner(database).stageTwo(week()).upAll(folder, MigrationBench.TESTER);
    bench.until(
        database,
        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND state ="
            + " 'active' AND pid <> pg_backend_pid() AND wait_event = 'PgSleep')");
    bench.run(
        database,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND"
            + " datname = current_database()");

    assertThat(MigrationBench.wait(running.map(Object::toString).otherwise(Throwable::getMessage)))
        .contains("connection");
    assertThat(rows("SELECT fax FROM customers ORDER BY id")).isEqualTo("(f1) () (f3)");
    assertThat(isThere(SALVAGE)).isFalse();
    bench.run(database, "DELETE FROM slow");
    assertThat(up(folder, week())).isInstanceOf(MigrationOutcome.Done.class);
    assertThat(entries()).containsExactly("stage2 customers.fax 2");
  }

  @Test
  void whatAMigrationHasWritten_isStillKnownAsItsOwn_whenValuesCameBackIntoItsRows() {
    Folder folder =
        MigrationBench.folder(
            "01_add_email",
            "ALTER TABLE customers ADD COLUMN email text; UPDATE customers SET email = 'x' WHERE id"
                + " = 1;",
            "ALTER TABLE customers DROP COLUMN email;",
            "02_remove_fax",
            "ALTER TABLE customers DROP COLUMN fax;",
            "ALTER TABLE customers ADD COLUMN fax text;");
    for (int round = 0; round < 2; round++) {
      assertThat(up(folder, week())).isInstanceOf(MigrationOutcome.Done.class);
      reverted();
    }

    assertThat(rows("SELECT fax FROM customers ORDER BY id")).isEqualTo("(f1) () (f3)");
    assertThat(lossesOfTheLast()).isEmpty();
    bench.run(database, "UPDATE customers SET email = 'mine' WHERE id = 3");
    up(folder, week());
    reverted();
    assertThat(lossesOfTheLast())
        .as("what somebody wrote is not taken for the migration's own")
        .containsExactly("would delete 1 value of customers.email");
  }

  @Test
  void aVerdictThatTheDownLosesSomething_countsOnlyWhenThatIsNotKeptAnyMore() {
    String down = "ALTER TABLE customers ADD COLUMN fax text;";
    Folder folder =
        MigrationBench.folder("01_remove_fax", "ALTER TABLE customers DROP COLUMN fax;", down);
    StoredProof lossy =
        new StoredProof(
            folder.migrations().getFirst().checksum(),
            Checksum.of(down),
            Verdict.LOSSY,
            List.of(),
            List.of("customers.fax: 2 values are not as before"),
            List.of(),
            List.of());
    MigrationBench.wait(bench.runner(database).store(List.of(lossy)));
    up(folder, week());

    assertThat(lossesOfTheLast()).isEmpty();
    bench.run(database, "UPDATE ripcord.salvage SET keep_until = now()");
    purged();
    assertThat(lossesOfTheLast())
        .containsExactly("verified, and lossy: customers.fax: 2 values are not as before");
  }

  @Test
  void previewSaysWhatIsKept_andUntilWhen() {
    Folder folder =
        MigrationBench.folder(
            "01_remove_it",
            "DROP TABLE customers;",
            "CREATE TABLE customers (id int);",
            "02_remove_x",
            "ALTER TABLE nowhere DROP COLUMN x; DROP TYPE nothing CASCADE;",
            "SELECT 1;");

    StageTwoPreview.Kept kept =
        MigrationBench.wait(bench.runner(database).stageTwo(week()).preview(folder.migrations()));

    assertThat(kept.until()).isPresent();
    assertThat(kept.files().getFirst().lines())
        .singleElement()
        .asString()
        .matches("table customers \\(.*kB\\): moved to ripcord_salvage as it is");
    assertThat(kept.files().getLast().lines().getFirst()).isEqualTo("nowhere.x has no values now");
    assertThat(kept.files().getLast().lines().getLast())
        .startsWith("what it drops is seen when it runs");
    assertThat(MigrationBench.wait(bench.runner(database).preview(folder.migrations())).until())
        .isEmpty();
  }
}
