package dev.ripcord.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.Downs;
import dev.ripcord.migration.Folder;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A commit and the beginning of the next migration travel together; neither hides the other. */
final class RunnerStreamTest {
  private static final Folder FOUR =
      MigrationBench.folder(
          "01_a",
          "CREATE TABLE a ();",
          "DROP TABLE a;",
          "02_b",
          "CREATE TABLE b ();",
          "DROP TABLE b;",
          "03_c",
          "CREATE TABLE c ();",
          "DROP TABLE c;",
          "04_d",
          "CREATE TABLE d ();",
          "DROP TABLE d;");
  private static final String THERE =
      "SELECT coalesce(string_agg(relname, ',' ORDER BY relname), '') FROM pg_class"
          + " WHERE relname IN ('a', 'b', 'c', 'd')";
  private static final String AUDIT =
      "SELECT string_agg(migration_version || ' ' || direction || ' ' || success, ', ' ORDER BY id)"
          + " FROM ripcord.migration_audit WHERE direction <> 'schema'";

  @RegisterExtension static final MigrationBench bench = new MigrationBench();
  private Database database;

  @BeforeEach
  void fresh() {
    database = bench.fresh();
  }

  private static List<String> labels(MigrationOutcome outcome) {
    return outcome.steps().stream().map(MigrationOutcome.Step::label).toList();
  }

  private List<String> applied() {
    return bench.history(database).applied().stream().map(Applied::label).toList();
  }

  /** Lets a trigger run when a version's record is written, or only when it is committed. */
  private void when(String version, boolean committed, String action) {
    bench.run(
        database,
        "CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN " + action + " END$$",
        "CREATE CONSTRAINT TRIGGER meddle AFTER INSERT ON ripcord.migration_audit DEFERRABLE"
            + (committed ? " INITIALLY DEFERRED" : "")
            + " FOR EACH ROW WHEN (new.success AND new.migration_version = '"
            + version
            + "') EXECUTE FUNCTION meddle()");
  }

  private Folder first(int count) {
    return new Folder(FOUR.layout(), FOUR.migrations().subList(0, count), List.of());
  }

  @Test
  void up_aCommitThatFails_undoesThatFileAndBeginsNoOther() {
    bench.up(database, first(1));
    when("03", true, "RAISE EXCEPTION 'not this one';");
    MigrationOutcome outcome = bench.up(database, FOUR);
    assertThat(outcome).isInstanceOf(MigrationOutcome.Failed.class);
    assertThat(((MigrationOutcome.Failed) outcome).message())
        .contains("not this one")
        .contains("02_b and what came before it stay done");
    assertThat(labels(outcome)).containsExactly("02_b");
    assertThat(applied()).containsExactly("01_a", "02_b");
    assertThat(bench.ask(database, THERE)).isEqualTo("a,b");
    assertThat(bench.ask(database, AUDIT)).isEqualTo("01 up true, 02 up true, 03 up false");
    bench.run(database, "DROP TRIGGER meddle ON ripcord.migration_audit");
    assertThat(labels(bench.up(database, FOUR))).containsExactly("03_c", "04_d");
  }

  @Test
  void down_aCommitThatFails_leavesThatOneAppliedAndTakesBackNoOther() {
    bench.up(database, FOUR);
    when("03", true, "RAISE EXCEPTION 'not this one';");
    MigrationOutcome outcome = bench.down(database, Downs::toBase);
    assertThat(outcome).isInstanceOf(MigrationOutcome.Failed.class);
    assertThat(labels(outcome)).containsExactly("04_d");
    assertThat(applied()).containsExactly("01_a", "02_b", "03_c");
    assertThat(bench.ask(database, THERE)).isEqualTo("a,b,c");
  }

  @Test
  void up_aCommitThatMeetsAConflict_isTriedAgainAndTheRestFollows() {
    bench.up(database, first(1));
    bench.run(database, "CREATE SEQUENCE tries");
    when(
        "03",
        true,
        "IF nextval('tries') < 3 THEN RAISE 'conflict' USING ERRCODE = '40001'; END IF; RETURN"
            + " NULL;");
    assertThat(labels(bench.up(database, FOUR))).containsExactly("02_b", "03_c", "04_d");
    assertThat(bench.ask(database, "SELECT last_value FROM tries")).isEqualTo("3");
    assertThat(bench.ask(database, AUDIT))
        .isEqualTo("01 up true, 02 up true, 03 up true, 04 up true");
  }

  @Test
  void down_aStoredTextThatIsChangedMeanwhile_isRefusedAfterTheOnesBefore() {
    bench.up(database, FOUR);
    when(
        "03",
        false,
        "UPDATE ripcord.migration_history SET down_text = 'DROP TABLE a' WHERE version = '02';"
            + " RETURN NULL;");
    MigrationOutcome outcome = bench.down(database, Downs::toBase);
    assertThat(outcome).isInstanceOf(MigrationOutcome.Refused.class);
    assertThat(labels(outcome)).containsExactly("04_d", "03_c");
    assertThat(applied()).containsExactly("01_a", "02_b");
    assertThat(bench.ask(database, THERE)).isEqualTo("a,b");
  }

  @Test
  void upAndDown_transactionsAndOthersInTurn_areDoneInTheirOrder() {
    Folder mixed =
        MigrationBench.folder(
            "01_a",
            "CREATE TABLE a (n int);",
            "DROP TABLE a;",
            "02_i",
            "CREATE INDEX CONCURRENTLY i ON a (n);",
            "DROP INDEX CONCURRENTLY i;",
            "03_j",
            "CREATE INDEX CONCURRENTLY j ON a (n);",
            "DROP INDEX CONCURRENTLY j;",
            "04_b",
            "CREATE TABLE b ();",
            "DROP TABLE b;",
            "05_c",
            "SELECT current_setting('lock_timeout')::text;",
            "SELECT 1;");
    assertThat(labels(bench.up(database, mixed)))
        .containsExactly("01_a", "02_i", "03_j", "04_b", "05_c");
    assertThat(bench.ask(database, THERE)).isEqualTo("a,b");
    assertThat(labels(bench.down(database, Downs::toBase)))
        .containsExactly("05_c", "04_b", "03_j", "02_i", "01_a");
    assertThat(bench.ask(database, THERE)).isEmpty();
  }

  @Test
  void isRecorded_onlyWhatThisRunHasCommitted() {
    bench.up(database, first(2));
    try (MigrationSession session = bench.session(database)) {
      MigrationTables tables = new MigrationTables("ripcord");
      long run = session.ask("SELECT id FROM ripcord.migration_attempt").getFirst().getLong(0);
      RunnerBooks same = new RunnerBooks(tables, MigrationBench.TESTER, OptionalLong.of(run));
      RunnerBooks other = new RunnerBooks(tables, MigrationBench.TESTER, OptionalLong.of(run + 1));
      assertThat(same.isRecorded(session, FOUR.migrations().get(1).version())).isTrue();
      assertThat(same.isRecorded(session, FOUR.migrations().get(2).version())).isFalse();
      assertThat(other.isRecorded(session, FOUR.migrations().get(1).version())).isFalse();
    }
  }
}
