package dev.ripcord.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.Compose;
import dev.ripcord.DockerEngine;
import dev.ripcord.Waiting;
import io.vertx.core.json.JsonArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * config/compose as a user runs it: our Dockerfile, a PostgreSQL that begins as the official image
 * does, a service, and the daemon, on a Docker Engine of their own.
 */
@Order(1)
final class ComposeEndToEndTest {
  private static final Path PIECES = Path.of("config", "compose");
  private static final String SHOP = "ghcr.io/acme/shop:";

  private static DockerEngine engine;
  private static Compose compose;

  @TempDir private Path folder;

  @BeforeAll
  static void makeImages(@TempDir Path context) {
    Path postgres = StandInImages.postgresOrSkip();
    compose = Compose.orSkip();
    engine = DockerEngine.apartOrSkip();
    StandInImages images = new StandInImages(engine);
    images.postgres("postgres:18", postgres);
    images.ripcord("ghcr.io/acme/ripcord:latest", context);
    images.shop(SHOP + "42", 0);
    images.shop(SHOP + "43", 0);
    images.shop(SHOP + "44", 6);
  }

  @BeforeEach
  void begin() throws IOException {
    Files.copy(PIECES.resolve("compose.yaml"), folder.resolve("compose.yaml"));
    String ours = Files.readString(PIECES.resolve("ripcord.yaml"));
    write("ripcord.yaml", ours + "interval: 1s\nbake: 1m\n");
    Files.createDirectory(folder.resolve("migrations"));
    migration("01_create_customer", "CREATE TABLE customer (id int)", "DROP TABLE customer");
    release("42");
  }

  @AfterEach
  void end() {
    compose("down", "-v", "--timeout", "2");
  }

  /** One story, because each beginning costs a database. */
  @Test
  void fromNothingToARollback_asTheFileSays() throws IOException {
    aMigrationThatFails_keepsTheServiceFromStarting();
    theServiceStarts_afterItsMigrations();
    aDeployWhoseMigrationFails_leavesTheServiceAlone();
    aBadRelease_isTakenBackByTheDaemon();
  }

  private void aMigrationThatFails_keepsTheServiceFromStarting() throws IOException {
    migration("02_add_bad", "ALTER TABLE nobody ADD x int", "ALTER TABLE nobody DROP x");

    DockerEngine.Ran failed = compose("up", "-d");

    assertThat(failed.code()).as(failed.output()).isNotZero();
    assertThat(inspect("migrate", "{{.State.ExitCode}}")).as(logs()).isEqualTo("5");
    assertThat(healthySince()).isGreaterThan(startOfTheServerForEverybody());
    assertThat(engine.tryDocker("inspect", "-f", "{{.State.Running}}", "shop").output())
        .isNotEqualTo("true");
  }

  private void theServiceStarts_afterItsMigrations() throws IOException {
    Files.delete(folder.resolve("migrations/02_add_bad_up.sql"));
    Files.delete(folder.resolve("migrations/02_add_bad_down.sql"));

    up("up", "-d");

    assertThat(columns()).isEqualTo("id");
    assertThat(inspect("migrate", "{{.State.ExitCode}}")).isEqualTo("0");
    assertThat(Instant.parse(inspect("shop", "{{.State.StartedAt}}")))
        .isAfterOrEqualTo(Instant.parse(inspect("migrate", "{{.State.FinishedAt}}")));
  }

  private void aDeployWhoseMigrationFails_leavesTheServiceAlone() throws IOException {
    String running = inspect("shop", "{{.Id}}");
    release("43");
    migration("02_add_x", "ALTER TABLE nobody ADD x int", "ALTER TABLE nobody DROP x");

    DockerEngine.Ran failed = compose("run", "--rm", "-T", "migrate");

    assertThat(failed.code()).as(failed.output()).isEqualTo(5);
    assertThat(failed.output()).contains("relation \"nobody\" does not exist");
    assertThat(inspect("shop", "{{.Id}}")).isEqualTo(running);
    assertThat(inspect("shop", "{{.State.Running}}")).isEqualTo("true");
  }

