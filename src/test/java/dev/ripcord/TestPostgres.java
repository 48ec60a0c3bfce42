package dev.ripcord;

import dev.ripcord.postgres.embedded.EmbeddedServer;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.SqlConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A real PostgreSQL for tests: one server for the whole test run, a new database for each test. */
public final class TestPostgres {
  private static final AtomicInteger COUNT = new AtomicInteger();

  /** For the files of a whole test run; beside it, the tests themselves need memory. */
  private static final long MEMORY_MIN = 8L << 30;

  private TestPostgres() {}

  /**
   * A folder for the files of a server: in memory where there is plenty of it. Each database is
   * hundreds of files, and on a disk making and deleting them takes longer than what is tested.
   */
  static Path folder(String prefix) throws IOException {
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

  /** The same as a URL with user and password. */
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
        .timeout(30, TimeUnit.SECONDS)
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
