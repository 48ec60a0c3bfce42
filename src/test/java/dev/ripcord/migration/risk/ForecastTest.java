package dev.ripcord.migration.risk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.migration.risk.OperationImpact.Code;
import dev.ripcord.migration.sql.Script;
import dev.ripcord.migration.statement.Grade;
import dev.ripcord.migration.statement.LockMode;
import dev.ripcord.migration.statement.SqlOperation;
import dev.ripcord.parse.SqlParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ForecastTest {
  /**
   * Codes that say more than the lock and the reminder of a time limit, in the order of the enum.
   */
  private static String codes(Assessment found) {
    return found.effects().stream()
        .map(OperationImpact::code)
        .filter(code -> code != Code.LOCK && code != Code.MISSING_TIMEOUT)
        .distinct()
        .sorted()
        .map(Code::text)
        .collect(Collectors.joining(" "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      quoteCharacter = '`',
      value = {
        "CREATE TABLE z (id int PRIMARY KEY)                      | low       | -",
        "CREATE TABLE z (id int); DROP TABLE z                    | very-high | -",
        "ALTER TABLE orders ADD COLUMN x int                      | low       | -",
        "ALTER TABLE orders ADD COLUMN x int DEFAULT 7            | low       | -",
        "ALTER TABLE orders ADD COLUMN x float8 DEFAULT random()  | high      | rewrite",
        "ALTER TABLE orders ADD COLUMN x int NOT NULL             | high      | scan breaking",
        "ALTER TABLE orders ADD COLUMN x int DEFAULT nobody_knows() | high    | rewrite",
        "ALTER TABLE orders DROP COLUMN note                      | very-high | destructive"
            + " breaking",
        "ALTER TABLE orders DROP COLUMN IF EXISTS gone            | very-high | -",
        "ALTER TABLE orders ALTER COLUMN id TYPE bigint           | high      | rewrite breaking",
        "ALTER TABLE orders ALTER COLUMN state TYPE varchar(40)   | high      | -",
        "ALTER TABLE orders ALTER COLUMN state TYPE varchar(10)   | high      | rewrite",
        "ALTER TABLE orders ALTER COLUMN note SET NOT NULL        | high      | scan breaking",
        "ALTER TABLE orders ALTER COLUMN id DROP NOT NULL         | high      | breaking",
        "ALTER TABLE orders ADD CONSTRAINT k CHECK (id > 0)       | medium    | scan",
        "ALTER TABLE orders ADD CONSTRAINT k CHECK (id > 0) NOT VALID | medium | -",
        "ALTER TABLE orders ADD CONSTRAINT k UNIQUE (note)        | medium    | index-build",
        "ALTER TABLE orders DROP CONSTRAINT orders_customer       | medium    | constraint-dropped",
        "ALTER TABLE orders RENAME TO purchase                    | high      | breaking",
        "ALTER TABLE orders RENAME COLUMN note TO remark          | high      | breaking",
        "ALTER TABLE orders RENAME TO p; CREATE VIEW orders AS SELECT * FROM p | medium | -",
        "ALTER TABLE customer RENAME TO c; DROP TABLE c CASCADE   | very-high | destructive"
            + " breaking constraint-dropped",
        "CREATE INDEX i ON orders (note)                          | medium    | index-build",
        "CREATE INDEX CONCURRENTLY i ON orders (note)             | medium    | index-build"
            + " no-transaction",
        "DROP INDEX orders_state                                  | medium    | -",
        "DROP INDEX CONCURRENTLY orders_state                     | medium    | no-transaction",
        "DROP TABLE orders                                        | very-high | destructive"
            + " breaking",
        "DROP TABLE IF EXISTS nope                                | very-high | -",
        "DROP VIEW order_view                                     | high      | breaking",
        "TRUNCATE orders                                          | very-high | destructive",
        "UPDATE orders SET note = 'x'                             | very-high | bulk-data",
        "DELETE FROM orders                                       | very-high | destructive"
            + " bulk-data",
        "DELETE FROM orders WHERE id = 1                          | very-high | bulk-data",
        "INSERT INTO customer VALUES (1, 'x')                     | medium    | -",
        "INSERT INTO customer SELECT id FROM orders               | very-high | bulk-data",
        "SELECT 'DROP TABLE orders'                               | low       | -",
        "VACUUM FULL orders                                       | high      | rewrite"
            + " no-transaction",
        "DROP DATABASE shop                                       | very-high | destructive"
            + " no-transaction",
        "GRANT SELECT ON orders TO PUBLIC                         | low       | -",
        "REVOKE SELECT ON orders FROM PUBLIC                      | high      | breaking",
        "ALTER TYPE mood RENAME VALUE 'a' TO 'b'                  | high      | breaking",
        "ALTER TABLE orders ENABLE ROW LEVEL SECURITY             | high      | breaking",
        "SET session_replication_role = replica                   | high      | -",
        "COMMENT ON TABLE orders IS 'x'                           | low       | -",
        "CREATE TABLE z AS WITH d AS (DELETE FROM orders RETURNING *) SELECT * FROM d | very-high"
            + " | destructive bulk-data",
        "EXPLAIN (ANALYZE off) DELETE FROM orders                 | low       | -",
        "EXPLAIN (ANALYZE on) DELETE FROM orders                  | very-high | destructive"
            + " bulk-data",
        "VACUUM (FULL off) orders                                 | medium       | no-transaction",
        "VACUUM (FULL 1) orders                                   | high      | rewrite"
            + " no-transaction",
        "INSERT INTO customer SELECT generate_series(1, 9), 'x'   | very-high | bulk-data",
        "INSERT INTO customer SELECT 1, lower('X')                | medium    | -",
        "INSERT INTO customer TABLE orders                        | very-high | bulk-data",
        "SELECT setval('counter', 9)                              | medium    | -",
        "ALTER TABLE orders ALTER id ADD GENERATED ALWAYS AS IDENTITY | high  | breaking",
        "ALTER TABLE orders ALTER id ADD GENERATED BY DEFAULT AS IDENTITY | low | -",
        "ALTER TYPE place DROP ATTRIBUTE x                        | very-high | destructive"
            + " breaking",
        "ALTER FUNCTION own_thing() SET SCHEMA other              | high      | breaking",
        "ALTER TABLE orders ADD CONSTRAINT k NOT NULL note NOT VALID; ALTER TABLE orders ALTER note"
            + " SET NOT NULL | medium | scan",
        "ALTER TABLE orders ADD CONSTRAINT k NOT NULL note NOT VALID; ALTER TABLE orders VALIDATE"
            + " CONSTRAINT k; ALTER TABLE orders ALTER note SET NOT NULL | medium | scan",
        "DROP VIEW order_view; CREATE VIEW order_view AS SELECT id FROM orders | medium | -",
        "DROP VIEW order_view; CREATE MATERIALIZED VIEW order_view AS SELECT 1 AS id | medium | -",
        "DROP VIEW order_view; CREATE VIEW other AS SELECT id FROM orders | high | breaking",
        "ALTER TABLE orders RENAME TO p; CREATE MATERIALIZED VIEW orders AS SELECT 1 AS id | high"
            + " | breaking",
        "DROP SEQUENCE counter                                    | very-high | destructive",
        "DROP SEQUENCE IF EXISTS nope                             | high      | -",
        "DROP TYPE IF EXISTS nope CASCADE                         | high      | -",
        "DROP TYPE mood                                           | high      | breaking",
        "DROP FUNCTION IF EXISTS nope()                           | high      | -",
        "DROP FUNCTION IF EXISTS own_thing()                      | high      | breaking",
        "DROP EXTENSION IF EXISTS nope CASCADE                    | high      | -",
        "DROP EXTENSION citext                                    | high      | breaking",
        "DROP SCHEMA IF EXISTS nope CASCADE                       | very-high | -",
        "ALTER TABLE counter RENAME TO z                          | high      | breaking",
        "CREATE TABLE z AS SELECT id, note FROM orders; ALTER TABLE z DROP COLUMN note | very-high"
            + " | -",
        "ALTER SCHEMA public RENAME TO old                        | high      | breaking",
      })
  void statement_hasItsGradeAndEffects(String sql, String grade, String codes) {
    Assessment found = SmallShop.assess(sql);

    assertThat(found.problems()).isEmpty();
    assertThat(codes(found)).isEqualTo(Optional.ofNullable(codes).orElse(""));
    assertThat(found.risk().text()).isEqualTo(grade);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT pg_import_system_collations('public')",
        "SELECT lo_unlink(1)",
        "SELECT count(*) FROM orders WHERE own_thing() > 0",
        "INSERT INTO customer SELECT 1, lo_unlink(2)",
        "SELECT pg_catalog.pg_import_system_collations('public')"
      })
  void d4_callOfAServerFunctionThatIsNotKnownToChangeNothing_isUnknown(String sql) {
    assertThat(SmallShop.assess(sql).problems()).as(sql).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT random()",
        "SELECT nextval('counter')",
        "SELECT set_config('work_mem', '64MB', false)",
        "SELECT pg_advisory_lock(1)",
        "SELECT pg_sleep(1)",
        "SELECT lower('A'), now()",
        "SELECT own_steady()"
      })
  void d4_callThatChangesNothing_isKnown(String sql) {
    assertThat(SmallShop.assess(sql).problems()).as(sql).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABEL orders ADD COLUMN x int",
        "ALTER TABLE nope ADD COLUMN x int",
        "ALTER TABLE orders ALTER COLUMN nope TYPE int",
        "ALTER TABLE orders VALIDATE CONSTRAINT nope",
        "SELECT own_thing()",
        "SELECT query_to_xml('DELETE FROM orders', true, true, '')",
        "SELECT pg_catalog.pg_terminate_backend(1)",
        "COPY orders TO PROGRAM 'cat'",
        "COPY (SELECT 1) TO PROGRAM 'cat'",
        "EXPLAIN ANALYZE EXECUTE q",
        "CREATE TABLE z AS EXECUTE q",
        "ALTER TABLE orders RENAME COLUMN nope TO x",
        "CALL own_thing()",
        "CREATE MATERIALIZED VIEW z AS SELECT own_thing()",
        "DO $$ BEGIN EXECUTE 'DROP TABLE ' || 'orders'; END $$",
        "DO LANGUAGE plperl 'drop();'",
        "DROP FUNCTION own_thing() CASCADE",
        "DROP OWNED BY somebody",
        "REASSIGN OWNED BY a TO b",
        "ALTER EXTENSION citext UPDATE",
        "COPY orders FROM PROGRAM 'cat'",
        "BEGIN; ALTER TABLE orders ADD COLUMN x int; COMMIT",
        "DROP INDEX nope",
        "ALTER TABLE orders ALTER COLUMN nope SET DEFAULT 1",
        "ALTER TABLE orders ALTER COLUMN nope DROP NOT NULL",
        "ALTER TABLE orders ADD CONSTRAINT k UNIQUE (nope)",
        "ALTER TABLE orders ADD CONSTRAINT k UNIQUE USING INDEX nope",
        "ALTER TABLE orders ADD FOREIGN KEY (nope) REFERENCES customer",
        "ALTER TABLE orders RENAME CONSTRAINT nope TO k",
        "CREATE TABLE z (LIKE nope)",
        "DROP SEQUENCE nope",
        "DROP TYPE nope",
        "DROP SCHEMA nope",
        "DROP FUNCTION nope()",
        "REFRESH MATERIALIZED VIEW nope",
        "ALTER SYSTEM SET work_mem = '1GB'"
      })
  void whatCannotBeTold_isUnknown_neverSafe(String sql) {
    Assessment found = SmallShop.assess(sql);

    assertThat(found.risk()).isEqualTo(Grade.UNKNOWN);
    assertThat(found.problems()).isNotEmpty();
  }

  @Test
  void lock_saysWhoWaits_andWhatIsSafer() {
    Assessment found = SmallShop.assess("SELECT 1;\nCREATE INDEX i ON orders (note);");

    assertThat(found.effects())
        .first()
        .isEqualTo(
            new OperationImpact(
                2,
                Code.LOCK,
                Optional.of("orders"),
                Optional.of(LockMode.SHARE),
                "CREATE INDEX blocks every write to orders while it works",
                Optional.of(
                    "CREATE INDEX CONCURRENTLY; the file then runs outside a transaction")));
    assertThat(found.effects())
        .extracting(OperationImpact::text)
        .contains("builds an index on orders (3.1 GB, about 40 s at 80 MB/s)");
    assertThat(found.standing()).containsExactly("orders");
  }

  @Test
  void severalLocks_ofOneTable_areOne_theHardest() {
    Assessment found =
        SmallShop.assess(
            "COMMENT ON TABLE orders IS 'x'; CREATE INDEX i ON orders (note);"
                + " ALTER TABLE orders ADD COLUMN x int; ANALYZE orders;");

    assertThat(found.effects())
        .filteredOn(each -> each.code() == Code.LOCK)
        .extracting(each -> each.lock().orElseThrow())
        .containsExactly(LockMode.ACCESS_EXCLUSIVE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ALTER TABLE orders ADD COLUMN x int | true",
        "SET lock_timeout = '2s'; ALTER TABLE orders ADD COLUMN x int | false",
        "SET LOCAL lock_timeout = 500; ALTER TABLE orders ADD COLUMN x int | false",
        "SET lock_timeout = 0; ALTER TABLE orders ADD COLUMN x int | true",
        "SET mine.lock_timeout = '2s'; ALTER TABLE orders ADD COLUMN x int | true",
        "CREATE TABLE z (id int) | false"
      })
  void missingTimeout_isSaidOfLocksOnly(String sql, boolean missing) {
    assertThat(SmallShop.assess(sql).has(Code.MISSING_TIMEOUT)).isEqualTo(missing);
  }

  @Test
  void nextMigration_seesWhatTheOneBeforeMade() {
    Forecast forecast = SmallShop.forecast();
    assertThat(forecast.run(Script.parse("CREATE TABLE z (id int);")).effects()).isEmpty();

    Assessment down = forecast.copy().run(Script.parse("DROP TABLE z;"));
    assertThat(down.has(Code.DESTRUCTIVE)).isTrue();
    Assessment next = forecast.run(Script.parse("ALTER TABLE z ADD COLUMN x int;"));
    assertThat(next.problems()).isEmpty();
    assertThat(next.has(Code.LOCK)).isTrue();
  }

  /** The names that the server chooses are what a down drops. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CREATE INDEX ON orders (note) | DROP INDEX orders_note_idx",
        "CREATE INDEX ON orders (state) | DROP INDEX orders_state_idx",
        "CREATE INDEX ON orders (lower(note)) | DROP INDEX orders_lower_idx",
        "CREATE INDEX ON orders ((id + 1), (id + 2)) | DROP INDEX orders_expr_expr1_idx",
        "CREATE INDEX ON orders (note COLLATE \"C\") WHERE id > 1 | DROP INDEX orders_note_idx",
        "CREATE INDEX ON orders (note) INCLUDE (state) | DROP INDEX orders_note_state_idx",
        "CREATE INDEX ON orders (note); CREATE INDEX ON orders (note) | DROP INDEX"
            + " orders_note_idx1",
        "ALTER TABLE orders ADD CHECK (id > 0) | ALTER TABLE orders DROP CONSTRAINT"
            + " orders_id_check",
        "ALTER TABLE orders ADD CHECK (id > customer_id) | ALTER TABLE orders DROP CONSTRAINT"
            + " orders_check",
        "ALTER TABLE orders ADD CHECK (id > 0); ALTER TABLE orders ADD CHECK (id > 1) | ALTER TABLE"
            + " orders DROP CONSTRAINT orders_id_check1",
        "CREATE TABLE z (LIKE orders) | ALTER TABLE z DROP COLUMN note",
        "CREATE SEQUENCE z | DROP SEQUENCE z",
        "CREATE TABLE z (id serial) | DROP SEQUENCE z_id_seq"
      })
  void down_knowsWhatTheUpMade(String up, String down) {
    Forecast forecast = SmallShop.forecast();
    assertThat(forecast.run(Script.parse(up)).problems()).isEmpty();

    assertThat(forecast.run(Script.parse(down)).problems()).isEmpty();
  }

  @Test
  void copy_isNotChangedByTheOther() {
    Forecast forecast = SmallShop.forecast();
    forecast.copy().run(Script.parse("DROP TABLE orders CASCADE;"));

    Assessment after = forecast.run(Script.parse("ALTER TABLE orders ADD COLUMN x int;"));
    assertThat(after.problems()).isEmpty();
  }

  @Test
  void searchPath_ofOneFile_isForgottenInTheNext() {
    Forecast forecast = SmallShop.forecast();
    assertThat(forecast.run(Script.parse("SET search_path = nowhere; DROP TABLE orders;")).risk())
        .isEqualTo(Grade.UNKNOWN);
    assertThat(forecast.run(Script.parse("ALTER TABLE orders ADD COLUMN x int;")).risk())
        .isEqualTo(Grade.LOW);
  }

  @Test
  void refusedDrop_saysWhatStandsInTheWay() {
    assertThat(SmallShop.assess("DROP TABLE customer;").effects())
        .extracting(OperationImpact::text)
        .contains(
            "PostgreSQL will refuse it for what depends on customer: the foreign key"
                + " orders_customer of orders");
  }

  /** What each statement costs must not grow with the file, or this does not come to an end. */
  @Test
  void b4_aFileOfManyStatements_isGradedToItsLastLine() {
    int many = 300_000;
    Script script = Script.parse("SELECT 1;\n".repeat(many));
    int[] seen = {0};
    Forecast forecast =
        Forecast.of(
            SmallShop.catalog(17),
            statement -> {
              seen[0] = statement.line();
              return List.of();
            });

    assertThat(forecast.run(script).risk()).isEqualTo(Grade.LOW);
    assertThat(seen[0]).isEqualTo(many);
  }

  @Test
  void garbledStatements_neverBreakTheForecast_andAreUnknownWhenUnreadable() throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    SqlParser reader = new SqlParser();
    List<String> lines;
    try (var stream = ForecastTest.class.getResourceAsStream("/risk/statements.sql")) {
      lines = new String(stream.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
    for (int i = 0; i < 1500; i++) {
      StringBuilder text = new StringBuilder(lines.get(random.nextInt(lines.size())));
      for (int cuts = random.nextInt(4); cuts > 0 && text.length() > 8; cuts--) {
        int from = random.nextInt(text.length() - 6);
        text.delete(from, from + 1 + random.nextInt(5));
      }
      Script script = Script.parse(text.toString());
      Assessment found = SmallShop.forecast().run(script);
      boolean unreadable =
          script.work().stream()
              .flatMap(statement -> reader.read(statement).stream())
              .anyMatch(SqlOperation.Opaque.class::isInstance);
      if (unreadable || !script.flaws().isEmpty()) {
        assertThat(found.risk()).as("seed %s: %s", seed, text).isEqualTo(Grade.UNKNOWN);
      }
      assertThat(found.problems().isEmpty())
          .as("seed %s: %s", seed, text)
          .isEqualTo(found.risk() != Grade.UNKNOWN);
    }
  }
}
