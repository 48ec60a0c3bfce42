package dev.ripcord.postgres.migrate.salvage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.Permits;
import dev.ripcord.migration.Applied;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.sql.Script;
import dev.ripcord.migration.sql.Statement;
import dev.ripcord.parse.SqlParser;
import dev.ripcord.port.Schema;
import dev.ripcord.port.SchemaException;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.PreconditionFailure;
import dev.ripcord.postgres.history.MigrationSetup;
import dev.ripcord.postgres.history.MigrationTables;
import dev.ripcord.postgres.schema.PostgresSchema;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Downs on a real PostgreSQL, and what is kept of the rows that they destroy. */
final class SalvageTest {
  private static final String CUSTOMERS =
      "CREATE TABLE customers (id int PRIMARY KEY, name text);"
          + "INSERT INTO customers VALUES (1, 'ann'), (2, 'bob'), (3, 'eve');";

  @RegisterExtension static final MigrationBench bench = new MigrationBench();
  private Database database;
  private Optional<PostgresSchema> schema = Optional.empty();

  @BeforeEach
  void fresh() {
    database = bench.fresh();
    bench.run(database, CUSTOMERS);
  }

  @AfterEach
  void close() {
    schema.ifPresent(each -> MigrationBench.wait(each.close()));
  }

  private Folder applied(String up, String down) {
    Folder folder = MigrationBench.folder("01_change", up, down);
    bench.up(database, folder);
    return folder;
  }

  /** Reverts the newest migration as a rollback does; gives its line. */
  private String down() {
    return down(1L << 30);
  }

  private String down(long maxBytes) {
    return down(maxBytes, MigrationBench.limits(Duration.ofSeconds(5)));
  }

  private String down(long maxBytes, MigrationSetup limits) {
    PostgresSchema made =
        new PostgresSchema(
            bench.vertx,
            database,
            limits,
            Optional.of("shop"),
            System::nanoTime,
            Optional.of(
                new SalvageRule(
                    maxBytes, Duration.ofSeconds(20), new SqlParser()::read, true, entry -> {})));
    schema = Optional.of(made);
    Applied newest = MigrationBench.wait(made.applied()).getLast();
    return MigrationBench.wait(
        made.down(newest, "v2", Permits.granted()).map(Schema.Reverted::line));
  }

  private <T> T archive(Function<KeptRows, T> asked) {
    try (MigrationSession session = bench.session(database)) {
      return asked.apply(new KeptRows(session, new MigrationTables("ripcord")));
    }
  }

  private List<String> kept() {
    return archive(KeptRows::list).stream()
        .map(each -> each.id() + " " + each.kind().text() + " " + each.place() + " " + each.rows())
        .toList();
  }

  private SalvageArchive.Restored.Done restored(long id) {
    return archive(archive -> archive.restore(id, "ann"));
  }

  private String rows(String query) {
    return bench.ask(
        database, "SELECT coalesce(string_agg(r::text, ' '), '') FROM (" + query + ") r");
  }

  @Test
  void droppedTable_isMovedWhole_andComesBackIntoTheNewOne() {
    String up =
        "CREATE TABLE orders (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
            + " customer int REFERENCES customers, total numeric(8,2) DEFAULT 0);"
            + "CREATE INDEX ON orders (customer);";
    Folder folder = applied(up, "DROP TABLE orders;");
    bench.run(database, "INSERT INTO orders (customer, total) VALUES (1, 9.5), (2, 7)");

    assertThat(down())
        .matches(
            "01_change reverted in \\d+ ms; table orders moved to ripcord_salvage.s1_orders \\(2"
                + " rows\\)");

    assertThat(bench.ask(database, "SELECT to_regclass('public.orders')")).isEqualTo("null");
    assertThat(rows("SELECT * FROM ripcord_salvage.s1_orders ORDER BY id"))
        .isEqualTo("(1,1,9.50) (2,2,7.00)");
    bench.run(database, "DELETE FROM customers WHERE id = 3"); // No key of it holds anybody up.
    bench.up(database, folder);
    assertThat(restored(1)).isEqualTo(new SalvageArchive.Restored.Done(2, 0));
    bench.run(database, "INSERT INTO orders (customer) VALUES (1)");
    assertThat(rows("SELECT id, customer FROM orders ORDER BY id")).isEqualTo("(1,1) (2,2) (3,1)");
    assertThatThrownBy(() -> restored(1)).hasMessageContaining("was restored at");
  }

