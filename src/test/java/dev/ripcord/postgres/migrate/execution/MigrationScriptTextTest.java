package dev.ripcord.postgres.migrate.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.sql.Script;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.PreparedCommand;
import dev.ripcord.postgres.ScriptSource;
import dev.ripcord.postgres.history.MigrationTables;
import dev.ripcord.postgres.history.RunnerRecords;
import io.vertx.pgclient.PgException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A migration as one text: all of it or nothing, and nothing behind one that is not committed. */
final class MigrationScriptTextTest {
  private static final PreparedCommand RECORD =
      new PreparedCommand("record", "INSERT INTO records VALUES ($1)", List.of("done"));

  @RegisterExtension static final MigrationBench bench = new MigrationBench();
  private Database database;

  @BeforeEach
  void fresh() {
    database = bench.fresh();
    bench.run(database, "CREATE TABLE records (what text)");
  }

  private static ScriptSource source(String sql) {
    return new ScriptSource("01_a", "01_a.up.sql", Script.parse(sql));
  }

  /** What goes between two texts. */
  private static final String CLEANED = MigrationSession.CLEAN + "; " + MigrationScriptText.READY;

  private static MigrationScriptText.Sent sent(
      MigrationSession session, String sql, long number, long behind) {
    return MigrationScriptText.of(session, source(sql), Optional.empty(), Optional.of(RECORD))
        .orElseThrow()
        .sent(List.of("SET LOCAL lock_timeout = 1000"), number, behind);
  }

  private static int send(MigrationSession session, MigrationScriptText.Sent sent) {
    AtomicInteger ended = new AtomicInteger();
    session.runIgnoringErrors(CLEANED);
    try {
      var _ = session.send(sent.sql(), ended::incrementAndGet).await();
      assertThat(sent.isWhole(ended.get())).isTrue();
      return -1;
    } catch (PgException failure) {
      session.runIgnoringErrors("ROLLBACK");
      return ended.get();
    }
  }

  @Test
  void behind_oneThatIsCommitted_isDone() {
    try (MigrationSession session = bench.session(database)) {
      session.run(MigrationScriptText.committed(0));
      assertThat(send(session, sent(session, "CREATE TABLE a ();", 1, 0))).isEqualTo(-1);
      assertThat(send(session, sent(session, "CREATE TABLE b ();", 2, 1))).isEqualTo(-1);
    }
    assertThat(bench.ask(database, "SELECT count(*) FROM records")).isEqualTo("2");
  }

  @Test
  void behind_oneThatIsNotTheLastCommitted_doesNothing() {
    try (MigrationSession session = bench.session(database)) {
      session.run(MigrationScriptText.committed(0));
      send(session, sent(session, "CREATE TABLE a ();", 1, 0));
      MigrationScriptText.Sent other = sent(session, "CREATE TABLE b ();", 3, 2);
      session.run(CLEANED);
      AtomicInteger ended = new AtomicInteger();
      assertThatThrownBy(() -> session.send(other.sql(), ended::incrementAndGet).await())
          .isInstanceOfSatisfying(
              PgException.class,
              failure -> assertThat(other.isRefused(failure, ended.get())).isTrue());
    }
    assertThat(bench.ask(database, "SELECT to_regclass('b') IS NULL")).isEqualTo("true");
    assertThat(bench.ask(database, "SELECT count(*) FROM records")).isEqualTo("1");
  }

  @Test
  void b3_behindOneWhoseSessionIsNotCleaned_doesNothing() {
    try (MigrationSession session = bench.session(database)) {
      session.run(MigrationScriptText.committed(0));
      send(session, sent(session, "CREATE TABLE a ();", 1, 0));
      MigrationScriptText.Sent other = sent(session, "CREATE TABLE b ();", 2, 1);
      AtomicInteger ended = new AtomicInteger();
      assertThatThrownBy(() -> session.send(other.sql(), ended::incrementAndGet).await())
          .isInstanceOfSatisfying(
              PgException.class,
              failure -> assertThat(other.isRefused(failure, ended.get())).isTrue());
    }
    assertThat(bench.ask(database, "SELECT to_regclass('b') IS NULL")).isEqualTo("true");
  }

