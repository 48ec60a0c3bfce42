package dev.ripcord.postgres.migrate.salvage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.migration.file.Folder;
import dev.ripcord.postgres.MigrationBench;
import dev.ripcord.postgres.migrate.execution.MigrationOutcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a stage 2 drops on a real PostgreSQL, what is kept of it, and how it comes back. */
final class StageTwoTest extends StageTwoDatabase {
  @RegisterExtension static final MigrationBench BENCH = new MigrationBench();

  StageTwoTest() {
    super(BENCH);
  }

  @Test
  void droppedColumn_isGone_andItsValuesComeBackWithTheDown() {
    assertThat(
            removed(
                "ALTER TABLE customers DROP COLUMN fax;",
                "ALTER TABLE customers ADD COLUMN fax text;"))
        .isInstanceOf(MigrationOutcome.Done.class);

    assertThat(rows("SELECT * FROM customers ORDER BY id"))
        .isEqualTo("(1,ann,7) (2,bob,0) (3,eve,9)");
    assertThat(told).hasSize(1);
    assertThat(told.getFirst())
        .matches(
            "2 values of customers.fax kept in ripcord_salvage.s1_customers, until"
                + " \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC");
    bench.run(
        database,
        "INSERT INTO customers VALUES (4, 'joe', 1)",
        "UPDATE customers SET name = 'ANN' WHERE id = 1");
    reverted();

    assertThat(rows("SELECT id, name, fax FROM customers ORDER BY id"))
        .isEqualTo("(1,ANN,f1) (2,bob,) (3,eve,f3) (4,joe,)");
    assertThat(told).contains("2 values of customers.fax brought back");
    assertThat(entries()).isEmpty();
    assertThat(isThere(SALVAGE)).as("nothing stays behind").isFalse();
    assertThat(
            bench.ask(
                database,
                "SELECT string_agg(direction, ' ' ORDER BY id) FROM ripcord.migration_audit WHERE"
                    + " direction <> 'schema'"))
        .isEqualTo("up purge down");
  }

  @Test
  void aValueWhoseRowIsGone_staysKept_andIsSaid() {
    removed("ALTER TABLE customers DROP COLUMN fax;", "ALTER TABLE customers ADD COLUMN fax text;");
    bench.run(database, "DELETE FROM customers WHERE id = 3");
    reverted();

    assertThat(told)
        .contains(
            "1 value of customers.fax brought back; 1 not, since their rows are gone or have a"
                + " value: kept in ripcord_salvage.s1_customers");
    assertThat(entries()).containsExactly("stage2 customers.fax 2");
  }

  @Test
  void aPlaceholderThatTheDownWrote_givesWayToTheValueThatWas() {
    removed(
        "ALTER TABLE customers DROP COLUMN score;",
        "ALTER TABLE customers ADD COLUMN score int; UPDATE customers SET score = -1;"
            + " ALTER TABLE customers ALTER COLUMN score SET NOT NULL;");
    reverted();

    assertThat(rows("SELECT id, score FROM customers ORDER BY id")).isEqualTo("(1,7) (2,0) (3,9)");
  }

  @Test
  void aDefaultThatTheDownDoesNotName_comesBackInEachRow() {
    bench.run(database, "ALTER TABLE customers ADD COLUMN vip boolean NOT NULL DEFAULT false");
    removed(
        "ALTER TABLE customers DROP COLUMN vip, DROP COLUMN score;",
        "ALTER TABLE customers ADD COLUMN vip boolean, ADD COLUMN score int;");
    reverted();

    assertThat(rows("SELECT id, vip, score FROM customers ORDER BY id"))
        .isEqualTo("(1,f,7) (2,f,0) (3,f,9)");
  }

  @Test
  void aTriggerThatTheDownMakes_doesNotWriteOverWhatComesBack() {
    String orders =
        "CREATE TABLE orders (id int PRIMARY KEY, made_at date); CREATE FUNCTION made() RETURNS"
            + " trigger LANGUAGE plpgsql AS 'BEGIN NEW.made_at := now(); RETURN NEW; END'; CREATE"
            + " TRIGGER made BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION made();";
    bench.run(
        database,
        orders
            + "ALTER TABLE orders DISABLE TRIGGER made; INSERT INTO orders VALUES (1,"
            + " '2020-01-01')");
    removed("DROP TABLE orders; DROP FUNCTION made;", orders);
    reverted();

    assertThat(rows("SELECT * FROM orders")).isEqualTo("(1,2020-01-01)");
    bench.run(database, "INSERT INTO orders VALUES (2)");
    assertThat(rows("SELECT made_at = current_date FROM orders WHERE id = 2")).isEqualTo("(t)");
  }