  @Test
  void droppedColumn_isKeptWithItsKey_butForValuesThatTheColumnGivesByItself() {
    Folder folder =
        applied(
            "ALTER TABLE customers ADD COLUMN email text, ADD COLUMN vip boolean NOT NULL DEFAULT"
                + " false;",
            "ALTER TABLE customers DROP COLUMN email; ALTER TABLE customers DROP COLUMN vip;");
    bench.run(
        database,
        "UPDATE customers SET email = 'a@x' WHERE id = 1",
        "UPDATE customers SET vip = true WHERE id = 2");

    assertThat(down())
        .contains(
            "1 value of customers.email kept in ripcord_salvage.s1_customers",
            "1 value of customers.vip kept in ripcord_salvage.s2_customers");
    bench.up(database, folder);
    bench.run(database, "UPDATE customers SET email = 'new@x' WHERE id = 1");

    assertThat(restored(1)).isEqualTo(new SalvageArchive.Restored.Done(0, 1));
    assertThat(restored(2)).isEqualTo(new SalvageArchive.Restored.Done(1, 0));
    assertThat(rows("SELECT id, email, vip FROM customers ORDER BY id"))
        .isEqualTo("(1,new@x,f) (2,,t) (3,,f)");
  }

  @Test
  void whatNoTextSays_isSeenInTheDatabaseItself() {
    applied(
        "CREATE TABLE notes (id int PRIMARY KEY, customer int REFERENCES customers ON DELETE"
            + " CASCADE, text text); CREATE TABLE log (line text);",
        "DO $$ BEGIN EXECUTE 'DELETE FROM customers WHERE id = 2'; EXECUTE 'TRUNCATE log';"
            + " EXECUTE 'UPDATE customers SET name = upper(name) WHERE id = 1'; END $$;"
            + " DO $$ BEGIN EXECUTE 'DROP TABLE log'; END $$;");
    bench.run(
        database,
        "INSERT INTO notes VALUES (1, 1, 'stays'), (2, 2, 'goes')",
        "INSERT INTO log VALUES ('x'), ('x'), ('y')");

    down();

    assertThat(kept())
        .containsExactlyInAnyOrder("1 rows customers 2", "2 rows notes 1", "3 rows log 3")
        .hasSize(3);
    assertThat(rows("SELECT id, name FROM ripcord_salvage.s1_customers ORDER BY id"))
        .isEqualTo("(1,ann) (2,bob)");
    assertThat(rows("SELECT id, text FROM ripcord_salvage.s2_notes")).isEqualTo("(2,goes)");
    assertThat(restored(1)).isEqualTo(new SalvageArchive.Restored.Done(1, 1));
    assertThat(restored(2)).isEqualTo(new SalvageArchive.Restored.Done(1, 0));
    assertThat(rows("SELECT id, name FROM customers ORDER BY id"))
        .isEqualTo("(1,ANN) (2,bob) (3,eve)");
  }

