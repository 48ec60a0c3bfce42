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
import dev.ripcord.release.Secret;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
      SalvageArchive.newestRunFirst(kept.list()).stream()
          .filter(each -> each.restoredAt().isEmpty())
          .forEach(each -> kept.restore(each.id(), "ann"));
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

  @ParameterizedTest
  @CsvSource({"date, CURRENT_DATE", "text, CURRENT_USER"})
  void defaultThatIsTheDay_orWhoAsks_isKept(String type, String value) {
    bench.up(
        database,
        MigrationBench.folder(
            "01_change",
            "ALTER TABLE customers ADD COLUMN c %s; ALTER TABLE customers ALTER c SET DEFAULT %s;"
                .formatted(type, value),
            DOWN));
    bench.run(database, "INSERT INTO customers (id) VALUES (4)");

    assertThat(bench.reverted(database)).contains("1 value of customers.c kept");
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

  @Test
  void triggers_doNotWriteOverWhatComesBack() {
    bench.run(
        database,
        "ALTER TABLE customers ADD changed_at date DEFAULT '2020-01-01'; CREATE FUNCTION touch()"
            + " RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.changed_at := now(); RETURN NEW;"
            + " END'; CREATE TRIGGER off BEFORE UPDATE ON customers FOR EACH ROW EXECUTE FUNCTION"
            + " touch(); ALTER TABLE customers DISABLE TRIGGER off");
    staysAsItWas("ALTER TABLE customers ADD COLUMN c text;", "UPDATE customers SET c = 'x' || id");
    bench.run(
        database,
        "CREATE TRIGGER always BEFORE UPDATE ON customers FOR EACH ROW EXECUTE FUNCTION touch();"
            + " ALTER TABLE customers ENABLE ALWAYS TRIGGER always");

    bench.reverted(database);
    bench.up(
        database, MigrationBench.folder("01_change", "ALTER TABLE customers ADD c text;", DOWN));
    try (MigrationSession session = bench.session(database)) {
      new KeptRows(session, new MigrationTables("ripcord")).restore(2, "ann");
    }

    assertThat(values()).isEqualTo("1:x1 2:x2 3:x3");
    assertThat(bench.ask(database, "SELECT max(changed_at)::text FROM customers"))
        .isEqualTo("2020-01-01");
    assertThat(
            bench.ask(
                database,
                "SELECT string_agg(concat(tgname, tgenabled), ' ' ORDER BY tgname) FROM pg_trigger"
                    + " WHERE NOT tgisinternal AND tgrelid = 'customers'::regclass"))
        .isEqualTo("alwaysA offD");
  }

  @Test
  void deferrableKeys_areNoObstacle() {
    Folder folder =
        MigrationBench.folder(
            "01_change",
            "CREATE TABLE tasks (id int PRIMARY KEY, c int UNIQUE DEFERRABLE INITIALLY DEFERRED);",
            "DROP TABLE tasks;");
    bench.up(database, folder);
    bench.run(database, "INSERT INTO tasks VALUES (1, 10), (2, 20), (3, NULL)");
    bench.reverted(database);
    bench.up(database, folder);
    bench.run(database, "INSERT INTO tasks VALUES (7, 20)");

    restoreAll();

    assertThat(bench.ask(database, "SELECT string_agg(t::text, ' ' ORDER BY id) FROM tasks t"))
        .isEqualTo("(1,10) (3,) (7,20)");
  }

  @Test
  void tablesThatAreAllPublished_areNoObstacle() {
    bench.run(database, "CREATE PUBLICATION everything FOR ALL TABLES");
    bench.up(
        database,
        MigrationBench.folder(
            "01_change", "SELECT 1;", "UPDATE customers SET name = upper(name) WHERE id < 3;"));

    assertThat(bench.reverted(database)).contains("2 rows of customers kept");
  }

  @Test
  void keyWithAnIncludedColumn_findsItsRow_whateverIsInThat() {
    bench.run(
        database,
        "ALTER TABLE customers DROP CONSTRAINT customers_pkey; ALTER TABLE customers ALTER name SET"
            + " NOT NULL; ALTER TABLE customers ADD PRIMARY KEY (id) INCLUDE (name)");
    Folder folder =
        MigrationBench.folder("01_change", "ALTER TABLE customers ADD COLUMN c text;", DOWN);
    bench.up(database, folder);
    bench.run(database, "UPDATE customers SET c = 'x' || id");
    bench.reverted(database);
    bench.up(database, folder);
    bench.run(database, "UPDATE customers SET name = 'other'");

    restoreAll();

    assertThat(values()).isEqualTo("1:x1 2:x2 3:x3");
  }

  @Test
  void whatIsKeptAsText_isReadAsItWasWritten() {
    bench.run(
        database,
        "ALTER DATABASE %s SET DateStyle = 'SQL, DMY'".formatted(database.name()),
        "ALTER DATABASE %s SET extra_float_digits = 0".formatted(database.name()),
        "ALTER DATABASE %s SET IntervalStyle = 'sql_standard'".formatted(database.name()),
        "CREATE TYPE visit AS (at date, took interval, weight float8)");

    staysAsItWas(
        "ALTER TABLE customers ADD COLUMN c visit DEFAULT ('2020-02-01', '1 day', 1)::visit;",
        "UPDATE customers SET c = ('2026-05-01', '1 day -2 hours', 0.1::float8 +"
            + " 0.2::float8)::visit WHERE id < 3");
  }

  @Test
  void copyAhead_outlastsWhatTheRoleSays() {
    bench.run(
        database,
        "INSERT INTO customers SELECT n, repeat('x', 200) FROM generate_series(10, 60000) n",
        "ALTER DATABASE %s SET default_transaction_isolation = serializable"
            .formatted(database.name()));
    Folder folder =
        MigrationBench.folder(
            "01_change",
            "ALTER TABLE customers ADD COLUMN c text;",
            "SET LOCAL statement_timeout = 0; " + DOWN);
    bench.up(database, folder);
    bench.run(
        database,
        "UPDATE customers SET c = repeat(md5(id::text), 9)",
        "ALTER DATABASE %s SET statement_timeout = 40".formatted(database.name()));

    assertThat(bench.reverted(database)).contains("values of customers.c kept");
  }

  @Test
  void copyAhead_takesNoRightToTemporaryTables() {
    Database all = database;
    String role = "limited" + all.name();
    bench.run(
        all,
        "CREATE ROLE %s LOGIN".formatted(role),
        "REVOKE ALL ON DATABASE %s FROM PUBLIC".formatted(all.name()),
        "GRANT CONNECT, CREATE ON DATABASE %s TO %s".formatted(all.name(), role),
        "ALTER TABLE customers OWNER TO " + role,
        "INSERT INTO customers SELECT n, repeat('x', 200) FROM generate_series(10, 60000) n");
    database =
        Database.of(
            new Secret(
                "postgresql://%s@127.0.0.1:%d/%s".formatted(role, bench.port(), all.name())));
    bench.up(
        database,
        MigrationBench.folder("01_change", "ALTER TABLE customers ADD COLUMN c text;", DOWN));
    bench.run(database, "UPDATE customers SET c = 'x' WHERE id < 4");

    assertThat(bench.reverted(database)).contains("3 values of customers.c kept");
  }

  @Test
  void whatWasKeptTwice_comesBackAsItWasTheSecondTime() {
    Folder folder =
        MigrationBench.folder(
            "01_change",
            "ALTER TABLE customers ADD COLUMN c text;",
            DOWN,
            "02_change",
            "SELECT 1;",
            "UPDATE customers SET name = upper(name) WHERE id = 1;");
    for (String each : List.of("first", "second")) {
      bench.up(database, folder);
      bench.run(database, "UPDATE customers SET c = '%s', name = '%s'".formatted(each, each));
      bench.reverted(database);
      bench.reverted(database);
    }
    bench.up(database, folder);
    bench.run(database, "DELETE FROM customers WHERE id = 1");

    restoreAll();

    assertThat(bench.ask(database, "SELECT string_agg(c, ' ') FROM customers WHERE id > 1"))
        .isEqualTo("second second");
    assertThat(bench.ask(database, "SELECT name FROM customers WHERE id = 1"))
        .as("as it was before the first down of that run")
        .isEqualTo("second");
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