  @Test
  void whatWasDroppedTwice_comesBackAsItWasTheSecondTime() {
    String up = "ALTER TABLE customers DROP COLUMN fax;";
    String down = "ALTER TABLE customers ADD COLUMN fax text;";
    removed(up, down);
    assertThat(down(week().restoring(StageTwo.Restore.NONE)))
        .isInstanceOf(MigrationOutcome.Done.class);
    bench.run(database, "UPDATE customers SET fax = 'new' WHERE id = 1");
    removed(up, down);
    reverted();

    assertThat(rows("SELECT id, fax FROM customers ORDER BY id")).isEqualTo("(1,new) (2,) (3,f3)");
  }

  @Test
  void aColumnThatWasThereAgainBefore_keepsWhatWasWrittenSince() {
    removed(
        "ALTER TABLE customers DROP COLUMN fax;",
        "ALTER TABLE customers ADD COLUMN IF NOT EXISTS fax text;");
    bench.run(
        database,
        "ALTER TABLE customers ADD COLUMN fax text",
        "UPDATE customers SET fax = 'new' WHERE id = 1");
    reverted();

    assertThat(rows("SELECT id, fax FROM customers ORDER BY id")).isEqualTo("(1,new) (2,) (3,f3)");
  }

  @Test
  void droppedTable_comesBackWithRowsKeysSequencesPrivilegesAndPolicies() {
    String role = "app" + database.name();
    bench.run(
        database,
        "CREATE ROLE " + role,
        "CREATE TABLE orders (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, no serial,"
            + " customer int REFERENCES customers, total numeric(8,2) DEFAULT 1, twice numeric"
            + " GENERATED ALWAYS AS (total * 2) STORED)",
        "INSERT INTO orders (customer, total) VALUES (1, 9.5), (2, 7), (3, 8)",
        "DELETE FROM orders WHERE customer = 3",
        "GRANT SELECT, INSERT ON orders TO " + role,
        "GRANT UPDATE (total) ON orders TO " + role,
        "GRANT USAGE ON SEQUENCE orders_no_seq TO " + role,
        "CREATE POLICY own ON orders FOR SELECT TO " + role + " USING (customer = 1)",
        "ALTER TABLE orders ENABLE ROW LEVEL SECURITY");
    removed(
        "DROP TABLE orders;",
        "CREATE TABLE orders (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, no serial,"
            + " customer int REFERENCES customers, total numeric(8,2) DEFAULT 1, twice numeric"
            + " GENERATED ALWAYS AS (total * 2) STORED);");

    assertThat(isThere("SELECT FROM pg_class WHERE relname = 'orders'")).isFalse();
    assertThat(
            bench.ask(
                database,
                "SELECT has_schema_privilege('" + role + "', 'ripcord_salvage', 'USAGE')"))
        .as("nobody else reads what is kept")
        .isEqualTo("false");
    reverted();

    assertThat(rows("SELECT * FROM orders ORDER BY id"))
        .isEqualTo("(1,1,1,9.50,19.00) (2,2,2,7.00,14.00)");
    bench.run(database, "INSERT INTO orders (customer) VALUES (3)");
    assertThat(rows("SELECT id, no FROM orders WHERE customer = 3"))
        .as("numbers that were given before are not given again")
        .isEqualTo("(4,4)");
    assertThat(
            bench.ask(
                database,
                ("SELECT has_table_privilege('%1$s', 'orders', 'SELECT') AND"
                        + " has_column_privilege('%1$s', 'orders', 'total', 'UPDATE') AND"
                        + " has_sequence_privilege('%1$s', 'orders_no_seq', 'USAGE')")
                    .formatted(role)))
        .isEqualTo("true");
    assertThat(rows("SELECT relrowsecurity FROM pg_class WHERE relname = 'orders'"))
        .isEqualTo("(t)");
    assertThat(rows("SELECT polname FROM pg_policy")).isEqualTo("(own)");
    assertThat(told).contains("2 rows of orders brought back");
    assertThat(isThere(SALVAGE)).isFalse();
  }

  @Test
  void tablesThatReferToEachOther_comeBackInTheOrderThatWorks() {
    bench.run(
        database,
        "CREATE TABLE a (id int PRIMARY KEY)",
        "CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a)",
        "INSERT INTO a VALUES (1)",
        "INSERT INTO b VALUES (1, 1)");
    removed(
        "DROP TABLE a CASCADE; DROP TABLE b;",
        "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES"
            + " a);");
    reverted();

    assertThat(rows("SELECT b.id FROM a JOIN b ON b.a = a.id")).isEqualTo("(1)");
  }

