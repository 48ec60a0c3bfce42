package dev.ripcord.postgres.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.Permits;
import dev.ripcord.config.ShadowChoice;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.proof.Proof;
import dev.ripcord.migration.proof.Verdict;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import dev.ripcord.postgres.history.RunMetadata;
import dev.ripcord.postgres.migrate.execution.MigrationOutcome;
import dev.ripcord.postgres.verify.DownDrafter;
import dev.ripcord.postgres.verify.ProofRunner;
import dev.ripcord.release.Secret;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a file may begin, and what is said when it fails at its end: as one text and in parts. */
@ParameterizedClass
@MethodSource("ways")
final class RunnerOpeningTest {
  private static final String LEVEL =
      "INSERT INTO levels VALUES (current_setting('transaction_isolation'));";

  @RegisterExtension static final MigrationBench bench = new MigrationBench();
  private final RunMetadata note;
  private Database database;

  RunnerOpeningTest(RunMetadata note) {
    this.note = note;
  }

  static List<RunMetadata> ways() {
    return List.of(MigrationBench.TESTER, MigrationBench.TESTER.permit(Permits.granted(1)));
  }

  @BeforeEach
  void fresh() {
    database = bench.fresh();
    bench.run(
        database,
        "CREATE TABLE levels (level text)",
        "CREATE TABLE p (id int PRIMARY KEY)",
        "CREATE TABLE ch (id int REFERENCES p DEFERRABLE INITIALLY DEFERRED)");
  }

  private String levels() {
    return bench.ask(database, "SELECT string_agg(level, ', ') FROM levels");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;                                |"
            + " serializable",
        "/* a */ set local transaction isolation level repeatable read, read write;  | repeatable"
            + " read",
        "SET transaction_isolation = 'serializable';                                 |"
            + " serializable",
        "SET lock_timeout = '3s'; SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;      |"
            + " serializable",
        "LOCK TABLE p; SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; LOCK TABLE ch;  |"
            + " serializable",
        "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE;    | read"
            + " committed",
        "LOCK TABLE p;                                                               | read"
            + " committed",
      })
  void b16_isolation_isThatOfTheFileAlone(String opening, String level) {
    String sql = opening + "\n" + LEVEL;
    Folder folder = MigrationBench.folder("01_a", sql, sql, "02_b", LEVEL, LEVEL);
    assertThat(bench.up(database, folder, note)).isInstanceOf(MigrationOutcome.Done.class);
    assertThat(levels()).isEqualTo(level + ", read committed");
    bench.run(database, "TRUNCATE levels");
    assertThat(bench.down(database, downs -> downs.last(2), note))
        .isInstanceOf(MigrationOutcome.Done.class);
    assertThat(levels()).isEqualTo("read committed, " + level);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "LOCK TABLE missing; SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;  | 1:1",
        "SET nothing_such = 1; SET TRANSACTION READ WRITE;                  | 1:1",
        "SELECT 1; SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;            | 1:11",
      })
  void b16_openingThatIsRefused_isToldWithItsPlace(String sql, String place) {
    MigrationOutcome outcome =
        bench.up(database, MigrationBench.folder("01_a", sql, "SELECT 1;"), note);
    assertThat(((MigrationOutcome.Failed) outcome).message())
        .startsWith("01_a_up.sql:" + place + "  ")
        .contains("as before this file");
  }

  @Test
  void b16_proof_ofSuchAFile_isThatOfTheRest() {
    Folder folder =
        MigrationBench.folder(
            "01_a",
            "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;\nCREATE INDEX i ON p (id);",
            "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;\nDROP INDEX i;");
    List<Proof> proofs =
        MigrationBench.wait(
            new ProofRunner(bench.vertx, database, true, ShadowChoice.SERVER, line -> {})
                .inOrder(folder.migrations()));
    assertThat(proofs).extracting(Proof::verdict).containsExactly(Verdict.PROVEN);
    assertThat(
            MigrationBench.wait(
                    new DownDrafter(bench.vertx, database, ShadowChoice.SERVER, line -> {})
                        .draft(List.of(), folder.migrations().getFirst(), statement -> List.of()))
                .plain("01_a_up.sql"))
        .contains("DROP INDEX public.i");
  }

  @Test
  void b21_deferredConstraint_namesTheFile() {
    Folder folder =
        MigrationBench.folder(
            "01_a",
            "CREATE TABLE a ();",
            "DROP TABLE a;",
            "02_seed",
            "INSERT INTO ch VALUES (77);",
            "DELETE FROM ch;",
            "03_c",
            "CREATE TABLE c ();",
            "DROP TABLE c;");
    MigrationOutcome.Failed failed = (MigrationOutcome.Failed) bench.up(database, folder, note);
    assertThat(failed.message())
        .isEqualTo(
            "02_seed_up.sql, at its end: insert or update on table \"ch\" violates foreign key"
                + " constraint \"ch_id_fkey\" (SQLSTATE 23503)\n"
                + "  The database is as before this file. 01_a and what came before it stay done.");
    assertThat(failed.shown()).contains("\n    Key (id)=(77) is not present in table \"p\".\n");
    assertThat(failed.left()).isEqualTo(MigrationOutcome.Left.NOTHING);
    assertThat(bench.ask(database, "SELECT count(*) FROM ch")).isEqualTo("0");
  }

  @Test
  void b21_deferredConstraintOfADown_namesTheFile() {
    Folder folder = MigrationBench.folder("01_a", "SELECT 1;", "INSERT INTO ch VALUES (77);");
    assertThat(bench.up(database, folder, note)).isInstanceOf(MigrationOutcome.Done.class);
    MigrationOutcome outcome = bench.down(database, downs -> downs.last(1), note);
    assertThat(((MigrationOutcome.Failed) outcome).message())
        .startsWith("01_a_down.sql (as stored), at its end: ")
        .contains("\n  The database is as before this file.")
        .doesNotContain("77");
  }

  @Test
  void b21_deferredConstraintOutsideATransaction_namesTheStatement() {
    String sql = "-- transaction: none\nSELECT 1;\nINSERT INTO ch VALUES (77);";
    MigrationOutcome outcome =
        bench.up(database, MigrationBench.folder("01_a", sql, "SELECT 1;"), note);
    assertThat(((MigrationOutcome.Failed) outcome).message())
        .startsWith("01_a_up.sql:3:1  insert or update on table \"ch\" violates foreign key")
        .contains("1 of its 2 statements stay");
  }

  @ParameterizedTest
  @ValueSource(strings = {"SELECT '€';", "CREATE TABLE a (); -- €", "SELECT 1; /* € */ SELECT 2;"})
  void b21_characterThatTheEncodingHasNot_namesTheFile(String sql) {
    String name = database.name() + "_latin";
    bench.run(
        database,
        "CREATE DATABASE "
            + name
            + " ENCODING LATIN1 TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'");
    Database latin =
        Database.of(new Secret("postgresql://postgres@127.0.0.1:" + bench.port() + "/" + name));
    MigrationOutcome outcome =
        bench.up(latin, MigrationBench.folder("01_a", sql, "SELECT 1;"), note);
    assertThat(((MigrationOutcome.Failed) outcome).message())
        .startsWith("01_a_up.sql")
        .contains("a character has no place in the encoding of the database (SQLSTATE 22P05)")
        .contains("\n  The database is as before this file.");
  }
}
