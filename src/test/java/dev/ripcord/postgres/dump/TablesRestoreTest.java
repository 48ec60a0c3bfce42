package dev.ripcord.postgres.dump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.HostPostgres;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import dev.ripcord.postgres.dump.TablesRestore.Beside;
import dev.ripcord.postgres.dump.TablesRestore.Restored;
import dev.ripcord.release.Secret;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Backups of tables by a real pg_dump, put beside the tables of a real PostgreSQL. */
final class TablesRestoreTest {
  @RegisterExtension static final MigrationBench bench = new MigrationBench();
  private static final AtomicInteger COUNT = new AtomicInteger();

  @TempDir Path folder;
  private Database database = bench.database("postgres");

  @BeforeEach
  void fresh() {
    String name = "tables_restore_" + COUNT.incrementAndGet();
    database = Database.of(new Secret(HostPostgres.url(HostPostgres.freshDatabase(name))));
  }

  private Path dump(String... options) {
    Path file = folder.resolve("shop.dump");
    List<String> command = new ArrayList<>(List.of("pg_dump", "-Fc", "--file", file.toString()));
    command.addAll(List.of(options));
    new ClientProgram(database).check(command.toArray(String[]::new));
    return file;
  }

  private List<Restored> beside(Path file) {
    Beside beside = new TablesRestore(bench.vertx, database).beside(file, "20260102T030405Z");
    assertThat(beside.schema()).isEqualTo("ripcord_backup_20260102t030405z");
    return beside.tables();
  }

  private static Restored of(List<Restored> all, String table) {
    return all.stream().filter(each -> each.table().equals(table)).findFirst().orElseThrow();
  }

  private String rows(String sql) {
    return bench.ask(
        database, "SELECT coalesce(string_agg(r::text, ' '), '') FROM (" + sql + ") r");
  }

  @Test
  void rows_standBesideAsTheyWere_andWhatIsMissingComesBack_nothingElse() {
    bench.run(
        database,
        "CREATE TYPE mood AS ENUM ('glad', 'sad')",
        "CREATE TABLE orders (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, note text, mood"
            + " mood, tags text[], price numeric, twice numeric GENERATED ALWAYS AS (price * 2)"
            + " STORED, at timestamptz)",
        "INSERT INTO orders (note, mood, tags, price, at) VALUES (E'a\\tb\\nc\\\\d', 'glad',"
            + " '{x,\"y z\"}', 1.50, '2026-01-02 03:04:05+00'), (NULL, 'sad', NULL, 2, NULL),"
            + " ('', NULL, '{}', NULL, NULL)");
    String before = rows("SELECT * FROM orders WHERE id <> 2 ORDER BY id");
    Path file = dump("--table=orders");
    bench.run(
        database,
        "DELETE FROM orders WHERE id IN (1, 3)",
        "UPDATE orders SET note = 'newer' WHERE id = 2",
        "INSERT INTO orders (note) VALUES ('later')");

    Restored orders = of(beside(file), "orders");

    assertThat(orders.rows()).isEqualTo(3);
    assertThat(orders.missing()).isEqualTo(OptionalLong.of(2));
    assertThat(orders.remark()).isEmpty();
    assertThat(rows("SELECT id FROM orders ORDER BY id")).isEqualTo("(2) (4)");

    bench.run(database, orders.insert().orElseThrow());

    assertThat(rows("SELECT * FROM orders WHERE id IN (1, 3) ORDER BY id")).isEqualTo(before);
    assertThat(rows("SELECT note FROM orders WHERE id IN (2, 4) ORDER BY id"))
        .isEqualTo("(newer) (later)");
  }

  @Test
  void manyRows_comeWhole() {
    bench.run(
        database,
        "CREATE TABLE many (id int PRIMARY KEY, text text)",
        "INSERT INTO many SELECT i, repeat(i::text, 1 + i % 700) FROM generate_series(1, 5000) i");
    String sum = "SELECT sum(hashtext(id || text)::bigint), count(*) FROM ";
    String before = rows(sum + "many");
    Path file = dump("--table=many");

    Restored many = of(beside(file), "many");

    assertThat(many.missing()).isEqualTo(OptionalLong.of(0));
    assertThat(rows(sum + many.copy())).isEqualTo(before);
  }