  @Test
  void partitions_comeBack() {
    String table =
        "CREATE TABLE log (at int, x text) PARTITION BY RANGE (at); CREATE TABLE log_1 PARTITION OF"
            + " log FOR VALUES FROM (0) TO (10); CREATE TABLE log_2 PARTITION OF log FOR VALUES"
            + " FROM (10) TO (20);";
    bench.run(database, table + "INSERT INTO log VALUES (1, 'a'), (11, 'b')");
    removed("DROP TABLE log;", table);
    reverted();

    assertThat(rows("SELECT * FROM log ORDER BY at")).isEqualTo("(1,a) (11,b)");
  }

  @Test
  void aViewThatDepends_isRefusedByTheServerAsEver() {
    bench.run(database, "CREATE VIEW faxes AS SELECT fax FROM customers");

    MigrationOutcome outcome =
        removed(
            "ALTER TABLE customers DROP COLUMN fax;", "ALTER TABLE customers ADD COLUMN fax text;");

    assertThat(outcome).isInstanceOf(MigrationOutcome.Failed.class);
    assertThat(((MigrationOutcome.Failed) outcome).message()).contains("depend");
    assertThat(isThere(SALVAGE)).as("nothing stays of an up that failed").isFalse();
    assertThat(rows("SELECT fax FROM customers ORDER BY id")).isEqualTo("(f1) () (f3)");
  }

  @Test
  void deletedAndEmptiedRows_comeBack_andChangedOnesAreNamed() {
    bench.run(database, "CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1), (2)");
    removed(
        "DELETE FROM customers WHERE id = 1; UPDATE customers SET name = upper(name) WHERE id = 2;"
            + " TRUNCATE t;",
        "SELECT 1;");
    reverted();

    assertThat(rows("SELECT id, name FROM customers ORDER BY id"))
        .isEqualTo("(1,ann) (2,BOB) (3,eve)");
    assertThat(rows("SELECT * FROM t ORDER BY id")).isEqualTo("(1) (2)");
    assertThat(told)
        .contains(
            "1 row of customers brought back; 1 not, since rows with their keys are there: kept in"
                + " ripcord_salvage.s1_customers");
  }

  @Test
  void whatNoLongerFits_isRefused_andTheSchemaAloneCanGoBack() {
    removed("ALTER TABLE customers DROP COLUMN fax;", "ALTER TABLE customers ADD COLUMN fax int;");

    assertThat(reasons(down(week())))
        .contains("1 (customers.fax): ", "SQLSTATE 22P02", "--no-restore");
    assertThat(
            isThere(
                "SELECT FROM pg_attribute WHERE attname = 'fax' AND attrelid ="
                    + " 'customers'::regclass"))
        .as("nothing was changed")
        .isFalse();
    assertThat(down(week().restoring(StageTwo.Restore.NONE)))
        .isInstanceOf(MigrationOutcome.Done.class);
    assertThat(entries()).containsExactly("stage2 customers.fax 2");
  }

  @Test
  void aRollbackByItself_revertsTheSchema_andNamesWhatDidNotFit() {
    removed("ALTER TABLE customers DROP COLUMN fax;", "ALTER TABLE customers ADD COLUMN fax int;");

    assertThat(down(week().restoring(StageTwo.Restore.WHAT_FITS)))
        .isInstanceOf(MigrationOutcome.Done.class);
    assertThat(told.getLast()).startsWith("not brought back: 1 (customers.fax): ");
    assertThat(entries()).containsExactly("stage2 customers.fax 2");
  }

  @Test
  void aTableWithoutAKey_isKeptWhole_andRefusesToGuess() {
    bench.run(
        database, "CREATE TABLE t (x text, y text)", "INSERT INTO t VALUES ('a', 'b'), ('a', 'c')");
    removed("ALTER TABLE t DROP COLUMN y;", "ALTER TABLE t ADD COLUMN y text;");

    assertThat(reasons(down(week()))).contains("no key that tells its rows apart");
    assertThat(rows("SELECT * FROM ripcord_salvage.s1_t ORDER BY 2")).isEqualTo("(a,b) (a,c)");
  }

  @Test
  void appliedRevertedAndAppliedAgain_eachTimeWhatIsThereIsKept() {
    Folder folder =
        MigrationBench.folder(
            "01_remove_fax",
            "ALTER TABLE customers DROP COLUMN fax;",
            "ALTER TABLE customers ADD COLUMN fax text;");
    up(folder, week());
    reverted();
    bench.run(database, "UPDATE customers SET fax = 'f2' WHERE id = 2");
    up(folder, week());
    reverted();

    assertThat(rows("SELECT fax FROM customers ORDER BY id")).isEqualTo("(f1) (f2) (f3)");
  }
}
