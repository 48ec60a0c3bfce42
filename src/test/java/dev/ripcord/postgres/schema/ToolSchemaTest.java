package dev.ripcord.postgres.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.Permits;
import dev.ripcord.Waiting;
import dev.ripcord.migration.Applied;
import dev.ripcord.migration.Tool;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.file.SourceFile;
import dev.ripcord.migration.selection.MigrationSelection;
import dev.ripcord.migration.selection.RevertSelection;
import dev.ripcord.migration.selection.ToolPosition;
import dev.ripcord.port.Schema;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import dev.ripcord.postgres.history.MigrationSetup;
import dev.ripcord.postgres.tool.ManagedToolFiles;
import dev.ripcord.postgres.tool.ToolReleases;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a rollback sees of a database that another tool migrates. */
final class ToolSchemaTest {
  private static final MigrationSetup SETUP = MigrationBench.limits(Duration.ofSeconds(5));

  @TempDir Path dir;

  @RegisterExtension static final MigrationBench bench = new MigrationBench();
  private Database database;

  @BeforeEach
  void fresh() {
    database = bench.fresh();
    bench.run(database, "CREATE TABLE alembic_version (version_num text)");
  }

  private ToolSchema schema(String... command) {
    PostgresSchema plain =
        new PostgresSchema(bench.vertx, database, SETUP, Optional.empty(), System::nanoTime);
    return new ToolSchema(
        bench.vertx,
        database,
        plain,
        new ToolSchema.Means(Tool.ALEMBIC, List.of(command), dir.resolve("programs")),
        SETUP,
        System::nanoTime);
  }

  private void release(String name, String to) {
    try (ToolBooks books =
        ToolBooks.open(bench.vertx, database, SETUP, System::nanoTime, Tool.ALEMBIC)) {
      var _ = books.save("before", MigrationBench.TESTER.release(Optional.of(name)));
    }
    stands(to);
  }

  private void stands(String at) {
    bench.run(
        database, "TRUNCATE alembic_version", "INSERT INTO alembic_version VALUES ('" + at + "')");
  }

