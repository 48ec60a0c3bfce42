package dev.ripcord.e2e;

import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import dev.ripcord.TestPostgres;
import dev.ripcord.TodaysCases;
import dev.ripcord.Waiting;
import dev.ripcord.e2e.LoopbackService.Mode;
import io.vertx.pgclient.PgConnectOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A rollback during which something dies, stands still or does not get its answer: each time it
 * ends as the undisturbed one, with each down migration done once.
 */
@Order(1)
final class CrashDaysTest {
  private static final String SLOW = "SELECT pg_sleep(3);\n";

  private final PgConnectOptions journal = TestPostgres.freshDatabase();
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
    write("image", "shop:1");
    write("calls", "");
    program("switch", "%s\necho \"$RIPCORD_IMAGE\" > '%s'\n%s");
    program("stop", "%s\n%s");
    Files.createDirectory(folder.resolve("migrations"));
  }

  /** A program that notes each call, and kills its caller before or after its work, once. */
  private void program(String name, String work) throws IOException {
    String kill = "if [ -e '%s' ]; then rm '%s'; kill -9 $PPID; sleep 1; fi";
    Path before = folder.resolve(name + "-before");
    Path after = folder.resolve(name + "-after");
    String killBefore = kill.formatted(before, before);
    String killAfter = kill.formatted(after, after);
    String body =
        name.equals("stop")
            ? work.formatted(killBefore, killAfter)
            : work.formatted(killBefore, image(), killAfter);
    write(name + ".sh", "echo " + name + " >> '" + folder.resolve("calls") + "'\n" + body);
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

  static List<String> orders() {
    return TodaysCases.oneIn(2, "image-first", "migrations-first");
  }

  static List<Arguments> programs() {
    return TodaysCases.oneIn(
        3,
        List.of(
            Arguments.of("image-first", "switch-before"),
            Arguments.of("migrations-first", "stop-after"),
            Arguments.of("image-first", "switch-after"),
            Arguments.of("migrations-first", "switch-before"),
            Arguments.of("migrations-first", "switch-after")));
  }

  static List<Arguments> entries() {
    return TodaysCases.oneIn(
        3,
        List.of(
            Arguments.of("finished", 1),
            Arguments.of("watch.sampled", 3),
            Arguments.of("planned", 1)));
  }

  @ParameterizedTest
  @MethodSource("programs")
  void killedInAProgram_theNextDaemonFinishes(String order, String point) throws IOException {
    migrations("");
    write(point, "");
    Path file = configuration(order, TestPostgres.url(journal), TestPostgres.url(shop));
    Ripcord first = daemon(file);
    releaseV2(first);
    assertThat(first.endsWithin(60)).as(first.said()).isTrue();

    assertRolledBack(daemon(file));
  }

  @Test
  void killedInAProgram_theWatchOfThisRelease_goesOn_andDoesNotSayThatItCannotBeRolledBack()
      throws IOException {
    migrations("");
    write("switch-after", "");
    Path file = configuration("image-first", TestPostgres.url(journal), TestPostgres.url(shop));
    Ripcord first = daemon(file);
    releaseV2(first);
    assertThat(first.endsWithin(60)).as(first.said()).isTrue();

    Ripcord watch =
        opened(
            Ripcord.begin(
                folder, "watch", "--service", "shop", "--release", "v2", "-c", file.toString()));

    assertThat(watch.exit()).as(watch.said()).isEqualTo(10);
    assertThat(watch.said())
        .contains("going on with the rollback that was under way")
        .doesNotContain("could not be rolled back");
  }

  @Test
  void killedInAProgram_aWatchOfTheNextRelease_finishesFirst() throws IOException {
    migrations("");
    write("switch-after", "");
    Path file = configuration("image-first", TestPostgres.url(journal), TestPostgres.url(shop));
    Ripcord first = daemon(file);
    releaseV2(first);
    assertThat(first.endsWithin(60)).as(first.said()).isTrue();

    Ripcord watch =
        opened(
            Ripcord.begin(
                folder,
                "watch",
                "--service",
                "shop",
                "--release",
                "v3",
                "--for",
                "3s",
                "-c",
                file.toString()));

    assertThat(watch.exit()).as(watch.said()).isZero();
    assertThat(watch.said())
        .contains(
            "a rollback of release v2 was left under way; it goes on here, then v3 is watched",
            "release v2 ended: rolled-back, ")
        .doesNotContain("/0]");
    assertThat(journalSql.rows("SELECT release, ended_at IS NULL FROM ripcord_journal.watch"))
        .as(watch.said())
        .contains("v2|false", "v3|false");
    assertThat(runs()).isEqualTo("shop:1");
  }

  @ParameterizedTest
  @MethodSource("orders")
  void killedInADown_theNextDaemonFinishes(String order) throws IOException {
    migrations(SLOW);
    Path file = configuration(order, TestPostgres.url(journal), TestPostgres.url(shop));
    Ripcord first = daemon(file);
    releaseV2(first);
    first.await("the down runs", this::isDownRunning);
    first.kill();

    assertRolledBack(daemon(file));
  }

  @ParameterizedTest
  @MethodSource("orders")
  void c8_leaseLostDuringADown_theSameDaemonTakesItAgainAndFinishes(String order)
      throws IOException {
    migrations(SLOW);
    Path file = configuration(order, TestPostgres.url(journal), TestPostgres.url(shop));
    Ripcord daemon = daemon(file);
    releaseV2(daemon);
    daemon.await("the down runs", this::isDownRunning);
    assertThat(
            journalSql.rows(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    + " WHERE application_name = 'ripcord leases'"
                    + " AND datname = current_database()"))
        .containsExactly("true");

    assertRolledBack(daemon);
  }

  @ParameterizedTest
  @MethodSource("entries")
  void c2_c3_lostAnswerOfTheJournal_isNoRefusal(String entry, int which) throws IOException {
    migrations("");
    Relay relay = opened(new Relay(journal.getPort()));
    Path file = configuration("image-first", relayed(journal, relay), TestPostgres.url(shop));
    Ripcord daemon = daemon(file);
    relay.loseAnswer(entry, which);
    releaseV2(daemon);

    assertRolledBack(daemon);
    assertThat(relay.hasCut()).as("an answer was lost").isTrue();
    assertThat(daemon.announce("{\"service\":\"shop\",\"release\":\"v3\",\"image\":\"shop:1\"}"))
        .as("the service takes the next release")
        .contains("v3");
  }

  @ParameterizedTest
  @MethodSource("orders")
  void c6_c20_lostAnswerOfADown_isLookedUpAndWrittenOnce(String order) throws IOException {
    migrations("");
    Relay relay = opened(new Relay(shop.getPort()));
    Path file = configuration(order, TestPostgres.url(journal), relayed(shop, relay));
    Ripcord daemon = daemon(file);
    relay.loseAnswer("DROP TABLE notes", 1);
    releaseV2(daemon);

    assertRolledBack(daemon);
    assertThat(relay.hasCut()).as("an answer was lost").isTrue();
    assertThat(
            shopSql.rows(
                "SELECT count(*) FROM ripcord.migration_audit"
                    + " WHERE rollback_executed AND NOT success"))
        .containsExactly("0");
  }

  @Test
  void c1_c11_daemonThatStandsStill_isRelievedAndDoesNothingWhenItWakes() throws IOException {
    migrations("");
    Path gate = folder.resolve("gate");
    String held =
        "touch '%s.begun'; while [ ! -e '%s' ]; do sleep 0.1; done\n".formatted(gate, gate);
    write("stop.sh", "echo stop >> '" + folder.resolve("calls") + "'\n" + held);
    Path file =
        configuration("migrations-first", TestPostgres.url(journal), TestPostgres.url(shop));
    Ripcord first = daemon(file);
    Ripcord second = daemon(file);
    releaseV2(first);
    first.await("the stop program runs", () -> Files.exists(folder.resolve("gate.begun")));
    first.signal("STOP");

    try {
      write("gate", "");
      assertRolledBack(second);
      write("image", "shop:3");
      List<String> calls = calls();
      first.signal("CONT");
      second.await("the first one notices", () -> first.err().contains("lease"));
      assertThat(Waiting.until(3, () -> !calls().equals(calls) || !runs().equals("shop:3")))
          .as("the first daemon acts on a newer release")
          .isFalse();
    } finally {
      first.signal("CONT");
    }
  }

  private void assertRolledBack(Ripcord daemon) {
    daemon.await(
        "the rollback has ended",
        () -> journalSql.finds("SELECT 1 FROM ripcord_journal.watch WHERE ended_at IS NOT NULL"));
    assertThat(journalSql.rows("SELECT release, outcome FROM ripcord_journal.watch"))
        .as(daemon.said())
        .containsExactly("v2|rolled-back");
    assertThat(
            shopSql.rows(
                "SELECT migration_version, count(*) FROM ripcord.migration_audit"
                    + " WHERE rollback_executed AND success GROUP BY 1 ORDER BY 1"))
        .containsExactly("01|1", "02|1");
    assertThat(shopSql.rows("SELECT * FROM told ORDER BY 1")).containsExactly("1", "2");
    assertThat(runs()).isEqualTo("shop:1");
  }

  private boolean isDownRunning() {
    return shopSql.finds(
        "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND wait_event = 'PgSleep'"
            + " AND datname = current_database()");
  }

  private void migrations(String slow) throws IOException {
    TestPostgres.execute(shop, "CREATE TABLE told (version int)");
    write("migrations/01_create_orders_up.sql", "CREATE TABLE orders (id int PRIMARY KEY);");
    write(
        "migrations/01_create_orders_down.sql", "INSERT INTO told VALUES (1);\nDROP TABLE orders;");
    write("migrations/02_create_notes_up.sql", "CREATE TABLE notes (id int PRIMARY KEY);");
    write(
        "migrations/02_create_notes_down.sql",
        "INSERT INTO told VALUES (2);\n" + slow + "DROP TABLE notes;");
    Ripcord migrate =
        opened(
            Ripcord.run(
                folder,
                "migrate",
                "up",
                "--release",
                "v2",
                "--dir",
                folder.resolve("migrations").toString(),
                "--database-url",
                TestPostgres.url(shop)));
    assertThat(migrate.exit()).as(migrate.said()).isZero();
  }

  private static String relayed(PgConnectOptions server, Relay relay) {
    return TestPostgres.url(server).replace(":" + server.getPort() + "/", ":" + relay.port() + "/");
  }

  /** The bad release comes, and the daemon hears of it. */
  private void releaseV2(Ripcord daemon) throws IOException {
    write("image", "shop:2");
    daemon.announce(
        "{\"service\":\"shop\",\"release\":\"v2\",\"image\":\"shop:2\",\"previousImage\":\"shop:1\"}");
  }

  private Path configuration(String order, String journalUrl, String shopUrl) throws IOException {
    LoopbackService service = opened(new LoopbackService(Mode.AS_THE_FILE_SAYS, image()));
    String yaml =
        """
        database: "%s"
        data: "%s"
        listen: 127.0.0.1:0
        interval: 500ms
        timeout: 400ms
        bake: 5m
        order: %s
        alerts: {slack: "%s/slack"}
        services:
          shop:
            metrics: http://127.0.0.1:%d/metrics
            platform: {command: {switch: [sh, switch.sh], current: [cat, image], stop: [sh, stop.sh]}}
            migrations: {dir: migrations, database: "%s", backup: off}
        """
            .formatted(
                journalUrl, folder.resolve("data"), order, slack.baseUrl(), service.port(), shopUrl)
            .replace("switch.sh", folder.resolve("switch.sh").toString())
            .replace("stop.sh", folder.resolve("stop.sh").toString())
            .replace("[cat, image]", "[cat, " + image() + "]");
    write("ripcord.yaml", yaml);
    return folder.resolve("ripcord.yaml");
  }

  private Path image() {
    return folder.resolve("image");
  }

  private String runs() {
    return read("image").strip();
  }

  private List<String> calls() {
    return read("calls").lines().toList();
  }

  private String read(String name) {
    try {
      return Files.readString(folder.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
}
