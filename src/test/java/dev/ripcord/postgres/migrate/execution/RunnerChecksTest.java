package dev.ripcord.postgres.migrate.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.file.SourceFile;
import dev.ripcord.migration.selection.RevertSelection;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import dev.ripcord.postgres.MigrationSession;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The team's own queries, and what is found of the schema, around a run. */
public final class RunnerChecksTest {
  private static final String UP = "CREATE TABLE a (id int); INSERT INTO a VALUES (1), (2);";
  private static final String THERE = "SELECT to_regclass('a') IS NOT NULL";

  @RegisterExtension static final MigrationBench bench = new MigrationBench();
  private Database database;

  @BeforeEach
  void fresh() {
    database = bench.fresh();
  }

  public static Folder folder(String up, String down, String... checks) {
    List<SourceFile> files = new ArrayList<>();
    files.add(new SourceFile("01_create_a_up.sql", up));
    files.add(new SourceFile("01_create_a_down.sql", down));
    for (int i = 0; i < checks.length; i += 2) {
      files.add(new SourceFile("verify/" + checks[i], checks[i + 1]));
    }
    return Folder.of(files);
  }

  private static String failure(MigrationOutcome outcome) {
    assertThat(outcome).isInstanceOf(MigrationOutcome.Failed.class);
    return ((MigrationOutcome.Failed) outcome).shown();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT count(*) = 2 FROM a",
        "SELECT 1 / count(*) FROM a",
        "SELECT id FROM a WHERE false",
        "SELECT true, false FROM a",
        "SELECT NULL::text",
        "SELECT false WHERE false",
        "DO $$ BEGIN ASSERT (SELECT count(*) FROM a) = 2, 'two rows'; END $$"
      })
  void up_aCheckThatHolds_isApplied(String check) {
    MigrationOutcome outcome =
        bench.up(database, folder(UP, "DROP TABLE a;", "01_rows.sql", check));

    assertThat(outcome).isInstanceOf(MigrationOutcome.Done.class);
    assertThat(bench.ask(database, THERE)).isEqualTo("true");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          SELECT count(*) = 3 AS three, count(*) FROM a     | it gave: three = false, count = 2
          SELECT id = 1 FROM a ORDER BY id                  | it gave: ?column? = false
          SELECT NULL::boolean                              | it gave: bool = null
          SELECT 1 / (count(*) - 2) FROM a                  | it failed: division by zero
          SELECT nothing FROM a                             | it failed: column "nothing" does not exist
          DELETE FROM a                                     | cannot execute DELETE in a read-only
          DO $$BEGIN ASSERT false, 'not two'; END$$         | it failed: not two
          """)
  void up_aCheckThatDoesNotHold_failsAndLeavesNothing(String check, String said) {
    Folder folder = folder(UP, "DROP TABLE a;", "01_rows.sql", "SELECT true;\n" + check);

    String message = failure(bench.up(database, folder));

    assertThat(message)
        .contains("verify/01_rows.sql:2:1", "the up of 01_create_a", check, said)
        .contains("The database is as before this file.");
    assertThat(bench.ask(database, THERE)).isEqualTo("false");
    assertThat(bench.history(database).applied()).isEmpty();
    assertThat(
            bench.ask(
                database, "SELECT error_message FROM ripcord.migration_audit WHERE NOT success"))
        .contains("verify/01_rows.sql:2:1");
  }

  @Test
  void up_checksThatChangeSettings_leaveThemAsTheyWere() {
    Folder folder =
        folder(
            "CREATE SCHEMA s; SET search_path = s; CREATE TABLE b (id int);",
            "DROP SCHEMA s CASCADE;",
            "01_a.sql",
            "SET search_path = nowhere; SELECT true;",
            "01_b.sql",
            "SELECT count(*) = 0 FROM s.b;");

    assertThat(bench.up(database, folder)).isInstanceOf(MigrationOutcome.Done.class);
  }

  @Test
  void up_outsideATransaction_staysUnrecordedUntilTheCheckHolds() {
    bench.run(database, "CREATE TABLE t (id int)");
    String up = "CREATE INDEX CONCURRENTLY i ON t (id);";
    String down = "DROP INDEX CONCURRENTLY i;";

    String message =
        failure(bench.up(database, folder(up, down, "01_i.sql", "SELECT count(*) = 1 FROM t;")));

    assertThat(message).contains("it is not recorded as done", "only the check is repeated");
    assertThat(bench.history(database).applied()).isEmpty();
    bench.run(database, "INSERT INTO t VALUES (1)");
    assertThat(bench.up(database, folder(up, down, "01_i.sql", "SELECT count(*) = 1 FROM t;")))
        .isInstanceOf(MigrationOutcome.Done.class);
    assertThat(bench.history(database).applied()).hasSize(1);
  }

  @Test
  void down_itsCheck_isTheOneOfTheUpAndNeedsNoFile() {
    bench.run(database, "CREATE TABLE kept (id int)");
    bench.up(
        database,
        folder(UP, "DROP TABLE a;", "01_kept_down.sql", "SELECT count(*) = 1 FROM kept;"));

    String message = failure(bench.down(database, downs -> downs.last(1)));

    assertThat(message).contains("verify/01_kept_down.sql:1:1", "the down of 01_create_a");
    assertThat(bench.ask(database, THERE)).isEqualTo("true");
    assertThat(bench.history(database).applied()).hasSize(1);
    bench.run(database, "INSERT INTO kept VALUES (1)");
    assertThat(bench.down(database, RevertSelection::toBase))
        .isInstanceOf(MigrationOutcome.Done.class);
  }

  @Test
  void down_withoutChecks_isDone() {
    bench.up(database, folder(UP, "DROP TABLE a;", "01_no_down.sql", "SELECT false;"));

    MigrationOutcome outcome =
        MigrationBench.wait(
            bench
                .runner(database)
                .down(
                    past -> new RevertSelection(past).last(1),
                    MigrationBench.TESTER.withoutChecks()));

    assertThat(outcome).isInstanceOf(MigrationOutcome.Done.class);
  }

  @Test
  void up_afterTheSchemaWasChangedByHand_saysSoOnce() {
    Folder one = MigrationBench.folder("01_a", "CREATE TABLE a (id int);", "DROP TABLE a;");
    Folder two =
        MigrationBench.folder(
            "01_a",
            "CREATE TABLE a (id int);",
            "DROP TABLE a;",
            "02_b",
            "CREATE TABLE b (id int);",
            "DROP TABLE b;");
    assertThat(bench.up(database, one).remarks()).isEmpty();
    bench.run(database, "ALTER TABLE a ADD COLUMN by_hand text");

    List<String> remarks = bench.up(database, two).remarks();

    assertThat(remarks).hasSize(1);
    assertThat(remarks.getFirst())
        .contains("not as it was recorded at version 01")
        .endsWith(":\ncolumn a.by_hand is new");
    assertThat(
            bench.ask(
                database, "SELECT detail FROM ripcord.migration_audit WHERE direction = 'schema'"))
        .isEqualTo("column a.by_hand is new");
    assertThat(bench.down(database, downs -> downs.last(1)).remarks()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DEALLOCATE ALL;",
        "PREPARE ripcord_schema AS SELECT 1;",
        "SET quote_all_identifiers = on; SET datestyle = 'German'; SET search_path = pg_catalog;",
        "CREATE TEMPORARY TABLE pg_class (oid oid);"
      })
  void down_thatLeavesSomethingInItsSession_isComparedAllTheSame(String left) {
    String[] one = {
      "01_a",
      "CREATE TABLE public.a (id int, at date DEFAULT '2026-01-31');",
      "DROP TABLE public.a;"
    };
    String more = left + " DROP TABLE public.b; ALTER TABLE public.a ADD COLUMN more int;";
    String[] both = {one[0], one[1], one[2], "02_b", "CREATE TABLE public.b (id int);", more};
    bench.up(database, MigrationBench.folder(one));
    bench.up(database, MigrationBench.folder(both));

    List<String> remarks = bench.down(database, downs -> downs.last(1)).remarks();

    assertThat(remarks).singleElement().asString().endsWith("\ncolumn a.more stays behind");
  }

  @Test
  void down_thatLeadsElsewhere_saysWhatIsNotAsBefore() {
    bench.run(database, "CREATE TABLE t (id int, c varchar(5) NOT NULL)");
    Folder folder =
        MigrationBench.folder(
            "01_drop_c", "ALTER TABLE t DROP COLUMN c;", "ALTER TABLE t ADD COLUMN c varchar(9);");
    bench.up(database, folder);

    List<String> remarks = bench.down(database, RevertSelection::toBase).remarks();

    assertThat(remarks.getFirst()).contains("when the database stood at version base before");
    assertThat(remarks.getFirst())
        .contains("\ncolumn t.c: type was character varying(5), is character varying(9)");
    assertThat(bench.up(database, folder).remarks())
        .as("the schema that the down has left is told again before the next up")
        .hasSameSizeAs(remarks);
  }

  @Test
  void up_whenTheCatalogCannotBeRead_saysThatItIsNotKnown() {
    bench.run(database, "CREATE TABLE t (id int)", "CREATE VIEW v AS SELECT id FROM t");
    Folder folder = MigrationBench.folder("01_a", "CREATE TABLE a (id int);", "DROP TABLE a;");
    try (MigrationSession other = bench.session(database)) {
      other.run("BEGIN; LOCK TABLE v IN ACCESS EXCLUSIVE MODE");

      MigrationOutcome outcome = bench.up(database, folder);

      assertThat(outcome).isInstanceOf(MigrationOutcome.Done.class);
      assertThat(outcome.remarks()).isNotEmpty().allMatch(each -> each.contains("not known"));
    }
  }
}