  @Test
  void typeOfTheDroppedTable_thatIsDroppedToo_isNoObstacle() {
    Folder folder =
        applied(
            "CREATE TYPE status AS ENUM ('new', 'paid'); CREATE TABLE orders (id int PRIMARY KEY,"
                + " status status, tags status[]);",
            "DROP TABLE orders; DROP TYPE status;");
    bench.run(database, "INSERT INTO orders VALUES (1, 'paid', '{new,paid}')");

    assertThat(down()).contains("1 row of orders kept in ripcord_salvage.s1_orders");
    bench.up(database, folder);

    assertThat(restored(1)).isEqualTo(new SalvageArchive.Restored.Done(1, 0));
    assertThat(rows("SELECT * FROM orders")).isEqualTo("(1,paid,\"{new,paid}\")");
  }

  @Test
  void valuesThatDoNotFitBack_areKept_andTheOthersNot() {
    applied(
        "ALTER TABLE customers ALTER COLUMN name TYPE text;",
        "ALTER TABLE customers ALTER COLUMN name TYPE varchar(3) USING left(name, 3);");
    bench.run(database, "UPDATE customers SET name = 'annabel' WHERE id = 1");

    down();

    assertThat(kept()).containsExactly("1 rows customers 1");
    assertThat(rows("SELECT * FROM ripcord_salvage.s1_customers")).isEqualTo("(1,annabel)");
  }

  @Test
  void tableThatInherits_isNoLongerReadOrDeletedThroughTheOther() {
    applied(
        "CREATE TABLE old_customers (CHECK (id > 100)) INHERITS (customers);",
        "DROP TABLE old_customers;");
    bench.run(database, "INSERT INTO old_customers VALUES (101, 'zoe')");

    assertThat(down()).contains("table old_customers moved to ripcord_salvage.s1_old_customers");

    assertThat(rows("SELECT id FROM customers ORDER BY id")).isEqualTo("(1) (2) (3)");
    bench.run(database, "DELETE FROM customers");
    assertThat(rows("SELECT * FROM ripcord_salvage.s1_old_customers")).isEqualTo("(101,zoe)");
  }

  @Test
  void longName_inAnyScript_isFoundAgain() {
    String table = "\uc8fc\ubb38".repeat(10) + "abc"; // The 63 bytes that a name may have.
    applied("CREATE TABLE " + table + " (id int PRIMARY KEY);", "DROP TABLE " + table + ";");
    bench.run(database, "INSERT INTO " + table + " VALUES (1)");

    down();
    applied("CREATE TABLE notes (id int PRIMARY KEY);", "DROP TABLE notes;");
    bench.run(database, "INSERT INTO notes VALUES (1)");
    down(); // Tidies up what no entry names.

    assertThat(kept()).containsExactly("1 table " + table + " 1", "2 table notes 1");
    assertThat(
            bench.ask(
                database,
                "SELECT count(*) FROM ripcord.salvage s JOIN pg_class c ON c.relname = s.kept_as"))
        .isEqualTo("2");
  }

  @Test
  void whatOthersCommitWhileTheLockIsWaitedFor_isKeptUnderAnyIsolation() {
    applied(
        "ALTER TABLE customers ADD COLUMN email text;",
        "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; ALTER TABLE customers DROP COLUMN email;");
    bench.run(
        database,
        "ALTER DATABASE %s SET default_transaction_isolation = 'repeatable read'"
            .formatted(database.name()));

    String line;
    try (MigrationSession other = bench.session(database)) {
      other.run("BEGIN; UPDATE customers SET email = 'late' WHERE id = 2");
      Future<String> down = database.onThread("down", this::down);
      bench.until(database, "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)");
      other.run("COMMIT");
      line = MigrationBench.wait(down);
    }

    assertThat(line).contains("1 value of customers.email kept");
  }

  @Test
  void downThatTakesOnARole_keepsAllTheSame() {
    String role = "owner" + database.name();
    bench.run(
        database,
        "CREATE ROLE " + role,
        "GRANT CREATE ON SCHEMA public TO " + role,
        "ALTER TABLE customers OWNER TO " + role);
    applied(
        "SET ROLE %s; CREATE TABLE orders (id int PRIMARY KEY); ALTER TABLE customers ADD email text;"
            .formatted(role),
        "SET ROLE %s; ALTER TABLE customers DROP email; DROP TABLE orders;".formatted(role));
    bench.run(
        database, "INSERT INTO orders VALUES (1)", "UPDATE customers SET email = 'x' WHERE id = 1");

    assertThat(down()).contains("1 value of customers.email kept", "1 row of orders kept");
  }

