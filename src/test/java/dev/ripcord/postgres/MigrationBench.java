package dev.ripcord.postgres;

import dev.ripcord.Permits;
import dev.ripcord.TestPostgres;
import dev.ripcord.migration.Applied;
import dev.ripcord.migration.History;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.file.SourceFile;
import dev.ripcord.migration.selection.MigrationSelection;
import dev.ripcord.migration.selection.RevertSelection;
import dev.ripcord.parse.SqlParser;
import dev.ripcord.port.Schema;
import dev.ripcord.postgres.history.MigrationSetup;
import dev.ripcord.postgres.history.RunMetadata;
import dev.ripcord.postgres.migrate.MigrationRunner;
import dev.ripcord.postgres.migrate.execution.MigrationOutcome;
import dev.ripcord.postgres.migrate.salvage.SalvageRule;
import dev.ripcord.postgres.schema.PostgresSchema;
import dev.ripcord.release.Secret;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real PostgreSQL with a fresh database for each test. Registered as an extension it runs from
 * before the first test of a class until after the last.
 */
public final class MigrationBench implements BeforeAllCallback, AfterAllCallback, AutoCloseable {
  public static final RunMetadata TESTER = RunMetadata.by("tester");

  private static final AtomicInteger COUNT = new AtomicInteger();
  public final Vertx vertx = Vertx.vertx();
  private @Nullable EmbeddedPostgres postgres;
  private Path data = Path.of("unset");

  /** The files of a server that was made and stopped: copied, which is quicker than made anew. */
  private static final class Template {
    static final Path FOLDER = made();

    private static Path made() {
      try {
        Path folder = TestPostgres.folder("ripcord-bench-template");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> TestPostgres.delete(folder)));
        server(folder.resolve("data")).close();
        return folder.resolve("data");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** One that runs already, for a test that does not want it all the time. */
  public static MigrationBench started() throws IOException {
    MigrationBench bench = new MigrationBench();
    bench.start();
    return bench;
  }

  private void start() throws IOException {
    data = TestPostgres.folder("ripcord-bench");
    TestPostgres.copy(Template.FOLDER, data);
    postgres = server(data);
  }

  /** One on these files, which are made if need be. */
  private static EmbeddedPostgres server(Path data) throws IOException {
    return EmbeddedPostgres.builder()
        .setDataDirectory(data)
        .setCleanDataDirectory(false)
        .setServerConfig("fsync", "off")
        .setServerConfig("max_wal_size", "64MB")
        .setServerConfig("min_wal_size", "32MB")
        .start();
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    start();
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    close();
  }

  public Database fresh() {
    String name = "db" + COUNT.incrementAndGet();
    run(database("postgres"), "CREATE DATABASE " + name);
    return database(name);
  }

  /** A new database with all that is in another one, where nobody may be. */
  public Database copy(Database other) {
    String name = "db" + COUNT.incrementAndGet();
    run(database("postgres"), "CREATE DATABASE " + name + " TEMPLATE " + other.name());
    return database(name);
  }

  public int port() {
    return Objects.requireNonNull(postgres).getPort();
  }

  public Database database(String name) {
    return Database.of(
        new Secret(
            "postgresql://postgres@127.0.0.1:"
                + Objects.requireNonNull(postgres).getPort()
                + "/"
                + name));
  }

  public MigrationRunner runner(Database database) {
    return runner(database, limits(Duration.ofSeconds(20)));
  }

  /**
   * A service's database as a rollback has it, which keeps what downs destroy. Closed by the test.
   */
  public PostgresSchema schema(Database database) {
    return schema(database, 1L << 30, true);
  }

  /** The same with other limits of what is kept. */
  public PostgresSchema schema(Database database, long maxBytes, boolean keeps) {
    return new PostgresSchema(
        vertx,
        database,
        limits(Duration.ofSeconds(5)),
        Optional.of("shop"),
        System::nanoTime,
        Optional.of(
            new SalvageRule(
                maxBytes, Duration.ofSeconds(20), new SqlParser()::read, keeps, entry -> {})));
  }

  /** Takes the newest migration back as a rollback does; gives its line. */
  public String reverted(Database database) {
    PostgresSchema schema = schema(database);
    try {
      Applied newest = wait(schema.applied()).getLast();
      return wait(schema.down(newest, "v2", Permits.granted()).map(Schema.Reverted::line));
    } finally {
      wait(schema.close());
    }
  }

  public static MigrationSetup limits(Duration retryBudget) {
    return new MigrationSetup(
        "ripcord",
        Duration.ofSeconds(20),
        Duration.ofMillis(200),
        retryBudget,
        Duration.ofSeconds(10));
  }

  public MigrationRunner runner(Database database, MigrationSetup setup) {
    return new MigrationRunner(vertx, database, setup, System::nanoTime, step -> {});
  }

  public static Folder folder(String... namesAndTexts) {
    List<SourceFile> files = new ArrayList<>();
    for (int i = 0; i < namesAndTexts.length; i += 3) {
      files.add(new SourceFile(namesAndTexts[i] + "_up.sql", namesAndTexts[i + 1]));
      files.add(new SourceFile(namesAndTexts[i] + "_down.sql", namesAndTexts[i + 2]));
    }
    return Folder.of(files);
  }

  public MigrationOutcome up(Database database, Folder folder) {
    return up(database, folder, TESTER);
  }

  public MigrationOutcome up(Database database, Folder folder, RunMetadata note) {
    return wait(runner(database).upAll(folder, note));
  }

  public MigrationOutcome down(
      Database database, Function<RevertSelection, MigrationSelection<Applied>> choose) {
    return down(database, choose, TESTER);
  }

  public MigrationOutcome down(
      Database database,
      Function<RevertSelection, MigrationSelection<Applied>> choose,
      RunMetadata note) {
    return wait(runner(database).down(past -> choose.apply(new RevertSelection(past)), note));
  }

  public History history(Database database) {
    return wait(runner(database).status()).history();
  }

  public MigrationSession session(Database database) {
    return MigrationSession.open(vertx, database);
  }

  public void run(Database database, String... statements) {
    try (MigrationSession session = session(database)) {
      for (String statement : statements) {
        session.run(statement);
      }
    }
  }

  public String ask(Database database, String sql) {
    try (MigrationSession session = session(database)) {
      return String.valueOf(session.ask(sql).getFirst().getValue(0));
    }
  }

  /** Waits until a query answers {@code true}. */
  public void until(Database database, String sql) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    try (MigrationSession session = session(database)) {
      while (!session.ask(sql).getFirst().getBoolean(0)) {
        if (System.nanoTime() > deadline) {
          throw new AssertionError("never true: " + sql);
        }
        wait(vertx.timer(10, TimeUnit.MILLISECONDS));
      }
    }
  }

  public static <T> T wait(Future<T> future) {
    return future.timeout(180, TimeUnit.SECONDS).await();
  }

  @Override
  public void close() throws IOException {
    wait(vertx.close());
    Objects.requireNonNull(postgres).close();
    TestPostgres.delete(data);
  }
}
