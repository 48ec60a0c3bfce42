package dev.ripcord.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.Program;
import dev.ripcord.TestPostgres;
import dev.ripcord.e2e.CrashPoint.Failing;
import dev.ripcord.e2e.CrashPoint.Platform;
import dev.ripcord.e2e.CrashPoint.Scene;
import io.vertx.pgclient.PgConnectOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What all points of the matrix begin with, made once: databases to copy, migrations, images. */
final class CrashTemplates implements AutoCloseable {
  private final CrashServer server = new CrashServer();
  private final PgConnectOptions journal = server.fresh();
  private final PgConnectOptions shop = server.fresh();
  private final PgConnectOptions failing = server.fresh();
  private final Path folder = Files.createTempDirectory("ripcord-crash-templates");

  /** What starts a daemon. */
  private volatile List<String> program = Program.command();

  CrashTemplates() throws IOException {
    migrate(shop, Failing.NOTHING);
    migrate(failing, Failing.DOWN);
    Path file = folder.resolve("ripcord.yaml");
    Files.writeString(
        file,
        """
        database: "%s"
        data: "%s"
        listen: 127.0.0.1:0
        alerts: {slack: ""}
        services:
          shop: {url: "http://127.0.0.1:9/"}
        """
            .formatted(server.url(journal), folder.resolve("data")));
    try (Ripcord once = Ripcord.daemon(folder, file)) {
      once.signal("TERM");
      once.exit();
    }
  }

  private void migrate(PgConnectOptions database, Failing what) throws IOException {
    Path files = Files.createDirectory(migrations(what));
    String begin = "SELECT nextval('begun');\nINSERT INTO told VALUES (%d);\n";
    TestPostgres.execute(database, "CREATE TABLE told (version int)");
    TestPostgres.execute(database, "CREATE SEQUENCE begun");
    Files.writeString(
        files.resolve("01_create_orders_up.sql"), "CREATE TABLE orders (id int PRIMARY KEY);");
    Files.writeString(
        files.resolve("01_create_orders_down.sql"),
        begin.formatted(1)
            + (what == Failing.DOWN ? "SELECT 1 / 0;\n" : "")
            + "DROP TABLE orders;");
    Files.writeString(
        files.resolve("02_create_notes_up.sql"), "CREATE TABLE notes (id int PRIMARY KEY);");
    Files.writeString(
        files.resolve("02_create_notes_down.sql"), begin.formatted(2) + "DROP TABLE notes;");
    try (Ripcord migrate =
        Ripcord.run(
            folder,
            "migrate",
            "up",
            "--release",
            "v2",
            "--dir",
            files.toString(),
            "--database-url",
            server.url(database))) {
      assertThat(migrate.exit()).as(migrate.said()).isZero();
    }
  }

  /**
   * From now on daemons start with a cache that a rollback on a platform has trained, which saves a
   * fifth of their work.
   */
  void train(Platform platform) throws IOException {
    Path cache = folder.resolve(platform.word() + ".aot");
    program = Program.training(cache);
    try (CrashWorld world = new CrashWorld(Scene.plain(platform), this)) {
      world.train();
    }
    program = Program.trained(cache);
  }

  /** What starts a daemon. */
  List<String> program() {
    return program;
  }

  /** The folder of the migrations. */
  Path migrations(Failing what) {
    return folder.resolve(what == Failing.DOWN ? "failing" : "migrations");
  }

  /** A journal in which nothing stands. */
  PgConnectOptions journal() {
    return server.copy(journal);
  }

  /** A service's database after the migrations of the bad release. */
  PgConnectOptions shop(Failing what) {
    return server.copy(what == Failing.DOWN ? failing : shop);
  }

  /** The server of all databases. */
  CrashServer server() {
    return server;
  }

  @Override
  public void close() {
    TestPostgres.delete(folder);
    server.close();
  }
}