  @Test
  void partOfACompositeType_thatIsDropped_isKeptWithTheRowsThatHaveIt() {
    bench.run(
        database,
        "CREATE TYPE visit AS (at date)",
        "ALTER TABLE customers ADD COLUMN visits visit[]");
    Folder folder =
        applied(
            "ALTER TYPE visit ADD ATTRIBUTE minutes int;",
            "ALTER TYPE visit DROP ATTRIBUTE minutes;");
    bench.run(
        database, "UPDATE customers SET visits = ARRAY[('2020-01-01', 7)::visit] WHERE id = 1");

    assertThat(down()).contains("1 row of customers kept");
    bench.up(database, folder);
    assertThat(rows("SELECT visits FROM ripcord_salvage.s1_customers"))
        .isEqualTo("(\"{\"\"(2020-01-01,7)\"\"}\")");
  }

  @Test
  void rowsOfAForeignTable_areNotDestroyedUnseen() {
    bench.run(
        database,
        "CREATE EXTENSION postgres_fdw",
        "CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port"
            + " '%d', dbname '%s')".formatted(bench.port(), database.name()),
        "CREATE USER MAPPING FOR postgres SERVER elsewhere OPTIONS (user 'postgres')",
        "CREATE FOREIGN TABLE theirs (id int, name text) SERVER elsewhere OPTIONS (table_name"
            + " 'customers')");
    applied("SELECT 1;", "DELETE FROM theirs WHERE id = 1;");

    assertThatThrownBy(this::down).hasMessageContaining("theirs is a foreign table");

    assertThat(rows("SELECT id FROM customers ORDER BY id")).isEqualTo("(1) (2) (3)");
  }

  @Test
  void publishedTable_thatIsDropped_isPublishedNoLonger() {
    applied("CREATE TABLE orders (id int PRIMARY KEY);", "DROP TABLE orders;");
    bench.run(
        database,
        "INSERT INTO orders VALUES (1)",
        "CREATE PUBLICATION shop FOR TABLE customers, orders");

    assertThat(down()).contains("table orders moved");

    assertThat(rows("SELECT tablename FROM pg_publication_tables")).isEqualTo("(customers)");
  }

  @Test
  void cascade_takesAlongWhatItWould_andNothingElse() {
    applied(
        "CREATE TABLE orders (id int PRIMARY KEY, customer int); CREATE VIEW v AS SELECT * FROM"
            + " orders; CREATE TABLE lines (id int PRIMARY KEY, \"order\" int REFERENCES orders);",
        "DROP TABLE orders CASCADE; DROP TABLE lines;");
    bench.run(
        database, "INSERT INTO orders VALUES (1, 1)", "INSERT INTO lines VALUES (1, 1), (2, 1)");

    down();

    assertThat(kept()).containsExactly("1 table orders 1", "2 table lines 2");
    assertThat(bench.ask(database, "SELECT to_regclass('v')")).isEqualTo("null");
    assertThat(
            bench.ask(
                database,
                "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND confrelid <> 0"))
        .isEqualTo("0");
  }

  @Test
  void partitions_areKept_eachOnItsOwn() {
    applied(
        "CREATE TABLE events (day date, n int, PRIMARY KEY (day, n)) PARTITION BY RANGE (day);"
            + "CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO"
            + " ('2026-02-01'); CREATE TABLE events_2 PARTITION OF events DEFAULT;",
        "DROP TABLE events;");
    bench.run(database, "INSERT INTO events VALUES ('2026-01-02', 1), ('2026-03-01', 2)");

    down();

    assertThat(kept())
        .containsExactlyInAnyOrder("1 table events_1 1", "2 table events_2 1", "3 table events 0");
    archive(
        archive -> {
          archive.purge(3, "ann");
          return archive;
        });
    assertThat(rows("SELECT n FROM ripcord_salvage.s1_events_1")).isEqualTo("(1)");
  }