  @Test
  void behind_oneWhoseTransactionIsStillOpen_doesNothing() {
    try (MigrationSession session = bench.session(database)) {
      session.run(MigrationScriptText.committed(0));
      MigrationScriptText.Sent first = sent(session, "CREATE TABLE a ();\nSELECT 1 / 0;", 1, 0);
      MigrationScriptText.Sent second = sent(session, "ROLLBACK TO s;\nCREATE TABLE b ();", 2, 1);
      var failing = session.send(first.sql(), () -> {}).otherwiseEmpty();
      AtomicInteger ended = new AtomicInteger();
      var cleaned = session.send(CLEANED).otherwiseEmpty();
      var behind = session.send(second.sql(), ended::incrementAndGet).otherwiseEmpty();
      MigrationBench.wait(failing);
      MigrationBench.wait(cleaned);
      MigrationBench.wait(behind);
      assertThat(ended).hasValue(0);
      session.run("ROLLBACK");
    }
    assertThat(bench.ask(database, "SELECT to_regclass('b') IS NULL")).isEqualTo("true");
    assertThat(bench.ask(database, "SELECT count(*) FROM records")).isEqualTo("0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CREATE TABLE a ();~CREATE TABLE b (x nothing);                 | 2:19",
        "CREATE TABLE a ();~~SELECT 1; SELECT 'x'::int;                 | 3:18",
        "CREATE TABLE a ();~CREATE TABBLE b ();                         | 2:8",
        "SELEC 1;~SELECT 1;                                             | 1:1",
        "/* 😀 */ SELECT '😀'; -- 😀~SELECT '😀', oops;                 | 2:13",
        "DO $$BEGIN RAISE 'no'; END$$;                                  | 1:1",
        "SELECT 1; -- the last~INSERT INTO records VALUES (1 / 0)       | 2:1",
      })
  void up_aFailure_isToldWithItsPlace(String sql, String place) {
    Folder folder = MigrationBench.folder("01_a", sql.replace('~', '\n'), "SELECT 1;");
    MigrationOutcome outcome = bench.up(database, folder);
    assertThat(outcome).isInstanceOf(MigrationOutcome.Failed.class);
    assertThat(((MigrationOutcome.Failed) outcome).message())
        .startsWith("01_a_up.sql:" + place + "  ");
    assertThat(bench.ask(database, "SELECT to_regclass('a') IS NULL")).isEqualTo("true");
  }

  @ParameterizedTest
  @ValueSource(strings = {"on", "off"})
  void literal_anyText_arrivesAsItIs(String conforming) {
    try (MigrationSession session = bench.session(database)) {
      session.run("SET standard_conforming_strings = " + conforming);
      session.run("SET backslash_quote = off");
      Random random = new Random(7);
      for (int round = 0; round < 200; round++) {
        String text = text(random);
        List<@Nullable Object> values = List.of(text);
        PreparedCommand command = new PreparedCommand("same", "SELECT $1::text", values);
        session.name(command);
        String back = session.first(command.text(), row -> true).value().getFirst().getString(0);
        assertThat(back).isEqualTo(text);
      }
    }
  }

  private static String text(Random random) {
    List<String> parts =
        List.of(
            "'", "\\", "''", "\\'", "E'", "$$", "$1", ";", "--", "/*", "*/", "\n", "😀", "é", "a");
    return IntStream.range(0, random.nextInt(12))
        .mapToObj(i -> parts.get(random.nextInt(parts.size())))
        .collect(Collectors.joining());
  }

  @Test
  void up_anyText_standsInTheHistoryAsItIs() {
    String up = "SELECT E'a\\\\b''c', '\\', $x$ ' $x$, U&'\\0061'; -- it's done \\";
    String down = "SELECT 'it''s \\ gone 😀'";
    bench.up(database, MigrationBench.folder("01_a", up, down));
    assertThat(bench.ask(database, "SELECT up_text FROM ripcord.migration_history")).isEqualTo(up);
    assertThat(bench.ask(database, "SELECT down_text FROM ripcord.migration_history"))
        .isEqualTo(down);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET standard_conforming_strings = off;\nSELECT 'it\\'s';",
        "SELECT set_config('Backslash_Quote', 'off', false);",
      })
  void of_whatIsReadInAnotherWayHalfwayThrough_isSentInParts(String sql) {
    try (MigrationSession session = bench.session(database)) {
      assertThat(
              MigrationScriptText.of(session, source(sql), Optional.empty(), Optional.of(RECORD)))
          .isEmpty();
    }
  }

  @Test
  void of_whatHasALongDown_isSentInPartsAndDone() {
    String down = "SELECT '" + "x".repeat(300_000) + "';\nDROP TABLE a;";
    Folder folder = MigrationBench.folder("01_a", "CREATE TABLE a ();", down);
    RunnerRecords records =
        new RunnerRecords(
            new MigrationTables("ripcord"), MigrationBench.TESTER, OptionalLong.empty());
    MigrationFile file = folder.migrations().getFirst();
    PreparedCommand record = records.up(file, file.script(), OptionalLong.of(0), null);
    try (MigrationSession session = bench.session(database)) {
      assertThat(
              MigrationScriptText.of(
                  session, source("SELECT 1;"), Optional.empty(), Optional.of(record)))
          .isEmpty();
    }
    assertThat(bench.up(database, folder)).isInstanceOf(MigrationOutcome.Done.class);
  }

  @Test
  void of_whatIsLong_isSentInPartsAndDone() {
    String sql = "SELECT '" + "x".repeat(70_000) + "';\nCREATE TABLE a ();";
    try (MigrationSession session = bench.session(database)) {
      assertThat(
              MigrationScriptText.of(session, source(sql), Optional.empty(), Optional.of(RECORD)))
          .isEmpty();
    }
    assertThat(bench.up(database, MigrationBench.folder("01_a", sql, "DROP TABLE a;")))
        .isInstanceOf(MigrationOutcome.Done.class);
  }
}
