package dev.ripcord.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.FreePort;
import dev.ripcord.TestPostgres;
import dev.ripcord.e2e.LoopbackService.Mode;
import io.vertx.pgclient.PgConnectOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people do beside a daemon that runs: look, ask, stop it. */
@Order(1)
final class DaemonEverydayTest {
  private final PgConnectOptions journal = TestPostgres.freshJournal();
  private final PgConnectOptions shop = TestPostgres.freshDatabase();
  private final Sql shopSql = new Sql(shop);
  private final List<AutoCloseable> open = new ArrayList<>();
  @TempDir private Path folder;

  @BeforeEach
  void begin() throws IOException {
    write("image", "shop:2");
    write("switch.sh", "echo \"$RIPCORD_IMAGE\" > '" + folder.resolve("image") + "'");
    Files.createDirectory(folder.resolve("migrations"));
    write("migrations/01_add_orders_up.sql", "CREATE TABLE orders (id int PRIMARY KEY);");
    write("migrations/01_add_orders_down.sql", "DROP TABLE orders;");
  }

  @AfterEach
  void end() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
    shopSql.close();
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text + "\n");
  }

  private <T extends AutoCloseable> T opened(T one) {
    open.add(one);
    return one;
  }

  private String configuration() throws IOException {
    LoopbackService service = opened(new LoopbackService(Mode.AS_THE_FILE_SAYS, image()));
    write(
        "ripcord.yaml",
        """
        database: %s
        listen: 127.0.0.1:%d
        interval: 500ms
        timeout: 400ms
        bake: 5m
        threshold: 50%%
        services:
          shop:
            url: http://127.0.0.1:%d/health
            metrics: http://127.0.0.1:%d/metrics
            migrations: {dir: migrations, database: "%s"}
            platform: {command: {switch: [sh, %s], current: [cat, %s]}}
        """
            .formatted(
                TestPostgres.url(journal),
                FreePort.next(),
                service.port(),
                service.port(),
                TestPostgres.url(shop),
                folder.resolve("switch.sh"),
                image()));
    return folder.resolve("ripcord.yaml").toString();
  }

  private Path image() {
    return folder.resolve("image");
  }

  private Ripcord run(String... arguments) {
    return opened(Ripcord.run(folder, arguments));
  }

  private Ripcord daemon(String file) {
    return opened(Ripcord.daemon(folder, Path.of(file)));
  }

  @Test
  void check_beside_theDaemon_showsItsLastPoll_unlessToldToMeasure() throws IOException {
    String file = configuration();
    Ripcord daemon = daemon(file);
    daemon.await(
        "a check by a poll of the daemon that had another one to compare with",
        () -> {
          String out = run("check", "shop", "-c", file).out();
          return out.contains("Measured by the daemon") && out.contains("of 100 requests in");
        });

    Ripcord told = run("check", "shop", "-c", file);
    Ripcord measured = run("check", "shop", "--over", "1s", "--timeout", "10s", "-c", file);

    assertThat(told.exit()).as(told.said()).isZero();
    assertThat(told.out()).contains("of 100 requests in").contains("limit 50%");
    assertThat(measured.exit()).as(measured.said()).isZero();
    assertThat(measured.out()).doesNotContain("Measured by the daemon");
  }

  @Test
  void rollback_imageOnly_beside_theDaemon_isDoneByIt_andTheSchemaStays() throws IOException {
    String file = configuration();
    String dir = folder.resolve("migrations").toString();
    run("migrate", "up", "--release", "v2", "--dir", dir, "--database-url", TestPostgres.url(shop));
    Ripcord daemon = daemon(file);

    Ripcord rollback =
        run(
            "rollback",
            "shop",
            "--release",
            "v2",
            "--previous-image",
            "shop:1",
            "--image-only",
            "--yes",
            "-c",
            file);

    assertThat(rollback.exit()).as(rollback.said() + daemon.said()).isZero();
    assertThat(rollback.out())
        .contains("the schema stays expanded")
        .contains("01_add_orders stays applied")
        .contains("ripcord migrate down --release v2");
    assertThat(Files.readString(image()).strip()).isEqualTo("shop:1");
    assertThat(shopSql.rows("SELECT count(*) FROM orders")).containsExactly("0");
  }

  @Test
  void pausedWatch_isShownAsHeld_andSigtermEndsTheDaemonWith0() throws IOException {
    String file = configuration();
    Ripcord daemon = daemon(file);
    Ripcord watch =
        opened(
            Ripcord.begin(
                folder,
                "watch",
                "--service",
                "shop",
                "--release",
                "v2",
                "--previous-image",
                "shop:1",
                "-c",
                file));
    watch.await("the watch is told", () -> watch.out().contains("watching shop release v2"));

    assertThat(run("pause", "shop", "--for", "10m", "-c", file).exit()).isZero();
    Ripcord status = run("status", "-c", file);
    assertThat(status.out()).as(status.said()).contains("v2  under way").contains("held until");
    assertThat(run("status", "-o", "json", "-c", file).out()).contains("\"state\":\"paused\"");

    daemon.signal("TERM");
    assertThat(daemon.exit()).as(daemon.said()).isZero();
  }

  @Test
  void runMigrations_appliesStage1BeforeTheDaemonWatches() throws IOException {
    String file = configuration();
    Ripcord daemon =
        opened(Ripcord.begin(folder, Map.of("RUN_MIGRATIONS", "true"), "start", "-c", file));

    daemon.await("the daemon serves", () -> daemon.out().contains("watching 1 service"));
    assertThat(shopSql.rows("SELECT version::text FROM ripcord.migration_history"))
        .containsExactly("01");
    daemon.await(
        "what ran at the start is counted",
        () -> daemon.get("/metrics").contains("database_migrations_total 1.0"));

    write("migrations/02_add_bad_up.sql", "CREATE TABLE bad (id nonsense);");
    write("migrations/02_add_bad_down.sql", "DROP TABLE bad;");
    Ripcord failing =
        opened(
            Ripcord.begin(
                folder,
                Map.of("RIPCORD_LOG", "json"),
                "migrate",
                "up",
                "--dir",
                migrations(),
                "--database-url",
                shopUrl()));
    assertThat(failing.exit()).as(failing.said()).isEqualTo(5);
    assertThat(failing.err().lines().filter(line -> line.startsWith("{")))
        .satisfiesExactly(
            line -> assertThat(line).contains("\"event\":\"migration_started\""),
            line ->
                assertThat(line)
                    .contains("\"level\":\"error\"", "\"event\":\"migration_failed\"")
                    .contains("\"version\":\"02\"", "\"duration_ms\":", "nonsense"));
    daemon.await(
        "what another process ran is counted",
        () -> daemon.get("/metrics").contains("database_migrations_failed_total 1.0"));
    assertThat(daemon.get("/metrics")).contains("database_migrations_duration_seconds_count 1\n");
  }

  private String migrations() {
    return folder.resolve("migrations").toString();
  }

  private String shopUrl() {
    return TestPostgres.url(shop);
  }

  @Test
  void runMigrations_thatFail_theDaemonDoesNotStart() throws IOException {
    write("migrations/01_add_orders_up.sql", "CREATE TABLE orders (id nonsense);");
    String file = configuration();
    Ripcord daemon =
        opened(Ripcord.begin(folder, Map.of("RUN_MIGRATIONS", "true"), "start", "-c", file));

    assertThat(daemon.exit()).as(daemon.said()).isEqualTo(5);
    assertThat(daemon.err()).contains("nonsense").contains("the daemon does not start");
  }
}
