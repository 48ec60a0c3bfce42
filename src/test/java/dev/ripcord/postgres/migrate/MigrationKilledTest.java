package dev.ripcord.postgres.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.Permits;
import dev.ripcord.Program;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.selection.RevertSelection;
import dev.ripcord.postgres.CountingRelay;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import dev.ripcord.postgres.history.RunMetadata;
import dev.ripcord.postgres.migrate.execution.MigrationOutcome;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run in a process of its own is killed after each thing that it sends to the server: whatever it
 * had come to, the next run finishes it, and each migration happened once.
 *
 * <p>Every twenty-ninth place is tried, from one that the day decides, and every other day behind a
 * fence, where a migration is sent in parts; {@code -Dkill.step=1} tries all places, which takes
 * minutes, {@code -Dkill.fence=true} (or false) decides the other.
 */
@Order(1)
final class MigrationKilledTest {
  static final Folder FOLDER =
      MigrationBench.folder(
          "01_add_inside",
          "INSERT INTO log VALUES ('up 1');\nCREATE TABLE inside (id int);",
          "DROP TABLE inside;\nINSERT INTO log VALUES ('down 1');",
          "02_add_second",
          "CREATE TABLE second ();\nINSERT INTO log VALUES ('up 2');",
          "DROP TABLE second;\nINSERT INTO log VALUES ('down 2');",
          "03_add_outside",
          """
          -- transaction: none
          INSERT INTO log VALUES ('up 3');
          CREATE INDEX CONCURRENTLY big_id ON big (id);
          INSERT INTO log VALUES ('up 4');
          """,
          """
          -- transaction: none
          INSERT INTO log VALUES ('down 3');
          DROP INDEX CONCURRENTLY big_id;
          INSERT INTO log VALUES ('down 4');
          """);

  private static final int STEP = Integer.getInteger("kill.step", 29);

  /** More than a run ever sends: it ends before. */
  private static final int ENOUGH = 400;

  @RegisterExtension static final MigrationBench bench = new MigrationBench();
  private static Database applied;
  private static Database empty;
  @TempDir private Path folder;

  @BeforeAll
  static void start() throws IOException {
    empty = bench.fresh();
    bench.run(
        empty,
        "CREATE TABLE log (what text)",
        "CREATE TABLE big AS SELECT generate_series(1, 20000) AS id");
    applied = bench.copy(empty);
    assertThat(bench.up(applied, FOLDER)).isInstanceOf(MigrationOutcome.Done.class);
    bench.run(applied, "TRUNCATE log");
  }

  @Test
  void up_killedAfterEachThingItSends_isFinishedByTheNextRun() {
    everywhere("up", empty);
  }

  @Test
  void down_killedAfterEachThingItSends_isFinishedByTheNextRun() {
    everywhere("down", applied);
  }

  private static long day() {
    return LocalDate.now(ZoneOffset.UTC).toEpochDay();
  }

  private static boolean isFenced() {
    return Boolean.parseBoolean(System.getProperty("kill.fence", String.valueOf(day() % 2 == 1)));
  }

  private void everywhere(String way, Database from) {
    int today = 1 + (int) (day() % STEP);
    int at = Integer.getInteger("kill.first", today);
    System.out.println(
        way + " with -Dkill.first=" + at + " -Dkill.step=" + STEP + " -Dkill.fence=" + isFenced());
    while (killed(way, bench.copy(from), at)) {
      at += STEP;
      assertThat(at).isLessThan(ENOUGH);
    }
    assertThat(at).as("what %s sends", way).isGreaterThan(15);
  }

  /** Gives whether the run was killed; false when it ended well before it came so far. */
  private boolean killed(String way, Database database, int at) {
    CompletableFuture<Process> child = new CompletableFuture<>();
    try (CountingRelay relay =
        new CountingRelay(bench.port(), at, () -> child.join().destroyForcibly())) {
      child.complete(begin(way, database.name(), relay.port()));
      int exit = exit(child.join());
      boolean killed = exit != 0;
      if (killed) {
        assertThat(exit).as("%s %d: %s", way, at, said()).isEqualTo(128 + 9);
      }
      Future<MigrationOutcome> again =
          way.equals("up")
              ? bench.runner(database).upAll(FOLDER, note(isFenced()))
              : bench
                  .runner(database)
                  .down(past -> new RevertSelection(past).toBase(), note(isFenced()));
      assertThat(MigrationBench.wait(again))
          .as("%s %d", way, at)
          .isInstanceOf(MigrationOutcome.Done.class);
      check(way, database, at);
      return killed;
    }
  }

  private static void check(String way, Database database, int at) {
    boolean up = way.equals("up");
    assertThat(bench.ask(database, "SELECT string_agg(what, ', ' ORDER BY what) FROM log"))
        .as("%s %d", way, at)
        .isEqualTo(up ? "up 1, up 2, up 3, up 4" : "down 1, down 2, down 3, down 4");
    assertThat(
            bench.ask(
                database,
                "SELECT to_regclass('inside') IS NOT NULL AND to_regclass('second') IS NOT NULL"))
        .isEqualTo(String.valueOf(up));
    assertThat(
            bench.ask(
                database,
                "SELECT count(*) FILTER (WHERE indisvalid) || ' of ' || count(*)"
                    + " FROM pg_index WHERE indrelid = 'big'::regclass"))
        .as("%s %d", way, at)
        .isEqualTo(up ? "1 of 1" : "0 of 0");
    assertThat(bench.history(database).applied()).hasSize(up ? 3 : 0);
    assertThat(
            bench.ask(
                database,
                "SELECT string_agg(migration_version, ',' ORDER BY id) FROM ripcord.migration_audit"
                    + " WHERE success AND direction = '"
                    + way
                    + "'"))
        .as("%s %d", way, at)
        .isEqualTo(up ? "01,02,03" : "03,02,01");
    assertThat(
            bench.ask(
                database, "SELECT count(*) FROM ripcord.migration_attempt WHERE ended_at IS NULL"))
        .as("%s %d", way, at)
        .isEqualTo("0");
  }

  static RunMetadata note(boolean fenced) {
    return fenced ? MigrationBench.TESTER.permit(Permits.granted(1)) : MigrationBench.TESTER;
  }

  private Process begin(String way, String database, int port) {
    try {
      List<String> command = new ArrayList<>(Program.command(MigrationChild.class));
      command.addAll(
          List.of(
              "postgresql://postgres@127.0.0.1:" + port + "/" + database,
              way,
              String.valueOf(isFenced())));
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(folder.resolve("out").toFile())
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int exit(Process process) {
    try {
      assertThat(process.waitFor(180, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private String said() {
    try {
      return Files.readString(folder.resolve("out"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
