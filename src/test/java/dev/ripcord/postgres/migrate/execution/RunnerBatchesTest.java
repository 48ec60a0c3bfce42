package dev.ripcord.postgres.migrate.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.selection.RevertSelection;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import io.vertx.core.Future;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RunnerBatchesTest {
  private static final String TRANSACTIONS = "SELECT count(DISTINCT xmin::text) FROM orders";

  @RegisterExtension static final MigrationBench bench = new MigrationBench();
  private Database database;

  @BeforeEach
  void fresh() {
    database = bench.fresh();
    bench.run(
        database,
        "CREATE TABLE orders (id int PRIMARY KEY, total int, eur int, touched int DEFAULT 0)",
        "INSERT INTO orders SELECT n, n FROM generate_series(1, 5000) AS n");
  }

  private static Folder file(String up) {
    return MigrationBench.folder("01_fill", up, "-- down: none, because it only fills");
  }

  private String failure(String up) {
    return ((MigrationOutcome.Failed) bench.up(database, file(up))).message();
  }

  private String refusal(String up) {
    return ((MigrationOutcome.Refused) bench.up(database, file(up))).reasons().getFirst();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE orders SET eur = total, touched = touched + 1 WHERE eur IS NULL;",
        "update only public.orders as o set eur = o.total -- where\n, touched = o.touched + 1\n"
            + " where o.eur is not distinct from null -- not yet\n;",
        "UPDATE \"orders\" SET (eur, touched) = (SELECT total, touched + 1 WHERE true)"
            + " WHERE eur IS NULL",
        "UPDATE orders SET eur = total, touched = touched + 1 WHERE id IN"
            + " (SELECT id FROM orders WHERE eur IS NULL LIMIT :batch)"
      })
  void up_anUpdate_changesEachRowOnceInManyTransactions(String update) {
    assertThat(bench.up(database, file("-- batch: 300\n" + update)))
        .isInstanceOf(MigrationOutcome.Done.class);
    assertThat(bench.ask(database, "SELECT count(*) FROM orders WHERE eur = total AND touched = 1"))
        .isEqualTo("5000");
    assertThat(Integer.parseInt(bench.ask(database, TRANSACTIONS))).isBetween(17, 40);
    assertThat(bench.history(database).applied()).hasSize(1);
  }

  @Test
  void up_aDelete_ofAPartitionedTable_leavesTheOthers() {
    bench.run(
        database,
        "CREATE TABLE log (id int, old bool) PARTITION BY HASH (id)",
        "CREATE TABLE log0 PARTITION OF log FOR VALUES WITH (MODULUS 2, REMAINDER 0)",
        "CREATE TABLE log1 PARTITION OF log FOR VALUES WITH (MODULUS 2, REMAINDER 1)",
        "INSERT INTO log SELECT n, n % 3 = 0 FROM generate_series(1, 3000) AS n");
    assertThat(bench.up(database, file("-- batch: 100\nDELETE FROM log WHERE old;\nSELECT 1;")))
        .isInstanceOf(MigrationOutcome.Done.class);
    assertThat(bench.ask(database, "SELECT count(*) FROM log")).isEqualTo("2000");
    assertThat(
            bench.up(
                database,
                MigrationBench.folder(
                    "01_fill",
                    "-- batch: 100\nDELETE FROM log WHERE old;\nSELECT 1;",
                    "-- down: none, because it only fills",
                    "02_all",
                    "-- batch: 999\nDELETE FROM log",
                    "SELECT 1;")))
        .isInstanceOf(MigrationOutcome.Done.class);
    assertThat(bench.ask(database, "SELECT count(*) FROM log")).isEqualTo("0");
  }

  @Test
  void down_inBatches_isRunFromTheStoredText() {
    Folder folder =
        MigrationBench.folder(
            "01_fill",
            "-- batch: 1000\nUPDATE orders SET eur = total WHERE eur IS NULL;",
            "-- batch: 1000\nUPDATE orders SET eur = NULL WHERE eur IS NOT NULL;");
    assertThat(bench.up(database, folder)).isInstanceOf(MigrationOutcome.Done.class);
    assertThat(bench.down(database, RevertSelection::toBase))
        .isInstanceOf(MigrationOutcome.Done.class);
    assertThat(bench.ask(database, "SELECT count(eur) FROM orders")).isEqualTo("0");
    assertThat(Integer.parseInt(bench.ask(database, TRANSACTIONS))).isEqualTo(5);
  }

  @Test
  void up_anUpdateThatWouldNeverEnd_isStoppedAndItsBatchUndone() {
    assertThat(failure("-- batch: 10\nUPDATE orders SET touched = touched + 1 WHERE touched >= 0;"))
        .startsWith("01_fill_up.sql:2  10 rows of a batch still meet the WHERE")
        .contains("0 rows that were changed before stay");
    assertThat(bench.ask(database, "SELECT sum(touched) FROM orders")).isEqualTo("0");
  }

  @Test
  void up_aTriggerThatKeepsRows_isToldInsteadOfTriedForEver() {
    bench.run(
        database,
        "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "CREATE TRIGGER keep BEFORE DELETE ON orders FOR EACH ROW WHEN (OLD.id = 7)"
            + " EXECUTE FUNCTION keep()");
    assertThat(failure("-- batch: 1000\nDELETE FROM orders;"))
        .contains("a trigger or a rule keeps them")
        .contains("4999 rows that were changed before stay");
  }

  @Test
  void up_aBatchThatFails_keepsTheOnesBeforeAndGoesOnWhenMended() {
    bench.run(database, "ALTER TABLE orders ADD CHECK (eur < 4001)");
    String update = "-- batch: 500\nUPDATE orders SET eur = %s WHERE eur IS NULL;";
    assertThat(failure(update.formatted("total")))
        .contains("violates check constraint")
        .contains("4000 rows that were changed before stay");
    assertThat(bench.up(database, file(update.formatted("total - 1000"))))
        .isInstanceOf(MigrationOutcome.Done.class);
    assertThat(bench.ask(database, "SELECT count(*) FROM orders WHERE eur = total"))
        .isEqualTo("4000");
    assertThat(bench.ask(database, "SELECT count(*) FROM orders WHERE eur = total - 1000"))
        .isEqualTo("1000");
  }

  @Test
  void up_killedInTheMiddle_goesOnWithWhatIsLeft() {
    Folder folder =
        file(
            "-- batch: 20\n"
                + "UPDATE orders SET eur = total, touched = touched + 1 WHERE eur IS NULL;");
    Future<MigrationOutcome> run = bench.runner(database).upAll(folder, MigrationBench.TESTER);
    bench.until(database, "SELECT count(eur) > 100 FROM orders");
    bench.ask(
        database,
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname ="
            + " current_database() AND application_name LIKE 'ripcord migrations%'");
    var _ = MigrationBench.wait(run.transform(done -> Future.succeededFuture(done.failed())));
    assertThat(bench.ask(database, "SELECT count(eur) BETWEEN 100 AND 4999 FROM orders"))
        .isEqualTo("true");
    assertThat(bench.up(database, folder)).isInstanceOf(MigrationOutcome.Done.class);
    assertThat(bench.ask(database, "SELECT count(*) FROM orders WHERE touched = 1"))
        .isEqualTo("5000");
  }

  @Test
  void up_whatCannotBeCut_isRefusedWithWhatToWrite() {
    String head = "-- batch: 100\n";
    assertThat(refusal(head + "UPDATE orders SET eur = total;"))
        .isEqualTo(
            "01_fill_up.sql:2: an UPDATE in batches needs a WHERE that is true for the rows still"
                + " to be changed and false afterwards, or it would never end");
    for (String sql :
        List.of(
            "UPDATE orders SET eur = x.a FROM x WHERE x.id = orders.id;",
            "DELETE FROM orders USING x WHERE x.id = orders.id;",
            "DELETE FROM orders WHERE id = 1 RETURNING id;")) {
      assertThat(refusal(head + sql)).contains("cannot be cut into batches").contains(":batch");
    }
    assertThat(bench.ask(database, "SELECT count(*) FROM orders")).isEqualTo("5000");
  }
}