  @Test
  void nothingToLose_makesNothing() {
    applied(
        "CREATE TABLE orders (id int); ALTER TABLE customers ADD COLUMN email text;"
            + " UPDATE customers SET email = NULL;",
        "DROP TABLE orders; ALTER TABLE customers DROP COLUMN email;");

    assertThat(down()).matches("01_change reverted in \\d+ ms");

    assertThat(kept()).isEmpty();
    assertThat(
            bench.ask(
                database,
                "SELECT count(*) FROM pg_class WHERE relnamespace ="
                    + " to_regnamespace('ripcord_salvage')"))
        .isEqualTo("0");
  }

  @Test
  void beyondTheLimit_nothingIsReverted() {
    applied("ALTER TABLE customers ADD COLUMN email text;", "UPDATE customers SET name = NULL;");

    assertThatThrownBy(() -> down(1024))
        .isInstanceOf(SchemaException.class)
        .hasMessage(
            "rows would be lost: customers has about 0 MB to be kept, and"
                + " migrations.losses.max-size allows 0 MB");

    assertThat(rows("SELECT * FROM customers ORDER BY id")).isEqualTo("(1,ann,) (2,bob,) (3,eve,)");
    assertThat(kept()).isEmpty();
  }

  @Test
  void fewValues_ofATableBeyondTheLimit_areKept_andManyAreNot() {
    bench.run(
        database,
        "INSERT INTO customers SELECT n, repeat('x', 100) FROM generate_series(10, 5000) n",
        "ANALYZE customers");
    applied(
        "ALTER TABLE customers ADD COLUMN email text, ADD COLUMN fax text;",
        "ALTER TABLE customers DROP COLUMN email, DROP COLUMN fax;");
    bench.run(database, "UPDATE customers SET email = 'x'");

    assertThatThrownBy(() -> down(100_000)).hasMessageContaining("losses.max-size allows");

    bench.run(database, "UPDATE customers SET email = NULL WHERE id > 2");
    assertThat(down(100_000)).contains("2 values of customers.email kept");
    assertThat(kept()).containsExactly("1 column customers.email 2");
  }

  @Test
  void tableWithANumberForAName_isMoved() {
    applied("CREATE TABLE \"1\" (id int PRIMARY KEY);", "DROP TABLE \"1\";");
    bench.run(database, "INSERT INTO \"1\" VALUES (7)");

    assertThat(down()).contains("table 1 moved to ripcord_salvage.s1_1 (1 row)");
  }

  @Test
  void whatTheTextSays_isKeptAtOnce() {
    bench.run(database, "CREATE SEQUENCE runs");
    applied(
        "CREATE TABLE orders (id int); CREATE TABLE lines (id int); ALTER TABLE customers ADD email"
            + " text;",
        "DROP TABLE orders; DROP TABLE lines; ALTER TABLE customers DROP email; SELECT"
            + " nextval('runs');");
    bench.run(
        database, "INSERT INTO orders VALUES (1)", "UPDATE customers SET email = 'x' WHERE id = 1");

    down();

    assertThat(kept()).containsExactly("1 column customers.email 1", "2 table orders 1");
    assertThat(bench.ask(database, "SELECT last_value FROM runs")).isEqualTo("1");
  }

  @Test
  void rowsThatAreGoneBeforeTheirTableIsDropped_areKeptToo() {
    applied(
        "CREATE TABLE orders (id int PRIMARY KEY); CREATE TABLE lines (id int PRIMARY KEY);",
        "DELETE FROM orders WHERE id = 1; DROP TABLE orders; DELETE FROM lines; DROP TABLE lines;");
    bench.run(
        database, "INSERT INTO orders VALUES (1), (2)", "INSERT INTO lines VALUES (1), (2), (3)");

    down();

    assertThat(kept()).containsExactly("1 rows orders 2", "2 rows lines 3");
  }

