package dev.ripcord.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.FreePort;
import dev.ripcord.TestPostgres;
import dev.ripcord.e2e.LoopbackService.Mode;
import io.vertx.pgclient.PgConnectOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A watch that another process does, what people say to it, and what commands say that are ended by
 * a signal, with real processes.
 */
@Order(1)
final class WatchElsewhereTest {
  private final PgConnectOptions journal = TestPostgres.freshJournal();
  private final PgConnectOptions shop = TestPostgres.freshDatabase();
  private final List<AutoCloseable> open = new ArrayList<>();
  @TempDir private Path folder;

  @BeforeEach
  void begin() throws IOException {
    write("image", "shop:2");
    write("switch.sh", "echo \"$RIPCORD_IMAGE\" > '" + folder.resolve("image") + "'");
  }

  @AfterEach
  void end() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text + "\n");
  }

  private <T extends AutoCloseable> T opened(T one) {
    open.add(one);
    return one;
  }

  private String configuration() throws IOException {
    return configuration(TestPostgres.url(journal), FreePort.next(), "");
  }

  /** The same with another journal, another port, and more at its end. */
  private String configuration(String database, int port, String more) throws IOException {
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
            platform: {command: {switch: [sh, %s], current: [cat, %s]}}
        %s
        """
            .formatted(
                database,
                port,
                service.port(),
                service.port(),
                folder.resolve("switch.sh"),
                image(),
                more));
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

  private Ripcord watch(String file, String bake) {
    return opened(
        Ripcord.begin(
            folder,
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
            bake,
            "-c",
            file));
  }

  private static void watches(Ripcord watch) {
    watch.await("it polls", () -> watch.out().contains("poll 1"));
  }

  @Test
  void e1_watchOfAnEndedRelease_givesItsEnd_besideADaemonAndWithoutOne() throws IOException {
    String file = configuration();
    Ripcord daemon = daemon(file);
    daemon.announce(
        "{\"service\":\"shop\",\"release\":\"v2\",\"image\":\"shop:2\",\"bake\":\"3s\"}");
    daemon.await(
        "the watch has ended",
        () -> daemon.get("/api/v1/releases/1").contains("\"state\":\"ended\""));

    Ripcord beside = watch(file, "3s");
    assertThat(beside.exit()).as(beside.said()).isZero();
    assertThat(beside.out()).contains("was watched before", "healthy after");
    daemon.close();
    Ripcord alone = watch(file, "3s");
    assertThat(alone.exit()).as(alone.said()).isZero();
  }

  @Test
  void e1_watchOfAnAbortedRelease_givesItsExitCode() throws IOException {
    String file = configuration();
    Ripcord daemon = daemon(file);
    daemon.announce("{\"service\":\"shop\",\"release\":\"v2\",\"image\":\"shop:2\"}");
    assertThat(run("abort", "shop", "--by", "ann", "-c", file).exit()).isZero();

    Ripcord beside = watch(file, "3s");
    assertThat(beside.exit()).as(beside.said()).isEqualTo(14);
    assertThat(beside.out()).contains("stopped by ann");
  }

  @Test
  void e2_e9_daemonThatIsKilled_theWatchBesideItGoesOn() throws IOException {
    String file = configuration();
    Ripcord daemon = daemon(file);
    Ripcord watch = watch(file, "8s");
    watches(watch);
    // E9: beside a daemon it is said too whether the release could be rolled back.
    watch.await("it says so", () -> watch.out().contains("can be rolled back"));
    daemon.kill();

    assertThat(watch.exit()).as(watch.said()).isZero();
    assertThat(watch.err())
        .contains("shop is watched by ripcord")
        .contains("nobody watches shop any more")
        .doesNotContain("Exception");
  }

  @Test
  void e2_daemonThatStandsStill_theWatchBesideItGoesOn() throws IOException {
    String file = configuration();
    Ripcord daemon = daemon(file);
    Ripcord watch = watch(file, "25s");
    watches(watch);
    daemon.signal("STOP");
    try {
      assertThat(watch.exit()).as(watch.said()).isZero();
    } finally {
      daemon.signal("CONT");
    }
    assertThat(watch.err()).contains("nobody watches shop any more");
  }

  @Test
  void e2_daemonThatIsStartedAgain_isFollowedAgain() throws IOException {
    String file = configuration();
    Ripcord daemon = daemon(file);
    Ripcord watch = watch(file, "12s");
    watches(watch);
    daemon.signal("TERM");
    daemon.exit();
    daemon(file);

    assertThat(watch.exit()).as(watch.said()).isZero();
  }

  @Test
  void e6_whatPeopleSay_reachesAForegroundWatch() throws IOException {
    String file = configuration();
    Ripcord watch = watch(file, "5m");
    watches(watch);

    Ripcord pause = run("pause", "shop", "--by", "ann", "-c", file);
    assertThat(pause.out()).as(pause.said()).contains("shop: paused");
    Ripcord resume = run("resume", "shop", "--by", "ann", "-c", file);
    assertThat(resume.out()).as(resume.said()).contains("shop: watching");
    Ripcord approve = run("approve", "shop", "-c", file);
    assertThat(approve.exit()).isOne();
    assertThat(approve.err()).contains("nothing waits for an approval");
    Ripcord abort = run("abort", "shop", "--by", "ann", "-c", file);
    assertThat(abort.exit()).as(abort.said()).isZero();

    assertThat(watch.exit()).as(watch.said()).isEqualTo(14);
    assertThat(watch.out()).contains("stopped by ann");
    Ripcord late = run("abort", "shop", "-c", file);
    assertThat(late.exit()).isOne();
    assertThat(late.err()).contains("no release of shop is under watch; the last, v2, has ended");
  }

  @Test
  void e6_rollbackByHand_reachesAForegroundWatch() throws IOException {
    String file = configuration();
    Ripcord watch = watch(file, "5m");
    watches(watch);

    Ripcord rollback = run("rollback", "shop", "--yes", "-c", file);

    assertThat(rollback.exit()).as(rollback.said() + watch.said()).isZero();
    assertThat(watch.exit()).as(watch.said()).isEqualTo(10);
    assertThat(Files.readString(image()).strip()).isEqualTo("shop:1");
  }

  @Test
  void e10_interrupted_saysWhatIsAndNoExceptionName() throws IOException {
    String file = configuration();
    for (String signal : List.of("INT", "TERM")) {
      Ripcord watch = watch(file, "5m");
      watches(watch);
      watch.signal(signal);
      watch.exit();
      assertThat(watch.err())
          .contains("nobody watches until the same command")
          .doesNotContain("Exception")
          .doesNotContain("closed");
    }
  }

  @Test
  void e10_migrateUpInterrupted_saysHowItStands_andTheSameCommandGoesOn() throws IOException {
    Files.createDirectory(folder.resolve("migrations"));
    write("migrations/01_a_up.sql", "CREATE TABLE a (id int);");
    write("migrations/02_b_up.sql", "CREATE TABLE b (id int); SELECT pg_sleep(600);");
    write("migrations/01_a_down.sql", "DROP TABLE a;");
    write("migrations/02_b_down.sql", "DROP TABLE b;");
    String dir = folder.resolve("migrations").toString();
    String[] up = {"migrate", "up", "--dir", dir, "--database-url", TestPostgres.url(shop)};
    Ripcord first = opened(Ripcord.begin(folder, up));
    Sql sql = opened(new Sql(shop));
    first.await(
        "the second is under way",
        () ->
            sql.finds(
                "SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
                    + " AND datname = current_database()"));
    first.signal("INT");

    assertThat(first.exit()).as(first.said()).isEqualTo(130);
    assertThat(first.err())
        .contains("interrupted; 1 migration was applied by this run, the last 01_a")
        .contains("ripcord migrate status")
        .doesNotContain("Exception");
    write("migrations/02_b_up.sql", "CREATE TABLE b (id int);");
    Ripcord second = run(up);
    assertThat(second.exit()).as(second.said()).isZero();
    assertThat(second.out()).contains("02_b").doesNotContain("01_a");
  }

  @Test
  void e10_deployInterrupted_saysHowItStands_andTheSameCommandGoesOn() throws IOException {
    Path gate = folder.resolve("gate");
    write("image", "shop:1");
    write(
        "switch.sh",
        "touch '%s.begun'; while [ ! -e '%s' ]; do sleep 0.1; done\necho \"$RIPCORD_IMAGE\" > '%s'"
            .formatted(gate, gate, image()));
    String file = configuration();
    String[] deploy = {
      "deploy", "shop", "--release", "v3", "--image", "shop:3", "--for", "6s", "-c", file
    };
    Ripcord first = opened(Ripcord.begin(folder, deploy));
    first.await("the switch is under way", () -> Files.exists(folder.resolve("gate.begun")));
    first.signal("TERM");

    assertThat(first.exit()).as(first.said()).isEqualTo(143);
    assertThat(first.err())
        .contains("interrupted while shop:3 was put in place")
        .contains("The same command goes on with it")
        .doesNotContain("Exception");
    write("gate", "");
    Ripcord second = run(deploy);
    assertThat(second.exit()).as(second.said()).isZero();
    assertThat(Files.readString(image()).strip()).isEqualTo("shop:3");
  }

  @Test
  void e10_daemonIsStopped_saysWhatNobodyWatches() throws IOException {
    LoopbackService deaf = opened(new LoopbackService(Mode.HANGS, image()));
    String more =
        "    threshold: 5%%\n    breaches: 20\nalerts: {webhook: \"http://127.0.0.1:%d/\"}"
            .formatted(deaf.port());
    Ripcord daemon = daemon(configuration(TestPostgres.url(journal), FreePort.next(), more));
    daemon.announce("{\"service\":\"shop\",\"release\":\"v2\",\"image\":\"shop:2\"}");
    daemon.await("an alert is under way", () -> deaf.asked() > 0);
    daemon.signal("TERM");
    daemon.await("it says so", () -> daemon.err().contains("nobody watches shop v2 until"));
    assertThat(daemon.exit()).as(daemon.said()).isZero();
  }

  @Test
  void e13_daemonWhosePortIsTaken_writesAndPollsNothing() throws IOException {
    PgConnectOptions empty = TestPostgres.freshDatabase();
    Sql sql = opened(new Sql(empty));
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String file = configuration(TestPostgres.url(empty), taken.getLocalPort(), "");
      Ripcord daemon = run("start", "-c", file);

      assertThat(daemon.exit()).as(daemon.said()).isOne();
      assertThat(daemon.err()).contains("already in use");
      assertThat(sql.rows("SELECT to_regnamespace('ripcord_journal') IS NULL"))
          .as("it has no journal")
          .containsExactly("true");
    }
  }

  @Test
  void e9_startWithAPlatformThatDoesNotAnswer_isWarned() throws IOException {
    String file = configuration();
    Files.delete(image());
    Ripcord daemon = daemon(file);

    daemon.await("it warns", () -> daemon.err().contains("warning: services.shop.platform"));
    assertThat(daemon.err()).contains("nothing could be rolled back as things stand");
  }

  @Test
  void e25_watchThatIsTooShortToProveAnything_isWarnedAtOnce() throws IOException {
    Ripcord watch = watch(configuration(), "1s");

    assertThat(watch.exit()).as(watch.said()).isEqualTo(13);
    assertThat(watch.err())
        .contains("warning: 1 s are too short to prove anything: 3 healthy polls are needed")
        .contains("Watch for 1.5 s at least (--for)");
  }

  @Test
  void e20_unknownNames_areSaidToBeUnknown() throws IOException {
    String file = configuration();
    Ripcord service = run("rollback", "nosuch", "-c", file);
    assertThat(service.exit()).isEqualTo(2);
    assertThat(service.err()).contains("service nosuch is not configured");
    Ripcord watch = watch(file, "5m");
    watches(watch);
    watch.signal("INT");
    watch.exit();

    Ripcord release = run("plan", "shop", "--release", "nosuch", "-c", file);
    assertThat(release.exit()).as(release.said()).isEqualTo(2);
    assertThat(release.err()).contains("release nosuch of shop is not known", "Known: v2");
  }
}
