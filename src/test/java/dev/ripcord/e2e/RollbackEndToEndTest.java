package dev.ripcord.e2e;

import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.tomakehurst.wiremock.WireMockServer;
import dev.ripcord.DockerEngine;
import dev.ripcord.FreePort;
import dev.ripcord.TestPostgres;
import dev.ripcord.Waiting;
import io.vertx.core.json.JsonArray;
import io.vertx.pgclient.PgConnectOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The main job as it happens to a user: a daemon of its own process, a service in a container on a
 * real Docker Engine, a real PostgreSQL, and Slack.
 */
@Order(1)
final class RollbackEndToEndTest {
  private static final String REPOSITORY = "ripcord-e2e/shop-" + ProcessHandle.current().pid();
  private static final int CUSTOMERS = 100;

  private final PgConnectOptions shop = TestPostgres.freshDatabase();
  private final PgConnectOptions journal = TestPostgres.freshDatabase();
  private final Sql shopSql = new Sql(shop);
  private final Sql journalSql = new Sql(journal);
  private final WireMockServer slack = new WireMockServer(options().dynamicPort());
  private final List<Ripcord> daemons = new ArrayList<>();
  @TempDir private Path folder;

  @BeforeAll
  static void makeImages() {
    DockerEngine engine = DockerEngine.orSkip();
    Optional<String> busybox =
        Stream.of("/bin/busybox", "/usr/bin/busybox")
            .filter(f -> Files.exists(Path.of(f)))
            .findFirst();
    if (busybox.isEmpty()) {
      System.out.println("skipped: busybox is not installed, of which the container is made");
    }
    assumeTrue(busybox.isPresent(), "busybox is not installed, of which the container is made");
    String[] ways = {
      "ENV PATH=/bin:/usr/bin",
      "EXPOSE 8080",
      "CMD " + new JsonArray(List.of("busybox", "sh", "-c", StandInImages.SHOP)).encode()
    };
    for (String version : List.of("1", "2")) {
      List<String> changes = new ArrayList<>(Arrays.asList(ways));
      changes.add("ENV VERSION=" + version + " ERRORS=" + (version.equals("2") ? 4 : 0));
      engine.image(
          REPOSITORY + ":" + version, List.of(busybox.get()), changes.toArray(String[]::new));
    }
  }

  @AfterAll
  static void removeImages() {
    DockerEngine engine = DockerEngine.orSkip();
    engine.tryDocker("rmi", "-f", REPOSITORY + ":1", REPOSITORY + ":2");
  }

  @BeforeEach
  void begin() throws IOException {
    slack.start();
    slack.stubFor(post("/slack").willReturn(ok("ok")));
    shopSql.rows("CREATE TABLE customer (id int PRIMARY KEY)");
    shopSql.rows("INSERT INTO customer SELECT generate_series(1, " + CUSTOMERS + ")");
    Path migrations = Files.createDirectory(folder.resolve("migrations"));
    write(
        migrations, "01_add_customer_email_up.sql", "ALTER TABLE customer ADD COLUMN email text;");
    write(migrations, "01_add_customer_email_down.sql", "ALTER TABLE customer DROP COLUMN email;");
    write(migrations, "02_create_orders_up.sql", "CREATE TABLE orders (id int PRIMARY KEY);");
    write(migrations, "02_create_orders_down.sql", "DROP TABLE orders;");
  }

  @AfterEach
  void end() {
    daemons.forEach(Ripcord::close);
    engine().tryDocker("rm", "-f", "-v", name());
    slack.stop();
    shopSql.close();
    journalSql.close();
  }

  @Test
  void badRelease_threeBreaches_imageAndSchemaAreAsBefore() throws IOException {
    Ripcord daemon = released();
    awaitEnd(daemon);
    assertRolledBack();
    awaitSlack(daemon, "shop v2: rolled back, healthy again");

    assertThat(said()).filteredOn(s -> s.contains("the error rate exceeds its limit")).hasSize(1);
    assertThat(said()).filteredOn(s -> s.contains("shop v2: rolling back")).hasSize(1);
    assertThat(said()).filteredOn(s -> s.contains("healthy again")).hasSize(1);
    assertThat(daemon.get("/metrics"))
        .contains("ripcord_rollbacks_total{outcome=\"rolled-back\",service=\"shop\"} 1");
    daemon.signal("TERM");
    daemon.exit();
    assertThat(daemon.err()).doesNotContain("Exception", "password=");
  }

  @Test
  void badRelease_daemonKilledInTheMiddle_nextDaemonFinishesOnce() throws IOException {
    Ripcord first = released();
    first.await(
        "the first step of the rollback is begun",
        () ->
            journalSql.finds("SELECT 1 FROM ripcord_journal.event WHERE type = 'run.step-begun'"));
    first.kill();
    assertThat(journalSql.rows("SELECT count(*) FROM ripcord_journal.watch WHERE ended_at IS NULL"))
        .as("the rollback was under way\n" + first.said())
        .containsExactly("1");

    Ripcord second = start();
    awaitEnd(second);
    assertRolledBack();
    awaitSlack(second, "shop v2: rolled back, healthy again");

    assertThat(journalSql.rows("SELECT count(*) FROM ripcord_journal.event WHERE type = 'planned'"))
        .containsExactly("1");
    assertThat(journalSql.rows("SELECT token FROM ripcord_journal.lease")).containsExactly("2");
  }