  @Test
  void columnThatIsGoneBeforeItsTableIsDropped_isKeptToo() {
    applied(
        "CREATE TABLE orders (id int PRIMARY KEY, note text);",
        "ALTER TABLE orders DROP COLUMN note; DROP TABLE orders;");
    bench.run(database, "INSERT INTO orders VALUES (1, 'x')");

    down();

    assertThat(rows("SELECT * FROM ripcord_salvage.s2_orders")).isEqualTo("(1,x)");
  }

  @Test
  void downOutsideATransaction_runsOnlyWhereNothingIsLost() {
    applied("CREATE TABLE orders (id int);", "-- transaction: none\nDROP TABLE orders;");
    bench.run(database, "INSERT INTO orders VALUES (1)");

    assertThatThrownBy(this::down)
        .isInstanceOf(SchemaException.class)
        .hasMessage(
            "the down of 01_change runs outside a transaction, so what it would destroy cannot be"
                + " kept: would delete 1 row of orders");
    bench.run(database, "DELETE FROM orders");

    assertThat(down()).matches("01_change reverted in \\d+ ms");
  }

  @Test
  void downThatFails_leavesEverythingWhereItWas() {
    applied(
        "CREATE TABLE orders (id int); CREATE VIEW v AS SELECT * FROM orders;",
        "ALTER TABLE customers DROP COLUMN name; DROP TABLE orders;");
    bench.run(database, "INSERT INTO orders VALUES (1)");

    assertThatThrownBy(this::down).hasMessageContaining("other objects depend on it");

    assertThat(rows("SELECT * FROM v")).isEqualTo("(1)");
    assertThat(kept()).isEmpty();
  }

  @Test
  void tableWithoutAKey_isKeptWhole() {
    bench.run(
        database,
        "CREATE TABLE plain (a int, b text)",
        "INSERT INTO plain VALUES (1, 'x'), (1, 'x'), (2, 'y')");
    applied("SELECT 1;", "DELETE FROM plain WHERE ctid = (SELECT min(ctid) FROM plain);");

    down();

    assertThat(kept()).containsExactly("1 rows plain 3");
  }

  @Test
  void restore_thatNoLongerFits_changesNothing() {
    applied("CREATE TABLE orders (id int PRIMARY KEY, total int);", "DROP TABLE orders;");
    bench.run(database, "INSERT INTO orders VALUES (1, 5)");
    down();

    assertThatThrownBy(() -> restored(1))
        .isInstanceOf(PreconditionFailure.class)
        .hasMessage(
            "table public.orders is not there: deploy the release that makes it first. The rows"
                + " are in ripcord_salvage.s1_orders");
    bench.run(database, "CREATE TABLE orders (id int PRIMARY KEY)");
    assertThatThrownBy(() -> restored(1))
        .hasMessageStartingWith("public.orders has no column total (any more).");
    bench.run(database, "ALTER TABLE orders ADD total int CHECK (total > 9)");
    assertThatThrownBy(() -> restored(1))
        .hasMessageStartingWith("it does not fit any more, and nothing was changed: ");
    assertThat(rows("SELECT * FROM orders")).isEmpty();
    assertThatThrownBy(() -> restored(7)).hasMessageContaining("nothing is kept under 7");
    archive(
        archive -> {
          archive.purge(1, "ann");
          archive.purge(1, "ann");
          return archive;
        });
    assertThatThrownBy(() -> restored(1)).hasMessageContaining("was purged at");
  }

