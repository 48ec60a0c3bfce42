package dev.ripcord;

import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.embedded.EmbeddedServer;
import dev.ripcord.postgres.journal.PostgresJournal;
import dev.ripcord.release.Secret;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.SqlConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A real PostgreSQL for tests: one server for the whole test run, a new database for each test. */
public final class TestPostgres {
  private static final AtomicInteger COUNT = new AtomicInteger();

  /** For the files of a whole test run; beside it, the tests themselves need memory. */
  private static final long MEMORY_MIN = 8L << 30;

  /** All tests that run at a time, and the processes that they start, share it. */
  private static final String SETTINGS = "max_connections = 200\n";

  private TestPostgres() {}

  /**
   * A folder for the files of a server: in memory where there is plenty of it. Each database is
   * hundreds of files, and on a disk making and deleting them takes longer than what is tested.
   */
  public static Path folder(String prefix) throws IOException {
    Path memory = Path.of("/dev/shm");
    boolean plenty =
        Files.isWritable(memory) && Files.getFileStore(memory).getUsableSpace() >= MEMORY_MIN;
    return plenty ? Files.createTempDirectory(memory, prefix) : Files.createTempDirectory(prefix);
  }

  /** The server is started by the first test that asks, and stopped with the JVM. */
  private static final class Shared {
    static final Vertx VERTX = Vertx.vertx();
    static final EmbeddedServer SERVER = start();

    private static EmbeddedServer start() {
      try {
        Path data = folder("ripcord-test-postgres");
        EmbeddedServer.startThrowaway(data).stop();
        Files.writeString(data.resolve("postgres/postgresql.auto.conf"), SETTINGS);
        EmbeddedServer server = EmbeddedServer.startThrowaway(data);
        Runtime.getRuntime()
            .addShutdownHook(
                new Thread(
                    () -> {
                      server.stop();
                      delete(data);
                    }));
        return server;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** A new, empty database. */
  public static PgConnectOptions freshDatabase() {
    String name = "test_" + COUNT.incrementAndGet();
    execute(Shared.SERVER.options(), "CREATE DATABASE " + name);
    return Shared.SERVER.options().setDatabase(name);
  }

  /** A journal as a daemon leaves it that has done nothing yet: made once, and copied since. */
  private static final class JournalTemplate {
    static final String NAME = made();

    private static String made() {
      PgConnectOptions place = freshDatabase();
      PostgresJournal.open(
              Shared.VERTX,
              Database.of(new Secret(url(place))),
              List.of(),
              Duration.ofDays(3),
              System::nanoTime)
          .compose(PostgresJournal::close)
          .timeout(60, TimeUnit.SECONDS)
          .await();
      return place.getDatabase();
    }
  }

  /**
   * A new journal in which nothing stands, for a test that is not about how a journal comes into an
   * empty database: its tables are there already, its identity is its own.
   */
  public static PgConnectOptions freshJournal() {
    String name = "journal_" + COUNT.incrementAndGet();
    execute(
        Shared.SERVER.options(),
        "CREATE DATABASE %s TEMPLATE %s".formatted(name, JournalTemplate.NAME));
    PgConnectOptions journal = Shared.SERVER.options().setDatabase(name);
    execute(journal, "UPDATE ripcord_journal.identity SET id = gen_random_uuid()");
    return journal;
  }

  /** A new, empty database as a URL with user and password. */
  public static String freshDatabaseUrl() {
    return url(freshDatabase());
  }

  /** Options as a URL with user and password. */
  public static String url(PgConnectOptions options) {
    return Shared.SERVER.url(options.getDatabase()).reveal();
  }

  /** Runs statements, one after the other; blocks. */
  public static void execute(PgConnectOptions options, String sql) {
    PgConnection.connect(Shared.VERTX, options)
        .compose(
            connection ->
                connection.query(sql).execute().eventually(((SqlConnection) connection)::close))
        .timeout(120, TimeUnit.SECONDS)
        .await();
  }

  /** Asks a database for one value, as text. */
  public static String ask(PgConnectOptions options, String sql) {
    PgConnection connection = PgConnection.connect(Shared.VERTX, options).await();
    try {
      return String.valueOf(connection.query(sql).execute().await().iterator().next().getValue(0));
    } finally {
      connection.close().await();
    }
  }

  /** Copies all that is in a folder into another one, with its rights. */
  public static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.skip(1).toList()) {
        Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  /** Deletes a folder with all that is in it. */
  public static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.toList().reversed()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