  private void aBadRelease_isTakenBackByTheDaemon() throws IOException {
    awaitDaemon();
    release("44");
    migration("02_add_x", "ALTER TABLE customer ADD x int", "ALTER TABLE customer DROP x");
    up("run", "--rm", "-T", "migrate");
    assertThat(columns()).isEqualTo("id,x");
    up("up", "-d", "--no-deps", "shop");
    assertThat(inspect("shop", "{{.Config.Image}}")).isEqualTo(SHOP + "44");

    String watch = "exec -T ripcord ripcord watch --service shop --release 44 --previous-image ";
    DockerEngine.Ran watched = compose((watch + SHOP + "42").split(" ", -1));

    assertThat(watched.code()).as(watched.output()).isEqualTo(10);
    assertThat(watched.output()).contains("rolled back, healthy again");
    assertThat(inspect("shop", "{{.Config.Image}}")).isEqualTo(SHOP + "42");
    assertThat(columns()).isEqualTo("id");
  }

  /** When the database counted as healthy, in seconds of the epoch. */
  private double healthySince() {
    String now = Long.toString(Instant.now().getEpochSecond() + 1);
    String[] ask = {"--since", "10m", "--until", now, "--filter", "event=health_status"};
    List<String> call = new ArrayList<>(List.of("events"));
    call.addAll(List.of(ask));
    call.addAll(List.of("--filter", "container=" + up("ps", "-a", "-q", "db")));
    call.addAll(List.of("--format", "{{.TimeNano}}"));
    String first = engine.docker(call.toArray(String[]::new)).lines().findFirst().orElseThrow();
    return Long.parseLong(first) / 1e9;
  }

  /** The one of the first start, on the socket alone, began before. */
  private double startOfTheServerForEverybody() {
    String sql = "SELECT extract(epoch FROM pg_postmaster_start_time())";
    return Double.parseDouble(up("exec", "-T", "db", "psql", "-U", "shop", "-Atc", sql));
  }

  /** By the image's own health check, without waiting for its turn. */
  private void awaitDaemon() {
    JsonArray check = new JsonArray(inspect("ripcord", "{{json .Config.Healthcheck.Test}}"));
    List<String> ask = new ArrayList<>(List.of("exec", "-T", "ripcord"));
    check.stream().skip(1).forEach(word -> ask.add(word.toString()));
    boolean well = Waiting.until(90, () -> compose(ask.toArray(String[]::new)).code() == 0);
    assertThat(well).as(logs()).isTrue();
  }

  private String columns() {
    String sql =
        "SELECT string_agg(column_name, ',' ORDER BY ordinal_position) FROM"
            + " information_schema.columns WHERE table_name = 'customer'";
    return up("exec", "-T", "db", "psql", "-U", "shop", "-Atc", sql);
  }

  private void release(String release) throws IOException {
    Path socket = engine.socket();
    write(
        ".env",
        """
        POSTGRES_PASSWORD=db-secret
        RIPCORD_TOKEN=daemon-secret
        DOCKER_GROUP=%s
        DOCKER_SOCKET=%s
        RELEASE=%s
        """
            .formatted(Files.getAttribute(socket, "unix:gid"), socket, release));
  }

  private void migration(String name, String up, String down) throws IOException {
    write("migrations/" + name + "_up.sql", up + ";\n");
    write("migrations/" + name + "_down.sql", down + ";\n");
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private String inspect(String service, String what) {
    String container = up("ps", "-a", "-q", service);
    return engine.docker("inspect", "-f", what, container);
  }

  /** Must end well; what it printed. */
  private String up(String... arguments) {
    DockerEngine.Ran ran = compose(arguments);
    assertThat(ran.code())
        .as(() -> new JsonArray(List.of(arguments)) + "\n" + ran.output() + logs())
        .isZero();
    return ran.output();
  }

  private String logs() {
    return "\n" + compose("logs", "--tail", "20").output();
  }

  private DockerEngine.Ran compose(String... arguments) {
    return compose.run(folder, Map.of("DOCKER_HOST", "unix://" + engine.socket()), arguments);
  }
}