  @Test
  void tableThatIsNotThere_orHasNoKey_orLostAColumn_isSaid() {
    bench.run(
        database,
        "CREATE SCHEMA \"the till\"",
        "CREATE TABLE \"the till\".\"a.b\" (\"x y\" int PRIMARY KEY, z text)",
        "INSERT INTO \"the till\".\"a.b\" VALUES (1, 'one')",
        "CREATE TABLE gone AS SELECT 7 AS id",
        "CREATE TABLE keyless AS SELECT 8 AS id");
    Path file = dump("--table=\"the till\".\"a.b\"", "--table=gone", "--table=keyless");
    bench.run(
        database,
        "DROP TABLE gone",
        "TRUNCATE \"the till\".\"a.b\"",
        "ALTER TABLE \"the till\".\"a.b\" DROP COLUMN z");

    List<Restored> found = beside(file);

    assertThat(of(found, "gone").remark()).isEqualTo("gone is not there now");
    assertThat(rows("SELECT * FROM " + of(found, "gone").copy())).isEqualTo("(7)");
    assertThat(of(found, "keyless").remark()).contains("no key that tells its rows apart");
    assertThat(of(found, "keyless").insert()).isEmpty();
    Restored till = of(found, "the till.a.b");
    assertThat(till.missing()).isEqualTo(OptionalLong.of(1));
    assertThat(till.remark()).isEqualTo("the till.a.b has no column z now");
    bench.run(database, till.insert().orElseThrow());
    assertThat(rows("SELECT * FROM \"the till\".\"a.b\"")).isEqualTo("(1)");
  }

  @Test
  void partsOfAPartitionedTable_andHeirs_joinNobodysRows() {
    bench.run(
        database,
        "CREATE TABLE log (id int PRIMARY KEY) PARTITION BY RANGE (id)",
        "CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM (1) TO (10)",
        "INSERT INTO log VALUES (1), (2)",
        "CREATE TABLE root (id int PRIMARY KEY)",
        "CREATE TABLE heir (PRIMARY KEY (id)) INHERITS (root)",
        "INSERT INTO heir VALUES (5)");
    Path file = dump("--table=log", "--table=log_1", "--table=heir");

    List<Restored> found = beside(file);

    assertThat(found).extracting(Restored::table).containsExactlyInAnyOrder("log_1", "heir");
    assertThat(rows("SELECT id FROM log ORDER BY id")).isEqualTo("(1) (2)");
    assertThat(rows("SELECT id FROM root")).isEqualTo("(5)");
  }

  @Test
  void whatFails_leavesNothing() {
    bench.run(database, "CREATE TABLE a AS SELECT 1 AS id");
    Path file = dump("--table=a");
    bench.run(database, "CREATE SCHEMA ripcord_backup_20260102t030405z");

    assertThatThrownBy(() -> beside(file)).hasMessageContaining("already exists");
    assertThat(rows("SELECT FROM pg_tables WHERE schemaname LIKE 'ripcord_backup%'")).isEmpty();
  }

  @Test
  void contents_tellTablesFromAWhole() {
    bench.run(
        database,
        "CREATE TABLE orders (id int PRIMARY KEY)",
        "CREATE SCHEMA ripcord; CREATE TABLE ripcord.migration_history (id int)");
    TablesRestore restore = new TablesRestore(bench.vertx, database);

    BackupContents part = restore.contents(dump("--table=orders"));
    assertThat(part.isOfTables()).isTrue();
    assertThat(part.tables()).containsExactly("orders");
    assertThat(part.database()).contains(database.name());
    assertThat(restore.contents(dump()).isOfTables()).isFalse();
    assertThat(restore.contents(dump("--schema=public")).isOfTables()).isFalse();
    assertThat(restore.contents(dump("--exclude-schema=ripcord")).isOfTables()).isTrue();
    bench.run(database, "CREATE VIEW v AS SELECT 1");
    assertThat(restore.contents(dump("--exclude-schema=ripcord")).isOfTables()).isFalse();
    assertThat(restore.hasHistory()).isTrue();
  }
}
