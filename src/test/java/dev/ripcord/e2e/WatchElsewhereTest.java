package dev.ripcord.e2e;

import static org.assertj.core.api.Assertions.assertThat;

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

/** A watch that another process does, and what people say to it, with real processes. */
@Order(1)
final class WatchElsewhereTest {
  private final PgConnectOptions journal = TestPostgres.freshDatabase();
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

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
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
            platform: {command: {switch: [sh, %s], current: [cat, %s]}}
        """
            .formatted(
                TestPostgres.url(journal),
                freePort(),
                service.port(),
                service.port(),
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
