package dev.ripcord.postgres.migrate.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.Permits;
import dev.ripcord.migration.Applied;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.selection.RevertSelection;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.history.MigrationTables;
import dev.ripcord.postgres.history.RunMetadata;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What is sent behind a migration before its end is known does nothing unless that one is done. */
@ParameterizedClass
@MethodSource("ways")
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
  private final RunMetadata note;
  private Database database;

  RunnerStreamTest(RunMetadata note) {
    this.note = note;
  }

  /** As one text each; behind a fence, which has to be looked at first, in parts. */
  static List<RunMetadata> ways() {
    return List.of(MigrationBench.TESTER, MigrationBench.TESTER.permit(Permits.granted(1)));
  }

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

  /** Does something when a version's record is written, or only when it is committed. */
  private void when(String version, boolean committed, String action) {
    bench.run(
        database,
        function("meddle", action),
        function(
            "late",
            "SET CONSTRAINTS ALL DEFERRED; INSERT INTO commits DEFAULT VALUES; RETURN NULL;"),
        "CREATE TABLE commits ()",
        "CREATE CONSTRAINT TRIGGER meddle AFTER INSERT ON commits DEFERRABLE INITIALLY DEFERRED"
            + " FOR EACH ROW EXECUTE FUNCTION meddle()",
        "CREATE TRIGGER meddle AFTER INSERT ON ripcord.migration_audit"
            + " FOR EACH ROW WHEN (new.success AND new.migration_version = '"
            + version
            + "') EXECUTE FUNCTION "
            + (committed ? "late()" : "meddle()"));
  }

  private static String function(String name, String body) {
    return "CREATE FUNCTION "
        + name
        + "() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN "
        + body
        + " END$$";
  }

  private MigrationOutcome up(Folder folder) {
    return bench.up(database, folder, note);
  }

  private MigrationOutcome down() {
    return bench.down(database, RevertSelection::toBase, note);
  }

  private Folder first(int count) {
    return new Folder(FOUR.layout(), FOUR.migrations().subList(0, count), List.of());
  }

  @Test
  void up_aCommitThatFails_undoesThatFileAndBeginsNoOther() {
    up(first(1));
    when("03", true, "RAISE EXCEPTION 'not this one';");
    MigrationOutcome outcome = up(FOUR);
    assertThat(outcome).isInstanceOf(MigrationOutcome.Failed.class);
    assertThat(((MigrationOutcome.Failed) outcome).shown())
        .contains("not this one")
        .contains("02_b and what came before it stay done");
    assertThat(labels(outcome)).containsExactly("02_b");
    assertThat(applied()).containsExactly("01_a", "02_b");
    assertThat(bench.ask(database, THERE)).isEqualTo("a,b");
    assertThat(bench.ask(database, AUDIT)).isEqualTo("01 up true, 02 up true, 03 up false");
    bench.run(database, "DROP TRIGGER meddle ON ripcord.migration_audit");
    assertThat(labels(up(FOUR))).containsExactly("03_c", "04_d");
  }

  @Test
  void down_aCommitThatFails_leavesThatOneAppliedAndTakesBackNoOther() {
    up(FOUR);
    when("03", true, "RAISE EXCEPTION 'not this one';");
    MigrationOutcome outcome = down();
    assertThat(outcome).isInstanceOf(MigrationOutcome.Failed.class);
    assertThat(labels(outcome)).containsExactly("04_d");
    assertThat(applied()).containsExactly("01_a", "02_b", "03_c");
    assertThat(bench.ask(database, THERE)).isEqualTo("a,b,c");
  }

  @Test
  void up_aCommitThatMeetsAConflict_isTriedAgainAndTheRestFollows() {
    up(first(1));
    bench.run(database, "CREATE SEQUENCE tries");
    when(
        "03",
        true,
        "IF nextval('tries') < 3 THEN RAISE 'conflict' USING ERRCODE = '40001'; END IF; RETURN"
            + " NULL;");
    assertThat(labels(up(FOUR))).containsExactly("02_b", "03_c", "04_d");
    assertThat(bench.ask(database, "SELECT last_value FROM tries")).isEqualTo("3");
    assertThat(bench.ask(database, AUDIT))
        .isEqualTo("01 up true, 02 up true, 03 up true, 04 up true");
  }

  @Test
  void down_aStoredTextThatIsChangedMeanwhile_isRefusedAfterTheOnesBefore() {
    up(FOUR);
    when(
        "03",
        false,
        "UPDATE ripcord.migration_history SET down_text = 'DROP TABLE a' WHERE version = '02';"
            + " RETURN NULL;");
    MigrationOutcome outcome = down();
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
    assertThat(labels(up(mixed))).containsExactly("01_a", "02_i", "03_j", "04_b", "05_c");
    assertThat(bench.ask(database, THERE)).isEqualTo("a,b");
    assertThat(labels(down())).containsExactly("05_c", "04_b", "03_j", "02_i", "01_a");
    assertThat(bench.ask(database, THERE)).isEmpty();
  }

  @Test
  void up_whatAFileLeavesBehindInItsSession_doesNotReachTheNext() {
    Folder sets =
        MigrationBench.folder(
            "01_a",
            "SET default_transaction_read_only = on; SET search_path = nowhere; CREATE ROLE "
                + database.name()
                + "; SET ROLE "
                + database.name()
                + ";",
            "SELECT 1;",
            "02_b",
            "CREATE TABLE b (); SET SESSION AUTHORIZATION " + database.name() + ";",
            "DROP TABLE b;",
            "03_c",
            "CREATE TABLE c ();",
            "DROP TABLE c;");
    assertThat(labels(up(sets))).containsExactly("01_a", "02_b", "03_c");
    assertThat(bench.ask(database, THERE)).isEqualTo("b,c");
  }

  @Test
  void isRecorded_onlyWhatThisRunHasCommitted() {
    up(first(2));
    try (MigrationSession session = bench.session(database)) {
      MigrationTables tables = new MigrationTables("ripcord");
      long run = session.ask("SELECT id FROM ripcord.migration_attempt").getFirst().getLong(0);
      HistoryWriter same = new HistoryWriter(tables, MigrationBench.TESTER, OptionalLong.of(run));
      HistoryWriter other =
          new HistoryWriter(tables, MigrationBench.TESTER, OptionalLong.of(run + 1));
      assertThat(same.isRecorded(session, FOUR.migrations().get(1).version())).isTrue();
      assertThat(same.isRecorded(session, FOUR.migrations().get(2).version())).isFalse();
      assertThat(other.isRecorded(session, FOUR.migrations().get(1).version())).isFalse();
    }
  }
}
