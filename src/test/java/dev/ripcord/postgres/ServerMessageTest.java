package dev.ripcord.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.migration.file.Folder;
import dev.ripcord.postgres.migrate.execution.MigrationOutcome;
import dev.ripcord.postgres.migrate.execution.RunnerChecksTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A row of a customer in all places where the server may repeat it. */
final class ServerMessageTest {
  private static final String ROW = "ann@example.com";

  @RegisterExtension static final MigrationBench bench = new MigrationBench();
  private Database database;

  @BeforeEach
  void fill() {
    database = bench.fresh();
    bench.run(
        database,
        "CREATE TABLE people (email text PRIMARY KEY, age int CHECK (age < 100), note text NOT"
            + " NULL)");
    bench.run(database, "INSERT INTO people VALUES ('ann@example.com', 42, 'ann@example.com')");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          INSERT INTO people SELECT * FROM people                        | duplicate key value violates unique constraint "people_pkey" (SQLSTATE 23505)
          INSERT INTO people SELECT concat(email, 'x'), 100, note FROM people  | new row for relation "people" violates check constraint "people_age_check" (SQLSTATE 23514)
          INSERT INTO people SELECT concat(email, 'x'), 1 FROM people          | null value in column "note" of relation "people" violates not-null constraint (SQLSTATE 23502)
          ALTER TABLE people ALTER email TYPE int USING email::int       | a value has not the form that its type needs (SQLSTATE 22P02)
          ALTER TABLE people ALTER email TYPE date USING email::date     | a value is no valid date or time (SQLSTATE 22007)
          SELECT note::json FROM people                                  | a value has not the form that its type needs (SQLSTATE 22P02)
          UPDATE people SET note = note::varchar(3)::int                 | a value has not the form that its type needs (SQLSTATE 22P02)
          DO $$BEGIN RAISE '%', (SELECT email FROM people); END$$        | the migration's own code raised an error (SQLSTATE P0001)
          DO $$BEGIN RAISE '%', (SELECT email FROM people) USING ERRCODE = 'unique_violation'; END$$ | a unique constraint is violated (SQLSTATE 23505)
          DO $$BEGIN RAISE USING MESSAGE = 'x', HINT = (SELECT email FROM people); END$$ | the migration's own code raised an error (SQLSTATE P0001)
          DO $$BEGIN EXECUTE format('SELECT %I', (SELECT email FROM people)); END$$ | a column does not exist (SQLSTATE 42703)
          DO $$BEGIN EXECUTE concat('SELECT 1 ', (SELECT email FROM people)); END$$ | syntax error (SQLSTATE 42601)
          DO $$BEGIN ASSERT false, (SELECT email FROM people); END$$     | an ASSERT does not hold (SQLSTATE P0004)
          SELECT "ann@example.com" FROM people                           | column "…" does not exist (SQLSTATE 42703)
          DROP TABLE nowhere                                             | table "nowhere" does not exist (SQLSTATE 42P01)
          SELECT 1/0                                                     | division by zero (SQLSTATE 22012)
          """)
  void s1_theServerQuotesARow_isOnlyShownToWhoRunsIt(String statement, String said) {
    Folder folder = MigrationBench.folder("01_a", "SELECT 1;\n" + statement + ";", "SELECT 1;");
    MigrationOutcome.Failed failed = (MigrationOutcome.Failed) bench.up(database, folder);

    assertThat(failed.message()).contains(said).contains("01_a_up.sql:2:").doesNotContain("ann@");
    assertThat(
            bench.ask(
                database, "SELECT string_agg(error_message, '') FROM ripcord.migration_audit"))
        .doesNotContain("ann@");
  }

  @Test
  void s1_theTerminalOfWhoRunsIt_hasAllThatTheServerSays() {
    Folder folder =
        MigrationBench.folder("01_a", "INSERT INTO people SELECT * FROM people;", "SELECT 1;");
    MigrationOutcome.Failed failed = (MigrationOutcome.Failed) bench.up(database, folder);

    assertThat(failed.shown())
        .contains("Key (email)=(" + ROW + ") already exists.")
        .contains("    1 | INSERT INTO people SELECT * FROM people;");
  }

  @Test
  void s1_aCheckGivesARow_isOnlyShownToWhoRunsIt() {
    Folder folder =
        RunnerChecksTest.folder(
            "SELECT 1;", "SELECT 1;", "01_a.sql", "SELECT false, email FROM people");
    MigrationOutcome.Failed failed = (MigrationOutcome.Failed) bench.up(database, folder);

    assertThat(failed.message()).contains("it gave: false").doesNotContain(ROW);
    assertThat(failed.shown()).contains("email = " + ROW);
  }
}