  /** As a pipeline does it: 1 serves, the migrations of v2 run, 2 serves, the daemon is told. */
  private Ripcord released() throws IOException {
    int port = FreePort.next();
    write(folder, "ripcord.yaml", configuration(port));
    serve("1", port);
    Ripcord daemon = start();
    Ripcord migrate =
        Ripcord.run(
            folder,
            "migrate",
            "up",
            "--release",
            "v2",
            "--dir",
            folder.resolve("migrations").toString(),
            "--database-url",
            TestPostgres.url(shop));
    assertThat(migrate.exit()).as(migrate.said()).isZero();
    serve("2", port);
    daemon.announce(
        "{\"service\":\"shop\",\"release\":\"v2\",\"image\":\"%s:2\",\"previousImage\":\"%s:1\"}"
            .formatted(REPOSITORY, REPOSITORY));
    return daemon;
  }

  private Ripcord start() {
    Ripcord daemon = Ripcord.daemon(folder, folder.resolve("ripcord.yaml"));
    daemons.add(daemon);
    return daemon;
  }

  private String configuration(int port) {
    return """
    database: %s
    data: %s
    listen: 127.0.0.1:0
    interval: 1s
    timeout: 900ms
    warm-up: 0s
    bake: 5m
    alerts: {slack: "%s/slack"}
    services:
      shop:
        url: http://127.0.0.1:%d/health
        metrics: http://127.0.0.1:%d/metrics
        migrations: {dir: migrations, database: "%s"}
        platform: {docker: {container: %s, socket: %s}}
    """
        .formatted(
            TestPostgres.url(journal),
            folder.resolve("data"),
            slack.baseUrl(),
            port,
            port,
            TestPostgres.url(shop),
            name(),
            engine().socket());
  }

  private void serve(String version, int port) {
    engine().tryDocker("rm", "-f", name());
    engine()
        .docker(
            "run",
            "-d",
            "--name",
            name(),
            "--label",
            "keep=me",
            "-e",
            "KEEP=me",
            "--restart",
            "on-failure:3",
            "-p",
            "127.0.0.1:" + port + ":8080",
            REPOSITORY + ":" + version);
    assertThat(Waiting.until(30, () -> answers(port)))
        .as("the shop serves\n" + engine().tryDocker("logs", name()).output())
        .isTrue();
  }

  private static boolean answers(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private void awaitEnd(Ripcord daemon) {
    daemon.await(
        "the watch has ended",
        () -> journalSql.finds("SELECT 1 FROM ripcord_journal.watch WHERE ended_at IS NOT NULL"));
  }

  /** The outbox delivers in its own time. */
  private void awaitSlack(Ripcord daemon, String title) {
    daemon.await("Slack is told: " + title, () -> said().stream().anyMatch(s -> s.contains(title)));
  }

  private List<String> said() {
    return slack.findAll(postRequestedFor(urlEqualTo("/slack"))).stream()
        .map(r -> r.getBodyAsString())
        .toList();
  }

  private void assertRolledBack() {
    assertThat(journalSql.rows("SELECT release, outcome FROM ripcord_journal.watch"))
        .as(String.join("\n", daemons.stream().map(Ripcord::said).toList()))
        .containsExactly("v2|rolled-back");
    assertContainer();
    assertThat(
            shopSql.rows(
                "SELECT (SELECT count(*) FROM information_schema.columns WHERE table_name ="
                    + " 'customer' AND column_name = 'email'), to_regclass('orders')::text, (SELECT"
                    + " count(*) FROM customer)"))
        .as("the schema is as before, and no row is lost")
        .containsExactly("0|null|" + CUSTOMERS);
    assertThat(
            shopSql.rows(
                "SELECT version, success, release, reverted_at IS NOT NULL, reverted_release FROM"
                    + " ripcord.migration_history ORDER BY id"))
        .containsExactly("01|true|v2|true|v2", "02|true|v2|true|v2");
    assertThat(
            shopSql.rows(
                "SELECT migration_version, direction, success, rollback_executed FROM"
                    + " ripcord.migration_audit ORDER BY id"))
        .as("each up once, each down once, the newest first")
        .containsExactly(
            "01|up|true|false", "02|up|true|false", "02|down|true|true", "01|down|true|true");
  }

  private void assertContainer() {
    String seen =
        engine()
            .docker(
                "inspect",
                "-f",
                "{{.Config.Image}} {{.State.Status}} {{index .Config.Labels \"keep\"}}"
                    + " {{.HostConfig.RestartPolicy.Name}}:{{.HostConfig.RestartPolicy.MaximumRetryCount}}"
                    + " {{.Config.Env}}",
                name());
    assertThat(seen)
        .startsWith(REPOSITORY + ":1 running me on-failure:3 ")
        .contains("KEEP=me", "VERSION=1", "ERRORS=0");
    assertThat(engine().docker("ps", "-a", "--filter", "name=" + name(), "--format", "{{.Names}}"))
        .as("no other container is left")
        .isEqualTo(name());
  }

  private static DockerEngine engine() {
    return DockerEngine.orSkip();
  }

  private static String name() {
    return engine().name("e2e-shop");
  }

  private static void write(Path folder, String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text + "\n");
  }
}
