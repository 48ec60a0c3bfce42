package dev.ripcord.e2e;

import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import dev.ripcord.TestPostgres;
import dev.ripcord.e2e.LoopbackService.Mode;
import io.vertx.pgclient.PgConnectOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes wrong around the program: each time it says so, and nothing is lost or done twice. */
@Order(1)
final class DaemonBadDaysTest {
  private static final int NO_PORT = 1;
  private static final String ADDITIVE_UP = "CREATE TABLE orders (id int PRIMARY KEY);";

  private final PgConnectOptions journal = TestPostgres.freshJournal();
  private final PgConnectOptions shop = TestPostgres.freshDatabase();
  private final Sql journalSql = new Sql(journal);
  private final Sql shopSql = new Sql(shop);
  private final WireMockServer slack = new WireMockServer(options().dynamicPort());
  private final List<AutoCloseable> open = new ArrayList<>();
  @TempDir private Path folder;

  @BeforeEach
  void begin() throws IOException {
    slack.start();
    slack.stubFor(post("/slack").willReturn(ok("ok")));
    write("image", "shop:2");
    write("switch.sh", "echo \"$RIPCORD_IMAGE\" > '" + folder.resolve("image") + "'");
    Files.createDirectory(folder.resolve("migrations"));
  }

  @AfterEach
  void end() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
    slack.stop();
    journalSql.close();
    shopSql.close();
  }

  @Test
  void start_portTaken_saysWhichAndEndsWith1() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Path file =
          configuration("database: " + url(), "listen: 127.0.0.1:" + taken.getLocalPort(), "");
      Ripcord daemon = run("start", "-c", file.toString());

      assertThat(daemon.exit()).as(daemon.said()).isEqualTo(1);
      assertThat(daemon.err()).contains("127.0.0.1:" + taken.getLocalPort()).contains("listen");
      assertPlain(daemon);
    }
  }

  @Test
  void start_journalDown_saysWhereAndEndsWith1() throws IOException {
    String down = "postgresql://ripcord:hunter2@127.0.0.1:" + NO_PORT + "/journal";
    Ripcord daemon = run("start", "-c", configuration("database: " + down, "", "").toString());

    assertThat(daemon.exit()).as(daemon.said()).isEqualTo(1);
    assertThat(daemon.err()).contains("127.0.0.1:" + NO_PORT).doesNotContain("hunter2");
    assertPlain(daemon);
  }

  @Test
  void start_dataIsAFile_saysSoAndEndsWith1() throws IOException {
    write("file", "in the way");
    Path file = configuration("data: " + folder.resolve("file"), "", "");
    Ripcord daemon = run("start", "-c", file.toString());

    assertThat(daemon.exit()).as(daemon.said()).isEqualTo(1);
    assertThat(daemon.err()).contains(folder.resolve("file").toString()).contains("data");
    assertPlain(daemon);
  }

  @Test
  void start_wrongFile_tellsAllProblemsAndEndsWith2() throws IOException {
    write(
        "wrong.yaml",
        """
        treshold: 5%
        timeout: 5
        services:
          shop:
            platform: {docker: {}}
        """);
    Ripcord daemon = run("start", "-c", folder.resolve("wrong.yaml").toString());

    assertThat(daemon.exit()).as(daemon.said()).isEqualTo(2);
    assertThat(daemon.err())
        .contains("did you mean threshold?")
        .contains("write 5s")
        .contains("services.shop ")
        .contains("services.shop.platform.docker")
        .contains("Nothing was started");
  }

  @Test
  void start_sameDataTwice_secondRefusesAndFirstStopsItsServerOnTerm() throws IOException {
    Path data = Files.createTempDirectory("ripcord-e2e-data");
    open.add(() -> TestPostgres.delete(data));
    Path file = configuration("data: " + data, "", "");
    Ripcord first = daemon(file);
    Ripcord second = run("start", "-c", file.toString());
    assertThat(second.exit()).as(second.said()).isEqualTo(1);
    assertThat(second.err()).contains(data.toString());
    assertPlain(second);
    assertThat(first.get("/readyz")).as(first.said()).isNotBlank();

    first.signal("TERM");
    assertThat(first.endsWithin(10)).as(first.said()).isTrue();
    assertThat(
            ProcessHandle.allProcesses()
                .filter(p -> p.info().commandLine().orElse("").contains(data.toString())))
        .as("no PostgreSQL is left")
        .isEmpty();
  }

  @Test
  void journal_goesAwayAndComesBack_watchGoesOnAndNothingIsLost() throws IOException {
    JournalServer server = opened(new JournalServer());
    write("image", "shop:1");
    LoopbackService service = opened(new LoopbackService(Mode.AS_THE_FILE_SAYS, image()));
    Ripcord daemon = daemon(configuration("database: " + server.url(), "", shop(service, "")));
    daemon.announce(announcement("v2", "shop:1", "shop:0"));
    daemon.await("polls are kept", () -> service.asked() > 3);

    server.stop();
    int polls = service.asked();
    daemon.await("it polls on without a journal", () -> service.asked() > polls + 3);
    server.start();
    write("image", "shop:2");

    Sql sql = opened(new Sql(server.options()));
    daemon.await(
        "the same watch condemns the release",
        () -> sql.finds("SELECT 1 FROM ripcord_journal.watch WHERE ended_at IS NOT NULL"));
    assertThat(sql.rows("SELECT id, release FROM ripcord_journal.watch")).containsExactly("1|v2");
    assertThat(sql.rows("SELECT count(*) FROM ripcord_journal.event WHERE type = 'finished'"))
        .containsExactly("1");
  }

  @Test
  void journal_isAwayWhileTheReleaseFails_imageGoesBack_andTheStoryIsInTheJournalAfterwards()
      throws IOException {
    JournalServer server = opened(new JournalServer());
    LoopbackService service = opened(new LoopbackService(Mode.AS_THE_FILE_SAYS, image()));
    String away = "\njournal-away: local-file\nbreaches: 10";
    Path file = configuration("database: " + server.url() + away, "", service("shop", service, ""));
    Ripcord daemon = daemon(file);
    daemon.announce(announcement("v2", "shop:2", "shop:1"));
    daemon.await("polls are kept", () -> service.asked() > 3);

    server.stop();
    daemon.await(
        "the image goes back without a journal", () -> contentOf(image()).equals("shop:1"));
    daemon.await(
        "people are told past the journal",
        () -> said().stream().anyMatch(s -> s.contains("rolled back, healthy again")));
    server.start();

    Sql sql = opened(new Sql(server.options()));
    daemon.await(
        "the end is in the journal",
        () -> sql.finds("SELECT 1 FROM ripcord_journal.watch WHERE outcome = 'rolled-back'"));
    assertThat(
            sql.rows(
                "SELECT type, count(*) FROM ripcord_journal.event WHERE type IN"
                    + " ('planned', 'finished', 'run.begun') GROUP BY type ORDER BY type"))
        .containsExactly("finished|1", "planned|1", "run.begun|1");
    daemon.await("nothing is left in the file", () -> isEmpty(folder.resolve("data/journal-away")));
  }

  private static String contentOf(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isEmpty(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.findAny().isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void metrics_thatCannotBeRead_rollNothingBackAndPollsGoOn() throws IOException {
    List<LoopbackService> services = new ArrayList<>();
    StringBuilder yaml = new StringBuilder();
    List<Mode> modes = List.of(Mode.HANGS, Mode.DRIPS, Mode.SENDS_100_MB, Mode.CUTS, Mode.GARBAGE);
    for (Mode mode : modes) {
      LoopbackService service = opened(new LoopbackService(mode, image()));
      services.add(service);
      yaml.append(service(mode.name().toLowerCase(Locale.ROOT), service, ""));
    }
    Ripcord daemon = daemon(configuration("database: " + url(), "", yaml.toString()));
    for (Mode mode : modes) {
      daemon.announce(
          announcement("v2", "shop:2", "shop:1")
              .replace("\"shop\"", "\"" + mode.name().toLowerCase(Locale.ROOT) + "\""));
    }
    daemon.await(
        "each is said to be blind",
        () ->
            modes.stream().allMatch(mode -> isSaidToBeBlind(mode.name().toLowerCase(Locale.ROOT))));
    int polls = services.getFirst().asked();
    daemon.await("polls go on", () -> services.getFirst().asked() > polls);

    assertThat(journalSql.rows("SELECT service FROM ripcord_journal.watch WHERE ended_at IS NULL"))
        .as(daemon.said())
        .hasSize(5);
    assertThat(Files.readString(image()).strip()).isEqualTo("shop:2");
    assertThat(daemon.err()).doesNotContain("OutOfMemory", "Exception");
  }

  /** By a message of its own, or by one for several. */
  private boolean isSaidToBeBlind(String service) {
    return said().stream().anyMatch(s -> s.contains(service + " v2: nothing can be measured"));
  }

  @Test
  void down_failsAfterTheImage_schemaStaysExpandedAndItIsSaid() throws IOException {
    migrations(ADDITIVE_UP, "DROP TABLE orders; SELECT no_such_function();");
    LoopbackService service = opened(new LoopbackService(Mode.AS_THE_FILE_SAYS, image()));
    Path file = configuration("database: " + url(), "", shop(service, ""));
    Ripcord watch = run(watch(file));

    assertThat(watch.exit()).as(watch.said()).isEqualTo(10);
    assertThat(watch.out()).contains("expanded").contains("no_such_function");
    assertThat(Files.readString(image()).strip()).isEqualTo("shop:1");
    assertThat(shopSql.rows("SELECT to_regclass('orders')::text")).containsExactly("orders");
    assertThat(said())
        .as(watch.said())
        .anyMatch(s -> s.contains("down migration 01_release failed"))
        .anyMatch(s -> s.contains("rolled back, healthy again") && s.contains("expanded"));
  }

  @Test
  void down_failsBeforeTheImage_failsAndSaysWhatWasDoneAndWhatNot() throws IOException {
    shopSql.rows("CREATE TABLE customer (id int, fax text)");
    write("migrations/01_release_up.sql", "ALTER TABLE customer RENAME fax TO telefax;");
    write("migrations/01_release_down.sql", "SELECT no_such_function();");
    write("migrations/02_orders_up.sql", ADDITIVE_UP);
    write("migrations/02_orders_down.sql", "DROP TABLE orders;");
    migrate();
    LoopbackService service = opened(new LoopbackService(Mode.AS_THE_FILE_SAYS, image()));
    String order = "    order: migrations-first\n";
    Path file = configuration("database: " + url(), "", shop(service, order));
    Ripcord watch = run(watch(file));

    assertThat(watch.exit()).as(watch.said()).isEqualTo(12);
    assertThat(Files.readString(image()).strip()).as("the image is untouched").isEqualTo("shop:2");
    assertThat(watch.out())
        .contains("no_such_function")
        .contains("done: 02_orders reverted")
        .contains("not done: down 01_release (shows what would be lost")
        .contains("not done: image");
    assertThat(said())
        .as(watch.said())
        .anyMatch(s -> s.contains("the rollback failed") && s.contains("Not done: image"));
  }

  @Test
  void watch_withoutAPreviousImage_saysAtOnceThatItOnlyAlerts() throws IOException {
    LoopbackService service = opened(new LoopbackService(Mode.AS_THE_FILE_SAYS, image()));
    Path file = configuration("database: " + url(), "", shop(service, ""));
    Ripcord watch =
        run("watch", "--service", "shop", "--release", "v2", "--for", "20s", "-c", file.toString());

    assertThat(watch.exit()).as(watch.said()).isEqualTo(16);
    assertThat(watch.out().lines().limit(3))
        .as(watch.said())
        .anyMatch(s -> s.contains("the image before this release is not known"));
    assertThat(Files.readString(image()).strip()).isEqualTo("shop:2");
  }

  @Test
  void planAndRollback_dockerDoesNotAnswer_saySoAndBeginNothing() throws IOException {
    LoopbackService service = opened(new LoopbackService(Mode.AS_THE_FILE_SAYS, image()));
    String docker =
        "    platform: {docker: {container: shop, socket: %s}}\n"
            .formatted(folder.resolve("no.sock"));
    String yaml = measured("shop", service) + docker;
    Path file = configuration("database: " + url(), "", yaml);
    Ripcord plan =
        run("plan", "shop", "--release", "v2", "--previous-image", "shop:1", "-c", file.toString());

    assertThat(plan.exit()).as(plan.said()).isEqualTo(4);
    assertThat(plan.out()).contains("cannot be rolled back").contains("no.sock");
    assertPlain(plan);

    Ripcord rollback =
        run(
            "rollback",
            "shop",
            "--release",
            "v2",
            "--previous-image",
            "shop:1",
            "--yes",
            "-c",
            file.toString());
    assertThat(rollback.exit()).as(rollback.said()).isEqualTo(12);
    assertThat(rollback.out()).contains("cannot be rolled back").contains("Nothing was changed");
    assertThat(journalSql.rows("SELECT * FROM ripcord_journal.watch")).isEmpty();
  }

  @Test
  void watch_interruptedInARollback_saysSoAndTheSameCommandFinishes() throws IOException {
    migrations(ADDITIVE_UP, "DROP TABLE orders;");
    Path gate = folder.resolve("gate");
    write(
        "switch.sh",
        "touch '%s.begun'; while [ ! -e '%s' ]; do sleep 0.1; done\necho \"$RIPCORD_IMAGE\" > '%s'"
            .formatted(gate, gate, image()));
    LoopbackService service = opened(new LoopbackService(Mode.AS_THE_FILE_SAYS, image()));
    Path file = configuration("database: " + url(), "", shop(service, ""));
    Ripcord first = begun(watch(file));
    first.await("the switch is under way", () -> Files.exists(folder.resolve("gate.begun")));
    first.signal("INT");
    assertThat(first.endsWithin(15)).as(first.said()).isTrue();
    assertThat(first.err()).contains("a rollback of v2 is under way").contains("the same command");
    write("gate", "");

    Ripcord second = run(watch(file));
    assertThat(second.exit()).as(first.said() + second.said()).isEqualTo(10);
    assertThat(Files.readString(image()).strip()).isEqualTo("shop:1");
    assertThat(
            shopSql.rows(
                "SELECT count(*) FROM ripcord.migration_audit WHERE rollback_executed AND success"))
        .containsExactly("1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"HUP", "TERM", "INT"})
  void a29_watchIsInterrupted_saysWhatIsAndNamesNoClass(String signal) throws IOException {
    LoopbackService service = opened(new LoopbackService(Mode.HANGS, image()));
    Path file = configuration("database: " + url(), "", shop(service, ""));
    Ripcord watch = begun(watch(file));
    watch.await("it watches", () -> watch.out().contains("poll 1 "));
    watch.signal(signal);
    assertThat(watch.endsWithin(15)).as(watch.said()).isTrue();
    assertThat(watch.err()).contains("interrupted; nothing was rolled back").contains("v2");
    assertThat(watch.said()).doesNotContain("Exception").doesNotContain("closed");
  }

  private void migrations(String up, String down) throws IOException {
    write("migrations/01_release_up.sql", up);
    write("migrations/01_release_down.sql", down);
    migrate();
  }

  private void migrate() {
    Ripcord migrate =
        run(
            "migrate",
            "up",
            "--release",
            "v2",
            "--dir",
            folder.resolve("migrations").toString(),
            "--database-url",
            TestPostgres.url(shop));
    assertThat(migrate.exit()).as(migrate.said()).isZero();
  }

  private static String[] watch(Path file) {
    return new String[] {
      "watch",
      "--service",
      "shop",
      "--release",
      "v2",
      "--image",
      "shop:2",
      "--previous-image",
      "shop:1",
      "--for",
      "2m",
      "-c",
      file.toString()
    };
  }

  private static String announcement(String release, String image, String previous) {
    return "{\"service\":\"shop\",\"release\":\"%s\",\"image\":\"%s\",\"previousImage\":\"%s\"}"
        .formatted(release, image, previous);
  }

  /** The main service: migrations, and a platform of commands. */
  private String shop(LoopbackService service, String more) {
    return service("shop", service, more)
        + "    migrations: {dir: migrations, database: \"%s\"}\n".formatted(TestPostgres.url(shop));
  }

  private String service(String name, LoopbackService service, String more) {
    return measured(name, service)
        + "    platform: {command: {switch: [sh, %s], current: [cat, %s], stop: [\"true\"]}}\n"
            .formatted(folder.resolve("switch.sh"), image())
        + more;
  }

  private static String measured(String name, LoopbackService service) {
    return "  %s:\n    url: http://127.0.0.1:%d/health\n    metrics: http://127.0.0.1:%d/metrics\n"
        .formatted(name, service.port(), service.port());
  }

  private Path configuration(String memory, String listen, String services) throws IOException {
    String yaml =
        """
        %s
        %s
        interval: 500ms
        timeout: 400ms
        bake: 5m
        alerts: {slack: "%s/slack"}
        services:
        %s
        """
            .formatted(
                memory,
                listen.isEmpty() ? "listen: 127.0.0.1:0" : listen,
                slack.baseUrl(),
                services.isEmpty() ? "  shop: {url: \"http://127.0.0.1:1/health\"}" : services);
    write("ripcord.yaml", yaml);
    return folder.resolve("ripcord.yaml");
  }

  private Path image() {
    return folder.resolve("image");
  }

  private String url() {
    return TestPostgres.url(journal);
  }

  private List<String> said() {
    return slack.findAll(postRequestedFor(urlEqualTo("/slack"))).stream()
        .map(r -> r.getBodyAsString())
        .toList();
  }

  private Ripcord run(String... arguments) {
    return opened(Ripcord.run(folder, arguments));
  }

  private Ripcord begun(String... arguments) {
    return opened(Ripcord.begin(folder, arguments));
  }

  private Ripcord daemon(Path file) {
    return opened(Ripcord.daemon(folder, file));
  }

  private <T extends AutoCloseable> T opened(T one) {
    open.add(one);
    return one;
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text + "\n");
  }

  /** What a person reads holds no stack trace and no name of a class. */
  private static void assertPlain(Ripcord ripcord) {
    assertThat(ripcord.err()).doesNotContain("\tat ", "Exception", "java.", "io.vertx");
  }
}
