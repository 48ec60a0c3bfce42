package dev.ripcord.postgres.migrate.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.file.SourceFile;
import dev.ripcord.migration.sql.Script;
import dev.ripcord.migration.sql.Statement;
import dev.ripcord.port.SchemaException;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationBench;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.migrate.MigrationRunner;
import dev.ripcord.postgres.migrate.ProgressListener;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing grows with the number of statements, and an error of the program ends the run. */
final class RunnerManyTest {
  private static final int SMALL_STACK = 192 * 1024;

  @RegisterExtension static final MigrationBench bench = new MigrationBench();
  private Database database;

  @BeforeEach
  void fresh() {
    database = bench.fresh();
  }

  private static List<Statement> statements(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> Script.parse("SELECT " + i + ";").statements().getFirst())
        .toList();
  }

  /** Runs a body on a thread whose stack is small. */
  private static void onSmallStack(Runnable body) throws InterruptedException {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread thread =
        new Thread(
            null,
            () -> {
              try {
                body.run();
              } catch (Throwable thrown) {
                failure.set(thrown);
              }
            },
            "small",
            SMALL_STACK);
    thread.start();
    thread.join();
    assertThat(failure.get()).isNull();
  }

  @Test
  void b4_aMillionStatements_answeredAtOnce_needNoStack() throws InterruptedException {
    AtomicInteger sent = new AtomicInteger();
    onSmallStack(
        () -> {
          StatementChunks portions =
              new StatementChunks(
                  statements(1_000_000),
                  some -> {
                    sent.addAndGet(some.size());
                    return Future.succeededFuture();
                  },
                  some -> {
                    sent.addAndGet(some.size());
                    return Future.succeededFuture();
                  });
          assertThat(portions.send().succeeded()).isTrue();
        });
    assertThat(sent).hasValue(1_000_000);
  }

  @Test
  void b4_aMillionStatements_answeredLater_needNoStack() throws InterruptedException {
    List<Promise<Void>> open = new ArrayList<>();
    onSmallStack(
        () -> {
          StatementChunks portions =
              new StatementChunks(
                  statements(1_000_000), some -> promise(open), some -> promise(open));
          Future<?> done = portions.send();
          while (!open.isEmpty()) {
            assertThat(done.isComplete()).isFalse();
            open.removeFirst().complete();
          }
          assertThat(done.succeeded()).isTrue();
        });
  }

  private static Future<?> promise(List<Promise<Void>> open) {
    Promise<Void> promise = Promise.promise();
    open.add(promise);
    return promise.future();
  }

  @Test
  void b4_errorWhileSending_failsTheWhole() {
    List<Promise<Void>> open = new ArrayList<>();
    StatementChunks portions =
        new StatementChunks(
            statements(100),
            some -> promise(open),
            some -> {
              throw new StackOverflowError("made up");
            });
    Future<?> done = portions.send();
    open.removeFirst().complete();
    assertThat(done.cause()).isInstanceOf(StackOverflowError.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-- transaction: none\n"})
  void b4_manyStatements_areDoneInOrder(String header) {
    int count = header.isEmpty() ? 20_000 : 500;
    String inserts =
        IntStream.rangeClosed(1, count)
            .mapToObj(i -> "INSERT INTO seed VALUES (" + i + ");")
            .collect(Collectors.joining("\n"));
    Folder folder =
        MigrationBench.folder(
            "01_seed",
            header + "CREATE TABLE seed (id int, at serial);\n" + inserts,
            "DROP TABLE seed;");
    assertThat(bench.up(database, folder)).isInstanceOf(MigrationOutcome.Done.class);
    assertThat(bench.ask(database, "SELECT count(*) FILTER (WHERE id = at) FROM seed"))
        .isEqualTo("" + count);
  }

  @Test
  void b4_manyFiles_areDoneInOrder() {
    List<SourceFile> files = new ArrayList<>();
    for (int i = 1; i <= 200; i++) {
      // Every other one goes in parts, so that each way comes behind each.
      String label = "%05d_add".formatted(i);
      String sql = i % 2 == 0 ? "-- " + "x".repeat(70_000) + "\n" : "";
      files.add(new SourceFile(label + "_up.sql", sql + "CREATE TABLE t" + i + " ();"));
      files.add(new SourceFile(label + "_down.sql", "DROP TABLE t" + i + ";"));
    }
    assertThat(bench.up(database, Folder.of(files)).steps()).hasSize(200);
    assertThat(bench.history(database).applied()).hasSize(200);
  }

  /** The line that tells who is in the way comes from a callback on the event loop. */
  @ParameterizedTest
  @ValueSource(strings = {"", "-- transaction: none\n"})
  void b4_errorInACallback_endsTheRunWithItsCause(String header) {
    bench.run(database, "CREATE TABLE a ()");
    MigrationRunner runner =
        new MigrationRunner(
            bench.vertx,
            database,
            MigrationBench.limits(Duration.ofSeconds(20)),
            System::nanoTime,
            new ProgressListener(
                step -> {},
                line -> {
                  if (line.text().startsWith("waits for")) {
                    throw new NoClassDefFoundError("a/b/C");
                  }
                }));
    Folder folder =
        MigrationBench.folder(
            "01_a", header + "ALTER TABLE a ADD COLUMN x int;", "ALTER TABLE a DROP COLUMN x;");
    try (MigrationSession other = bench.session(database)) {
      other.run("BEGIN; LOCK TABLE a");
      assertThatThrownBy(() -> MigrationBench.wait(runner.upAll(folder, MigrationBench.TESTER)))
          .isInstanceOf(SchemaException.class)
          .hasMessageContaining("a part of the program cannot be loaded")
          .hasRootCauseInstanceOf(NoClassDefFoundError.class);
      bench.until(
          database,
          "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
              + " AND application_name LIKE '%migrations%')");
    }
    assertThat(bench.history(database).applied()).isEmpty();
    assertThat(bench.up(database, folder)).isInstanceOf(MigrationOutcome.Done.class);
  }

  @Test
  void b4_errorOfTheRunItself_endsItWithItsCause() {
    MigrationRunner runner =
        new MigrationRunner(
            bench.vertx,
            database,
            MigrationBench.limits(Duration.ofSeconds(5)),
            System::nanoTime,
            step -> {
              throw new StackOverflowError();
            });
    Folder folder =
        MigrationBench.folder(
            "01_a", "CREATE TABLE a ();", "DROP TABLE a;", "02_b", "SELECT 1;", "SELECT 1;");
    assertThatThrownBy(() -> MigrationBench.wait(runner.upAll(folder, MigrationBench.TESTER)))
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("the program's stack is full");
    assertThat(bench.up(database, folder)).isInstanceOf(MigrationOutcome.Done.class);
  }
}
