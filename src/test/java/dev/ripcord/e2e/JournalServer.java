package dev.ripcord.e2e;

import dev.ripcord.TestPostgres;
import dev.ripcord.postgres.embedded.EmbeddedServer;
import io.vertx.pgclient.PgConnectOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A PostgreSQL for a journal that can be stopped and started, at one address all the time. */
final class JournalServer implements AutoCloseable {
  private final Path data = Files.createTempDirectory("ripcord-e2e-journal");
  private EmbeddedServer server = EmbeddedServer.startThrowaway(data);
  private final Relay relay = new Relay(server.port());

  JournalServer() throws IOException {}

  /** With user and password, at the address that stays. */
  String url() {
    return server
        .url("postgres")
        .reveal()
        .replace(":" + server.port() + "/", ":" + relay.port() + "/");
  }

  /** For whoever looks into it while it runs. */
  PgConnectOptions options() {
    return server.options();
  }

  void stop() {
    server.stop();
  }

  void start() throws IOException {
    server = EmbeddedServer.startThrowaway(data);
    relay.to(server.port());
  }

  @Override
  public void close() {
    relay.close();
    server.stop();
    TestPostgres.delete(data);
  }
}
