package dev.ripcord.postgres.migrate.loss;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.migration.Applied;
import dev.ripcord.parse.SqlParser;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What downs would delete of tables that were written anew since they were made. */
final class DeletionCountsTest {
  private static final String[] MADE = {
    "01_create_orders",
    "CREATE TABLE orders (id int PRIMARY KEY); ALTER TABLE customers ADD COLUMN email text;"
        + " INSERT INTO orders VALUES (0);",
    "ALTER TABLE customers DROP COLUMN email; DROP TABLE orders;"
  };

  @RegisterExtension static final MigrationBench bench = new MigrationBench();
  private Database database;

  @BeforeEach
  void fresh() {
    database = bench.fresh();
    bench.run(
        database,
        "CREATE TABLE customers (id int PRIMARY KEY); INSERT INTO customers VALUES (1), (2), (3)");
    bench.up(database, MigrationBench.folder(MADE));
  }

  private List<String> losses() {
    List<Applied> applied = bench.history(database).applied().reversed();
    return MigrationBench.wait(bench.runner(database).losses(applied, new SqlParser()::read))
        .stream()
        .flatMap(each -> each.texts().stream())
        .toList();
  }

  private void rewritten() {
    bench.up(
        database,
        MigrationBench.folder(
            MADE[0],
            MADE[1],
            MADE[2],
            "02_add_number",
            "ALTER TABLE orders ADD COLUMN number serial; ALTER TABLE customers ADD COLUMN number"
                + " serial;",
            "ALTER TABLE orders DROP COLUMN number; ALTER TABLE customers DROP COLUMN number;"));
  }

  @Test
  void rowsOfPeople_thatALaterMigrationHasWrittenAnew_areTheirs() {
    bench.run(database, "INSERT INTO orders VALUES (1), (2)", "UPDATE customers SET email = 'x'");
    rewritten();

    // The row that the first migration wrote can no longer be told from theirs.
    assertThat(losses())
        .containsExactly(
            "would delete 3 values of customers.email", "would delete 3 rows of orders");
  }

  @Test
  void valuesThatTheMigrationWroteAsItAddedTheColumn_areItsOwn() {
    rewritten();
    bench.run(database, "UPDATE customers SET number = 7 WHERE id = 1");

    assertThat(losses())
        .containsExactly(
            "would delete 1 value of customers.number", "would delete 1 row of orders");
  }

  @Test
  void tableThatWasVacuumedFull_isStillTheMigrationsOwn() {
    bench.run(database, "VACUUM FULL orders");

    assertThat(losses()).isEmpty();
  }
}
