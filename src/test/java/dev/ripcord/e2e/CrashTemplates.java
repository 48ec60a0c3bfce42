package dev.ripcord.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.TestPostgres;
import dev.ripcord.e2e.CrashPoint.Failing;
import io.vertx.pgclient.PgConnectOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** What all points of the matrix begin with, made once: databases to copy, migrations, images. */
final class CrashTemplates implements AutoCloseable {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final PgConnectOptions server = TestPostgres.freshDatabase();
  private final PgConnectOptions journal = TestPostgres.freshDatabase();
  private final PgConnectOptions shop = TestPostgres.freshDatabase();
  private final PgConnectOptions failing = TestPostgres.freshDatabase();
  private final Path folder = Files.createTempDirectory("ripcord-crash-templates");

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
            .formatted(TestPostgres.url(journal), folder.resolve("data")));
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
            TestPostgres.url(database))) {
      assertThat(migrate.exit()).as(migrate.said()).isZero();
    }
  }

  /** The folder of the migrations. */
  Path migrations(Failing what) {
    return folder.resolve(what == Failing.DOWN ? "failing" : "migrations");
  }

  /** A journal in which nothing stands. */
  PgConnectOptions journal() {
    return copy(journal);
  }

  /** A service's database after the migrations of the bad release. */
  PgConnectOptions shop(Failing what) {
    return copy(what == Failing.DOWN ? failing : shop);
  }

  private PgConnectOptions copy(PgConnectOptions template) {
    String name = "crash_" + COUNT.incrementAndGet();
    TestPostgres.execute(
        server, "CREATE DATABASE %s TEMPLATE %s".formatted(name, template.getDatabase()));
    return new PgConnectOptions(server).setDatabase(name);
  }

  /** Takes a copy away. */
  void drop(PgConnectOptions copy) {
    TestPostgres.execute(server, "DROP DATABASE " + copy.getDatabase() + " WITH (FORCE)");
  }

  @Override
  public void close() {
    TestPostgres.delete(folder);
  }
}
