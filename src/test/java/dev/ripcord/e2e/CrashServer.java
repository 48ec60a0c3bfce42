package dev.ripcord.e2e;

import dev.ripcord.TestPostgres;
import dev.ripcord.postgres.embedded.EmbeddedServer;
import io.vertx.pgclient.PgConnectOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The PostgreSQL of all points: it takes the sessions of many daemons, and a login costs little.
 */
final class CrashServer implements AutoCloseable {
  private static final List<String> SETTINGS =
      List.of("max_connections = 400", "shared_buffers = '128MB'", "scram_iterations = 1");

  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicInteger count = new AtomicInteger();
  private final Path data = TestPostgres.folder("ripcord-crash-postgres");
  private final EmbeddedServer server;

  CrashServer() throws IOException {
    EmbeddedServer first = EmbeddedServer.startThrowaway(data);
    SETTINGS.forEach(each -> TestPostgres.execute(first.options(), "ALTER SYSTEM SET " + each));
    first.stop();
    this.server = EmbeddedServer.startThrowaway(data);
    Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    TestPostgres.execute(
        server.options(),
        "ALTER USER %s PASSWORD '%s'"
            .formatted(EmbeddedServer.USER, server.options().getPassword()));
  }

  /** A new, empty database. */
  PgConnectOptions fresh() {
    return made("");
  }

  /** A new database with all that another one holds, to which nobody is connected. */
  PgConnectOptions copy(PgConnectOptions template) {
    return made(" STRATEGY file_copy TEMPLATE " + template.getDatabase());
  }

  private PgConnectOptions made(String how) {
    String name = "crash_" + count.incrementAndGet();
    TestPostgres.execute(server.options(), "CREATE DATABASE " + name + how);
    return server.options().setDatabase(name);
  }

  /** Takes a database away, whoever is connected to it. */
  void drop(PgConnectOptions database) {
    TestPostgres.execute(
        server.options(), "DROP DATABASE " + database.getDatabase() + " WITH (FORCE)");
  }

  /** A database as a URL with user and password. */
  String url(PgConnectOptions database) {
    return server.url(database.getDatabase()).reveal();
  }

  @Override
  public void close() {
    if (!closed.getAndSet(true)) {
      server.stop();
      TestPostgres.delete(data);
    }
  }
}
