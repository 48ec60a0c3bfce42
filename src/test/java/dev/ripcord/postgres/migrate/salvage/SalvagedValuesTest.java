package dev.ripcord.postgres.migrate.salvage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.parse.SqlParser;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.history.MigrationTables;
import dev.ripcord.postgres.migrate.MigrationRunner;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A column that a rollback dropped is, after all, as it was: with every kind of default. */
final class SalvagedValuesTest {
  private static final String CUSTOMERS =
      "CREATE TABLE customers (id int PRIMARY KEY, name text);"
          + "INSERT INTO customers VALUES (1, 'ann'), (2, 'bob'), (3, 'eve');";
  private static final String DOWN = "ALTER TABLE customers DROP COLUMN c;";

  @RegisterExtension static final MigrationBench bench = new MigrationBench();
  private Database database;

  @BeforeEach
  void fresh() {
    database = bench.fresh();
    bench.run(database, CUSTOMERS);
  }

  private String values() {
    return bench.ask(
        database,
        "SELECT string_agg(concat_ws(':', id, coalesce(c::text, 'null')), ' ' ORDER BY id) FROM"
            + " customers");
  }

  private void restoreAll() {
    try (MigrationSession session = bench.session(database)) {
      KeptRows kept = new KeptRows(session, new MigrationTables("ripcord"));
      kept.list().forEach(each -> kept.restore(each.id(), "ann"));
    }
  }

  /** Rolls back, deploys again, and brings back what was kept. */
  private void staysAsItWas(String up, String meanwhile) {
    Folder folder = MigrationBench.folder("01_change", up, DOWN);
    bench.up(database, folder);
    bench.run(database, meanwhile);
    String before = values();

    bench.reverted(database);
    bench.up(database, folder);
    restoreAll();

    assertThat(values()).as(up).isEqualTo(before);
  }

  @Test
  void defaultThatIsNull_hidesNoValue() {
    staysAsItWas(
        "ALTER TABLE customers ADD COLUMN c varchar(20) DEFAULT NULL;",
        "UPDATE customers SET c = 'x' || id WHERE id < 3");
  }

  @Test
  void defaultThatOlderRowsHaveNot_isKept() {
    staysAsItWas(
        "ALTER TABLE customers ADD COLUMN c int; ALTER TABLE customers ALTER c SET DEFAULT 5;",
        "INSERT INTO customers (id) VALUES (4)");
  }

  @Test
  void defaultThatIsAnotherForNewRows_isKept() {
    staysAsItWas(
        "ALTER TABLE customers ADD COLUMN c boolean NOT NULL DEFAULT true;"
            + " ALTER TABLE customers ALTER c SET DEFAULT false;",
        "INSERT INTO customers (id) VALUES (4)");
  }

  @Test
  void nothing_writtenOverADefault_isKept() {
    staysAsItWas(
        "ALTER TABLE customers ADD COLUMN c int DEFAULT 5;",
        "UPDATE customers SET c = NULL WHERE id = 2");
  }

  @Test
  void defaultThatIsTheDay_orWhoAsks_isKept() {
    for (String each : new String[] {"date::CURRENT_DATE", "text::CURRENT_USER"}) {
      fresh();
      String[] parts = each.split("::");
      bench.up(
          database,
          MigrationBench.folder(
              "01_change",
              "ALTER TABLE customers ADD COLUMN c %s; ALTER TABLE customers ALTER c SET DEFAULT %s;"
                  .formatted(parts[0], parts[1]),
              DOWN));
      bench.run(database, "INSERT INTO customers (id) VALUES (4)");

      assertThat(bench.reverted(database)).contains("1 value of customers.c kept");
    }
  }

  @Test
  void partitions_areAskedWhatTheColumnGives() {
    bench.run(
        database,
        "DROP TABLE customers; CREATE TABLE customers (id int PRIMARY KEY, name text) PARTITION BY"
            + " RANGE (id); CREATE TABLE few PARTITION OF customers FOR VALUES FROM (0) TO (9);"
            + " INSERT INTO customers VALUES (1), (2), (3)");
    String up = "ALTER TABLE customers ADD COLUMN c int DEFAULT 5;";

    staysAsItWas(up, "UPDATE customers SET c = 6 WHERE id = 2");

    bench.run(database, "UPDATE customers SET c = 5");
    assertThat(lossesOfTheLast()).isEmpty();
    bench.run(database, "UPDATE customers SET c = 6 WHERE id = 2");
    assertThat(lossesOfTheLast()).contains("1 value of customers.c");
  }

  private String lossesOfTheLast() {
    MigrationRunner runner = bench.runner(database);
    List<Applied> last = List.of(bench.history(database).applied().getLast());
    return MigrationBench.wait(runner.losses(last, new SqlParser()::read)).stream()
        .flatMap(each -> each.texts().stream())
        .toList()
        .toString()
        .replaceAll("^\\[\\]$", "");
  }
}