  private List<Applied> applied(String... command) {
    return MigrationBench.wait(schema(command).applied());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          base a  | c    | r1 base a, r2 a c
          base a  | a    | r1 base a
          base a  | base |
          base base | a  | r2 base a
          a b a   | c    | r3 a c
          a b c b | d    | r1 a b, r4 b d
          a       | a    |
          """)
  void past_savepointsAndAPlace_tellWhatIsStillThere(String froms, String now, String expected) {
    List<String> places = List.of(froms.strip().split(" "));
    List<ToolReleases.Way> ways =
        Stream.iterate(1, i -> i + 1)
            .limit(places.size())
            .map(
                i ->
                    new ToolReleases.Way(i, places.get(i - 1), Optional.of("r" + i), Instant.EPOCH))
            .toList();
    Optional<String> current = now.equals("base") ? Optional.empty() : Optional.of(now);
    ToolPosition standing = new ToolPosition(Tool.ALEMBIC, current, List.of(), false, List.of());
    assertThat(ToolReleases.applied(ways, standing, true))
        .extracting(each -> each.release().orElse("") + " " + each.name())
        .containsExactlyElementsOf(
            expected == null
                ? List.of()
                : Stream.of(expected.split(", ")).map(ToolSchemaTest::spelled).toList());
  }

  /** {@code r1 a b} as release and name. */
  private static String spelled(String words) {
    List<String> parts = List.of(words.split(" "));
    return parts.get(0) + " alembic_" + parts.get(1) + "_to_" + parts.get(2);
  }

  @Test
  void down_aRelease_goesBackByTheCommandOnceOnly() throws IOException {
    Path told = dir.resolve("told");
    Path script =
        Files.writeString(dir.resolve("down.sh"), "echo \"$RIPCORD_TO\" >> " + told + "\nexit 1\n");
    stands("a1");
    release("r1", "b2");
    List<Applied> applied = applied("sh", script.toString());
    assertThat(applied)
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.release()).contains("r1");
              assertThat(each.additive()).isFalse();
              assertThat(each.name()).isEqualTo("alembic_a1_to_b2");
              assertThat(RevertSelection.blocker(each)).isEmpty();
            });
    ToolSchema schema = schema("sh", script.toString());
    assertThatThrownBy(
            () ->
                MigrationBench.wait(
                    schema
                        .down(applied.getFirst(), "r1", Permits.granted(1))
                        .map(Schema.Reverted::line)))
        .hasMessageContaining("ended with 1; it stands at b2 as before");
    assertThat(Files.readString(told)).isEqualTo("a1\n");
    stands("a1");
    assertThat(
            MigrationBench.wait(
                schema
                    .down(applied.getFirst(), "r1", Permits.granted(1))
                    .map(Schema.Reverted::line)))
        .endsWith("was reverted already");
    assertThat(Files.readString(told)).isEqualTo("a1\n");
    assertThat(applied("true")).isEmpty();
  }

  @Test
  void c14_commandThatOutlivedItsProcess_isAwaitedAndNotCalledAgain() throws Exception {
    stands("a1");
    release("r1", "b2");
    Path told = dir.resolve("told");
    String[] command = {"sh", "-c", "echo again >> " + told};
    List<Applied> applied = applied(command);
    ToolSchema.Means means =
        new ToolSchema.Means(Tool.ALEMBIC, List.of(command), dir.resolve("programs"));
    Path free = dir.resolve("free");
    Process orphan =
        new ProcessBuilder(
                means
                    .note(database)
                    .noting(List.of("sh", "-c", "until [ -e " + free + " ]; do sleep 0.02; done")))
            .start();
    assertThat(Waiting.until(10, () -> means.note(database).running().isPresent())).isTrue();

    Future<String> down =
        schema(command)
            .down(applied.getFirst(), "r1", Permits.granted(1))
            .map(Schema.Reverted::line);
    stands("a1");
    Files.createFile(free);

    assertThat(MigrationBench.wait(down)).endsWith("was reverted already");
    assertThat(orphan.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(told).doesNotExist();
  }

  @Test
  void c9_abortWhileTheToolsProgramRuns_endsItWithWhatItStarted() throws Exception {
    stands("a1");
    release("r1", "b2");
    Path begun = dir.resolve("begun");
    Path script =
        Files.writeString(
            dir.resolve("down.sh"),
            "sleep 600 &\necho $$ $! > "
                + begun
                + ".new\nmv "
                + begun
                + ".new "
                + begun
                + "\nwait\n");
    String[] command = {"sh", script.toString()};
    Promise<Void> brokenOff = Promise.promise();
    Future<String> down =
        schema(command)
            .down(applied(command).getFirst(), "r1", Permits.until(brokenOff.future()))
            .map(Schema.Reverted::line);
    assertThat(Waiting.until(20, () -> Files.exists(begun))).isTrue();

    brokenOff.complete();

    assertThatThrownBy(() -> MigrationBench.wait(down)).hasMessageContaining("stands at b2");
    for (String pid : Files.readString(begun).strip().split(" ", -1)) {
      long id = Long.parseLong(pid);
      assertThat(
              Waiting.until(
                  20, () -> ProcessHandle.of(id).filter(ProcessHandle::isAlive).isEmpty()))
          .as("process %s has ended", pid)
          .isTrue();
    }
  }

  @Test
  void down_whenTheToolHasMovedOn_isRefused() {
    stands("a1");
    release("r1", "b2");
    List<Applied> planned = applied("true");
    stands("c3");
    assertThatThrownBy(
            () ->
                MigrationBench.wait(
                    schema("true")
                        .down(planned.getFirst(), "r1", Permits.granted(1))
                        .map(Schema.Reverted::line)))
        .hasMessageContaining("alembic stands at c3 now")
        .hasMessageContaining("Make a new plan");
  }

  @Test
  void down_behindTheFence_isRefused() {
    stands("a1");
    release("r1", "b2");
    List<Applied> planned = applied("true");
    assertThatThrownBy(
            () ->
                MigrationBench.wait(
                    schema("true")
                        .down(planned.getFirst(), "r1", Permits.granted(7))
                        .map(Schema.Reverted::line)))
        .hasMessageContaining("does not stand at a1");
    assertThatThrownBy(
            () ->
                MigrationBench.wait(
                    schema("true")
                        .down(planned.getFirst(), "r1", Permits.granted(6))
                        .map(Schema.Reverted::line)))
        .hasMessageContaining("fence 6 is behind");
  }

  @Test
  void applied_withoutACommand_hasNoWayBack() {
    stands("a1");
    release("r1", "b2");
    assertThat(RevertSelection.blocker(applied().getFirst()).orElse(""))
        .contains("no command reverts what alembic did");
  }

  @Test
  void downOf_aReleaseUnderAnother_isRefused() {
    stands("a1");
    release("r1", "b2");
    release("r2", "c3");
    try (ToolBooks books =
        ToolBooks.open(bench.vertx, database, SETUP, System::nanoTime, Tool.ALEMBIC)) {
      assertThat(books.downOf("r1"))
          .isEqualTo(
              new MigrationSelection.Refused<ToolPosition.Goal>(
                  List.of(
                      "2_alembic_b2_to_c3 of release r2 was applied on top of release r1: revert it"
                          + " first")));
      assertThat(books.downOf("r2"))
          .isEqualTo(
              new MigrationSelection.Chosen<>(
                  List.of(new ToolPosition.Goal("b2", Optional.empty()))));
      assertThat(books.downOf("r9"))
          .isInstanceOfSatisfying(
              MigrationSelection.Refused.class,
              refused ->
                  assertThat(refused.reasons().toString()).contains("no release r9 is known here"));
    }
  }

  private String caveat(String release) {
    return MigrationBench.wait(schema("true").caveat(release)).orElse("");
  }

  private Optional<String> mark(String release) {
    return MigrationBench.wait(schema("true").mark(release));
  }

  @Test
  void mark_asReleasesBegin_isSavepointAndLook() {
    stands("a1");
    assertThat(caveat("r1")).contains("No savepoint was set before release r1");
    assertThat(mark("r1")).contains("alembic stands at a1 as release r1 begins");
    assertThat(caveat("r1")).contains("was looked at first when release r1 was deployed");
    stands("b2");
    assertThat(applied("true")).singleElement().extracting(Applied::release).isNotNull();
    assertThat(mark("r1")).isEmpty();
    assertThat(mark("r2")).contains("alembic stands at b2 as release r2 begins");
    assertThat(caveat("r2")).isEmpty();
    assertThat(mark("r2")).isEmpty();
    stands("c3");
    assertThat(mark("r3")).isPresent();
    assertThat(caveat("r3"))
        .contains("alembic moved from b2 to c3 before release r3 was deployed or watched")
        .contains("By hand: ripcord migrate down --to b2.");
    try (ToolBooks books =
        ToolBooks.open(bench.vertx, database, SETUP, System::nanoTime, Tool.ALEMBIC)) {
      assertThat(books.savepoints()).isEmpty();
    }
  }

  @Test
  void caveat_aSavepointThatAPersonSet_isTrusted() {
    stands("a1");
    release("r1", "b2");
    assertThat(caveat("r1")).isEmpty();
    assertThat(mark("r1")).isEmpty();
    assertThat(mark("r2")).isPresent();
    assertThat(caveat("r2")).isEmpty();
  }

  private ManagedToolSchema kept() {
    PostgresSchema plain =
        new PostgresSchema(bench.vertx, database, SETUP, Optional.empty(), System::nanoTime);
    Folder folder =
        Folder.of(
            List.of(
                new SourceFile("1_add_a.up.sql", "CREATE TABLE a (id int);"),
                new SourceFile("1_add_a.down.sql", "DROP TABLE a;"),
                new SourceFile("2_add_b.up.sql", "CREATE TABLE b (id int);"),
                new SourceFile("2_add_b.down.sql", "DROP TABLE b;")),
            Tool.GOLANG_MIGRATE);
    return new ManagedToolSchema(
        bench.vertx,
        database,
        plain,
        new ManagedToolFiles(Tool.GOLANG_MIGRATE, () -> folder),
        SETUP,
        System::nanoTime);
  }

  @Test
  void kept_aReleaseThatTheToolMigrated_goesBackByTheFilesOnce() {
    bench.run(
        database,
        "CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean NOT NULL)",
        "INSERT INTO schema_migrations VALUES (1, false)",
        "CREATE TABLE a (id int)");
    assertThat(MigrationBench.wait(kept().mark("r2"))).isPresent();
    bench.run(database, "CREATE TABLE b (id int)", "UPDATE schema_migrations SET version = 2");
    List<Applied> applied = MigrationBench.wait(kept().applied());
    assertThat(applied)
        .extracting(each -> each.label() + " " + each.release().orElse("-") + each.additive())
        .containsExactly("1_add_a -true", "2_add_b r2true");
    assertThat(bench.ask(database, "SELECT to_regclass('ripcord.migration_history')::text"))
        .isEqualTo("ripcord.migration_history");
    assertThatThrownBy(
            () ->
                MigrationBench.wait(
                    kept()
                        .down(applied.getFirst(), "r1", Permits.granted(1))
                        .map(Schema.Reverted::line)))
        .hasMessageContaining("2_add_b was applied on top");
    assertThat(
            MigrationBench.wait(
                kept()
                    .down(applied.getLast(), "r2", Permits.granted(2))
                    .map(Schema.Reverted::line)))
        .contains("2_add_b reverted in");
    assertThat(
            MigrationBench.wait(
                kept()
                    .down(applied.getLast(), "r2", Permits.granted(2))
                    .map(Schema.Reverted::line)))
        .isEqualTo("2_add_b was reverted already");
    assertThat(bench.ask(database, "SELECT version || ' ' || dirty FROM schema_migrations"))
        .isEqualTo("1 false");
    assertThatThrownBy(
            () ->
                MigrationBench.wait(
                    kept()
                        .down(applied.getFirst(), "r2", Permits.granted(1))
                        .map(Schema.Reverted::line)))
        .hasMessageContaining("fence 1 is behind");
  }
}