  private SalvagedMigration large() {
    bench.run(
        database,
        "CREATE TABLE large (id int PRIMARY KEY, pad text, note text)",
        "INSERT INTO large SELECT g, repeat('x', 200), CASE WHEN g % 100 = 0 THEN 'n' || g END"
            + " FROM generate_series(1, 50000) g");
    return down("ALTER TABLE large DROP COLUMN note;");
  }

  private static SalvagedMigration down(String text) {
    return SalvagedMigration.down(
        new MigrationTables("ripcord"),
        new SalvageRule(1L << 30, Duration.ofSeconds(20), new SqlParser()::read, true, entry -> {}),
        Optional.of("v2"),
        "01_note",
        Script.parse(text));
  }

  private List<SalvageEntry> attempted(SalvagedMigration down, MigrationSession session) {
    session.run("BEGIN");
    List<SalvageEntry> kept =
        down.attempt(
            session, Script.parse("ALTER TABLE large DROP COLUMN note;").work(), new Bare(session));
    session.run("COMMIT");
    return kept;
  }

  /** Statements without the limits of a run. */
  private record Bare(MigrationSession session, LongSupplier clock)
      implements SalvagedMigration.Work {
    Bare(MigrationSession session) {
      this(session, () -> 0);
    }

    @Override
    public void one(Statement statement) {
      session.run(statement.text());
    }

    @Override
    public void all(List<Statement> statements) {
      statements.forEach(this::one);
    }

    @Override
    public void waiting(String what, Runnable work) {
      work.run();
    }

    @Override
    public Duration lockTimeout() {
      return Duration.ofSeconds(20);
    }

    @Override
    public long nanos() {
      return clock.getAsLong();
    }

    @Override
    public Future<?> settle() {
      return Future.succeededFuture();
    }
  }

  @Test
  void underALock_nobodyWaitsLongerThanItsTimeout_andTheColumnStaysWhereThatIsTooShort() {
    applied("CREATE TABLE large (id int PRIMARY KEY, note text);", "ALTER TABLE large DROP note;");
    bench.run(database, "INSERT INTO large SELECT g, 'n' || g FROM generate_series(1, 100000) g");
    MigrationSetup usual = MigrationBench.limits(Duration.ofSeconds(5));
    assertThatThrownBy(
            () ->
                down(
                    1L << 30,
                    usual.with(
                        Duration.ofMillis(1), usual.retryBudget(), MigrationSetup.Blockers.SHOW)))
        .hasMessageContaining(
            "rows would be lost: to read what is to be kept of large would have kept others waiting"
                + " for longer than the lock timeout of 1 ms, 3 times. Run the down when less is"
                + " written, or raise migrations.lock.timeout");
    assertThat(bench.ask(database, "SELECT count(note) FROM large")).isEqualTo("100000");
    assertThat(
            bench.ask(
                database,
                "SELECT count(*) FROM pg_class WHERE relnamespace ="
                    + " to_regnamespace('ripcord_salvage') AND relkind = 'r'"))
        .isEqualTo("0");
  }

  @Test
  void whatIsHeldTooLong_isUndone_andCopiedAnewWhileOthersWrite() {
    applied("SELECT 1;", "SELECT 1;"); // Makes the history.
    SalvagedMigration down = large();
    List<Statement> statements = Script.parse("ALTER TABLE large DROP COLUMN note;").work();
    try (MigrationSession session = bench.session(database)) {
      down.prepare(session);
      AtomicLong clock = new AtomicLong();
      session.run("BEGIN");
      assertThatThrownBy(
              () ->
                  down.attempt(
                      session,
                      statements,
                      new Bare(session, () -> clock.addAndGet(Duration.ofMinutes(1).toNanos()))))
          .satisfies(
              failure -> assertThat(down.isWorthAnother((RuntimeException) failure)).isTrue());
      session.run("ROLLBACK");
      assertThat(down.wantsToPrepare()).isTrue();
      bench.run(database, "UPDATE large SET note = 'other' WHERE id = 100");

      down.prepare(session);
      assertThat(down.wantsToPrepare()).isFalse();
      bench.run(database, "UPDATE large SET note = 'new' WHERE id = 101");
      assertThat(attempted(down, session)).singleElement().matches(each -> each.rows() == 501);
    }
    assertThat(
            bench.ask(
                database,
                "SELECT string_agg(note, ' ' ORDER BY id) FROM ripcord_salvage.s2_large WHERE id IN"
                    + " (100, 101)"))
        .isEqualTo("other new");
  }

