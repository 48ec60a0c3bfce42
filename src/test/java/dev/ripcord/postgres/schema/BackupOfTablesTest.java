package dev.ripcord.postgres.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.HostPostgres;
import dev.ripcord.Permits;
import dev.ripcord.migration.Applied;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import dev.ripcord.release.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Backups of the tables that downs change, by a real pg_dump of a real PostgreSQL. */
final class BackupOfTablesTest {
  @RegisterExtension static final MigrationBench bench = new MigrationBench();
  private static final AtomicInteger COUNT = new AtomicInteger();

  @TempDir Path folder;
  private Database database;
  private PostgresSchema schema;

  @BeforeEach
  void fresh() {
    String name = "backup_of_tables_" + COUNT.incrementAndGet();
    database = Database.of(new Secret(HostPostgres.url(HostPostgres.freshDatabase(name))));
    bench.run(
        database,
        "CREATE TABLE customers (id int PRIMARY KEY, name text);"
            + "INSERT INTO customers VALUES (1, 'ann');"
            + "CREATE TABLE other (id int);");
    schema = bench.schema(database);
  }

  @AfterEach
  void close() {
    MigrationBench.wait(schema.close());
  }

  private Path file() {
    return folder.resolve("shop.dump");
  }

  private String backup() {
    List<Applied> downs = MigrationBench.wait(schema.applied()).reversed();
    return MigrationBench.wait(schema.backupOfTables(file(), downs, Permits.granted()));
  }

  /** The tables whose rows are in it. */
  private String rows() throws IOException {
    Process list = new ProcessBuilder("pg_restore", "--list", file().toString()).start();
    return new String(list.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.contains(" TABLE DATA "))
        .map(line -> line.replaceAll("^.* TABLE DATA (\\S+ .*) \\S+$", "$1"))
        .collect(Collectors.joining(", "));
  }

  @Test
  void tablesThatTheDownsName_areDumped_withPartitions_andNothingElse() throws IOException {
    bench.up(
        database,
        MigrationBench.folder(
            "01_parts",
            "CREATE TABLE parts (id int) PARTITION BY RANGE (id);"
                + "CREATE TABLE \"parts \"\"one\" PARTITION OF parts FOR VALUES FROM (0) TO (9);",
            "DROP TABLE parts;",
            "02_email",
            "ALTER TABLE customers ADD COLUMN email text;",
            "ALTER TABLE customers DROP COLUMN email;"));

    assertThat(backup())
        .startsWith("backup of 3 tables (customers, parts, parts \"one) of ")
        .contains(" written to " + file())
        .contains("readable by pg_restore")
        .doesNotContain("whole");
    assertThat(rows()).isEqualTo("public customers, public parts \"one");
  }

  @Test
  void changeThatAForeignKeyPassesOn_isOfTheWholeDatabase() throws IOException {
    bench.run(
        database, "CREATE TABLE orders (customer int REFERENCES customers ON DELETE CASCADE)");
    bench.up(
        database,
        MigrationBench.folder(
            "01_more",
            "INSERT INTO customers VALUES (2, 'bob');",
            "DELETE FROM customers WHERE id = 2;"));

    assertThat(backup())
        .endsWith(
            "; of the whole database: which tables the down of 01_more changes cannot be told: a"
                + " trigger or a foreign key of customers may change other tables");
    assertThat(rows()).contains("public other", "public orders", "public customers");
  }

  @Test
  void rowsOfOneTable_areOfThatTable() throws IOException {
    bench.up(
        database,
        MigrationBench.folder(
            "01_more",
            "INSERT INTO customers VALUES (2, 'bob');",
            "DELETE FROM customers WHERE id = 2;"));

    assertThat(backup()).startsWith("backup of table customers of ");
    assertThat(rows()).isEqualTo("public customers");
  }

  @Test
  void whatMayDoAnything_andWhatNamesNoTable_areOfTheWholeDatabase() {
    bench.up(
        database,
        MigrationBench.folder(
            "01_f",
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';",
            "DROP FUNCTION f();"));
    assertThat(backup()).endsWith("; of the whole database: the downs name no table");

    bench.up(
        database,
        MigrationBench.folder(
            "01_f",
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';",
            "DROP FUNCTION f();",
            "02_any",
            "SELECT 1;",
            "DO $$ BEGIN EXECUTE 'DROP TABLE ' || chr(97); END $$;"));
    assertThat(
            MigrationBench.wait(
                schema.backupOfTables(
                    folder.resolve("two.dump"),
                    MigrationBench.wait(schema.applied()).reversed(),
                    Permits.granted())))
        .contains(
            "; of the whole database: which tables the down of 02_any changes cannot be told");
  }

  @Test
  void roleThatMayReadOnlyThose_canBackUpThose_andNotTheWholeDatabase() throws IOException {
    bench.up(
        database,
        MigrationBench.folder(
            "01_email",
            "ALTER TABLE customers ADD COLUMN email text;",
            "ALTER TABLE customers DROP COLUMN email;"));
    String role = database.name() + "_reader";
    bench.run(
        database,
        "CREATE ROLE %s LOGIN".formatted(role),
        "GRANT SELECT ON customers TO %s".formatted(role),
        "GRANT USAGE ON SCHEMA ripcord TO %s".formatted(role),
        "GRANT SELECT ON ALL TABLES IN SCHEMA ripcord TO %s".formatted(role));
    PostgresSchema reading =
        bench.schema(
            Database.of(
                new Secret(
                    "postgresql://%s@127.0.0.1:%d/%s"
                        .formatted(role, database.options().getPort(), database.name()))));
    List<Applied> downs = MigrationBench.wait(reading.applied()).reversed();

    assertThat(MigrationBench.wait(reading.backupOfTablesBlocker(downs))).isEmpty();
    assertThat(MigrationBench.wait(reading.backupOfTables(file(), downs, Permits.granted())))
        .startsWith("backup of table customers of ");
    assertThat(MigrationBench.wait(reading.backupBlocker()).orElseThrow())
        .contains("table public.other (GRANT SELECT ON public.other TO ");
    MigrationBench.wait(reading.close());
  }
}