  @Test
  void statementsBetweenTwoTables_areSentTogether() {
    applied("SELECT 1;", "SELECT 1;"); // Makes the history.
    bench.run(database, "CREATE TABLE a (id int)", "CREATE TABLE b (id int)");
    String text =
        "SELECT 1; DROP INDEX IF EXISTS i; SELECT 2; DROP TABLE a; DROP TABLE b; SELECT 3;"
            + " SELECT 4;";
    SalvagedMigration down = down(text);
    List<String> sent = new ArrayList<>();
    try (MigrationSession session = bench.session(database)) {
      Bare bare = new Bare(session);
      down.prepare(session);
      session.run("BEGIN");
      assertThat(
              down.attempt(
                  session,
                  Script.parse(text).work(),
                  new SalvagedMigration.Work() {
                    @Override
                    public void one(Statement statement) {
                      sent.add("one");
                      bare.one(statement);
                    }

                    @Override
                    public void all(List<Statement> statements) {
                      sent.add(statements.size() + " together");
                      bare.all(statements);
                    }

                    @Override
                    public void waiting(String what, Runnable work) {
                      bare.waiting(what, work);
                    }

                    @Override
                    public long nanos() {
                      return bare.nanos();
                    }

                    @Override
                    public Duration lockTimeout() {
                      return bare.lockTimeout();
                    }

                    @Override
                    public Future<?> settle() {
                      return bare.settle();
                    }
                  }))
          .isEmpty();
      session.run("COMMIT");
    }
    assertThat(sent).containsExactly("3 together", "one", "one", "2 together");
  }

  @Test
  void largeTable_isCopiedAhead_andWhatOthersChangedMeanwhileIsCaughtUp() {
    applied("SELECT 1;", "SELECT 1;"); // Makes the history.
    SalvagedMigration down = large();
    try (MigrationSession session = bench.session(database);
        MigrationSession open = bench.session(database)) {
      open.run("BEGIN; UPDATE large SET note = 'late' WHERE id = 500");
      down.prepare(session);
      open.run("COMMIT");
      bench.run(
          database,
          "UPDATE large SET note = 'other' WHERE id = 100",
          "UPDATE large SET note = NULL WHERE id = 200",
          "UPDATE large SET note = 'new' WHERE id = 301",
          "UPDATE large SET pad = 'y' WHERE id = 400",
          "INSERT INTO large VALUES (60000, 'x', 'added')");

      assertThat(attempted(down, session)).singleElement().matches(each -> each.rows() == 501);
    }

    assertThat(
            rows(
                "SELECT id, note FROM ripcord_salvage.s1_large WHERE id IN (100, 200, 301, 400,"
                    + " 500, 60000) ORDER BY id"))
        .isEqualTo("(100,other) (301,new) (400,n400) (500,late) (60000,added)");
  }

  @Test
  void copyOfADownThatWasNotDone_isRemoved() {
    applied("SELECT 1;", "SELECT 1;");
    SalvagedMigration down = large();
    try (MigrationSession session = bench.session(database)) {
      down.prepare(session);
      assertThat(bench.ask(database, "SELECT count(*) FROM ripcord_salvage.s1_large"))
          .isEqualTo("500");

      down.giveUp(session);
    }

    assertThat(bench.ask(database, "SELECT to_regclass('ripcord_salvage.s1_large')"))
        .isEqualTo("null");
  }
}
