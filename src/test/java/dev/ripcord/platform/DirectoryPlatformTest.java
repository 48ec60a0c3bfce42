package dev.ripcord.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.Permits;
import dev.ripcord.config.PlatformSettings;
import dev.ripcord.port.Platform;
import dev.ripcord.port.PlatformException;
import dev.ripcord.port.Presence;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.release.ServiceName;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real folders, links and programs. */
final class DirectoryPlatformTest {
  private static final Release RELEASE =
      new Release(new ServiceName("shop"), "v2", Optional.empty(), Optional.empty());

  @TempDir private Path path;
  @TempDir private Path notes;
  private final Vertx vertx = Vertx.vertx();
  private Platforms platforms;

  @BeforeEach
  void twoReleases() throws IOException {
    platforms = new Platforms(vertx, System::nanoTime, System.getenv(), notes);
    Files.createDirectories(path.resolve("releases/1"));
    Files.createDirectories(path.resolve("releases/2"));
    Files.createSymbolicLink(link(), Path.of("releases/2"));
  }

  @AfterEach
  void close() {
    get(platforms.close());
    get(vertx.close());
  }

  @Test
  void current_ofALink_isItsLastName() {
    assertThat(get(platform().current())).isEqualTo(new ImageRef("2"));
  }

  @Test
  void current_withoutLink_saysHowToMakeOne() throws IOException {
    Files.delete(link());

    assertThatThrownBy(() -> get(platform().current()))
        .isInstanceOf(PlatformException.class)
        .hasMessage("there is no link %s; make it: ln -s releases/NAME %s", link(), link());
  }

  @Test
  void current_ofAFolder_isRefused() throws IOException {
    Files.delete(link());
    Files.createDirectory(link());

    assertThatThrownBy(() -> get(platform().current()))
        .isInstanceOf(PlatformException.class)
        .hasMessageStartingWith(link() + " is not a symbolic link to a folder in releases");
  }

  @Test
  void presence_isWhetherTheFolderIsThere() {
    assertThat(get(platform().presence(new ImageRef("1"))))
        .isEqualTo(new Presence.Present("folder " + path.resolve("releases/1")));
    assertThat(get(platform().presence(new ImageRef("3"))))
        .isEqualTo(
            new Presence.Absent(
                "there is no folder " + path.resolve("releases/3") + "; there are: 1, 2"));
  }

  @Test
  void presence_ofANameThatLeadsElsewhere_isAbsent() {
    for (String name : List.of("..", ".", "../secret", "a/b", "/etc")) {
      assertThat(get(platform().presence(new ImageRef(name))))
          .as(name)
          .isInstanceOf(Presence.Absent.class);
      assertThatThrownBy(
              () -> get(platform().switchTo(RELEASE, new ImageRef(name), Permits.granted())))
          .hasMessageContaining("is not the name of a folder in");
    }
  }

  @Test
  void switchTo_movesARelativeLinkAndRestarts() throws IOException {
    Platform platform = platform("sh", "-c", record());

    String said = get(platform.switchTo(RELEASE, new ImageRef("1"), Permits.granted()));

    assertThat(Files.readSymbolicLink(link())).isEqualTo(Path.of("releases/1"));
    assertThat(calls()).containsExactly("shop v2 1");
    assertThat(said).isEqualTo(link() + " now points to releases/1");
    assertNothingIsLeftOver();
  }

  @Test
  void switchTo_keepsAnAbsoluteLinkAbsolute() throws IOException {
    Files.delete(link());
    Files.createSymbolicLink(link(), path.resolve("releases/2"));

    get(platform().switchTo(RELEASE, new ImageRef("1"), Permits.granted()));

    assertThat(Files.readSymbolicLink(link())).isEqualTo(path.resolve("releases/1"));
  }

  @Test
  void switchTo_whatIsCurrentAlready_restartsNothing() {
    Platform platform = platform("sh", "-c", record());

    String said = get(platform.switchTo(RELEASE, new ImageRef("2"), Permits.granted()));

    assertThat(said).isEqualTo(link() + " points already to releases/2");
    assertThat(path.resolve("calls")).doesNotExist();
  }

  @Test
  void switchTo_anAbsentRelease_touchesNothing() throws IOException {
    assertThatThrownBy(
            () -> get(platform("false").switchTo(RELEASE, new ImageRef("3"), Permits.granted())))
        .hasMessage("there is no folder %s; there are: 1, 2", path.resolve("releases/3"));
    assertThat(Files.readSymbolicLink(link())).isEqualTo(Path.of("releases/2"));
  }

  @Test
  void switchTo_withAFailingRestart_goesBackAndSaysBoth() throws IOException {
    Platform platform =
        platform(
            "sh", "-c", record() + "; [ $RIPCORD_IMAGE = 2 ] || { echo no port >&2; exit 3; }");

    assertThatThrownBy(() -> get(platform.switchTo(RELEASE, new ImageRef("1"), Permits.granted())))
        .isInstanceOf(PlatformException.class)
        .hasMessage(
            "%s was not switched to 1: the restart program (sh) ended with exit code 3; it printed:"
                + " no port. Then the link is back on 2, which was restarted",
            path);
    assertThat(Files.readSymbolicLink(link())).isEqualTo(Path.of("releases/2"));
    assertThat(calls()).containsExactly("shop v2 1", "shop v2 2");
    assertNothingIsLeftOver();
  }

  @Test
  void switchTo_whenGoingBackFailsToo_saysBothAndFinishesNextTime() throws IOException {
    Platform broken = platform("sh", "-c", "echo down; exit 1");

    assertThatThrownBy(() -> get(broken.switchTo(RELEASE, new ImageRef("1"), Permits.granted())))
        .hasMessageContaining("ended with exit code 1; it printed: down. Then")
        .hasMessageContaining("going back to 2 failed too: the restart program (sh)");
    get(platform("sh", "-c", record()).switchTo(RELEASE, new ImageRef("2"), Permits.granted()));

    assertThat(calls()).containsExactly("shop v2 2");
    assertNothingIsLeftOver();
  }

  @Test
  void switchTo_killedBetweenLinkAndRestart_isFinishedByTheNextCall() throws IOException {
    new ReleaseFolders(path).begin("1");
    Files.createSymbolicLink(path.resolve(".ripcord-current"), Path.of("releases/nonsense"));

    get(platform("sh", "-c", record()).switchTo(RELEASE, new ImageRef("1"), Permits.granted()));

    assertThat(calls()).containsExactly("shop v2 1");
    get(platform("sh", "-c", record()).switchTo(RELEASE, new ImageRef("1"), Permits.granted()));
    assertThat(calls()).as("once finished, it is done").hasSize(1);
  }

  @Test
  void switchTo_whileOthersReadTheLink_neverLeavesThemWithoutOne() throws Exception {
    var reader =
        CompletableFuture.supplyAsync(
            () -> {
              int missing = 0;
              for (int i = 0; i < 20_000; i++) {
                missing += Files.isDirectory(link()) ? 0 : 1;
              }
              return missing;
            });
    for (int i = 0; i < 50; i++) {
      get(platform().switchTo(RELEASE, new ImageRef(i % 2 == 0 ? "1" : "2"), Permits.granted()));
    }

    assertThat(reader.get(120, TimeUnit.SECONDS)).isZero();
  }

  @Test
  void c5_start_ofWhatTheLinkPointsTo_callsTheRestartProgramAllTheSame() throws IOException {
    String said =
        get(platform("sh", "-c", record()).start(RELEASE, new ImageRef("2"), Permits.granted()));

    assertThat(calls()).containsExactly("shop v2 2");
    assertThat(said).isEqualTo(link() + " points to releases/2, which was started");
  }

  @Test
  void c5_start_ofAnotherRelease_movesTheLinkFirst() throws IOException {
    get(platform("sh", "-c", record()).start(RELEASE, new ImageRef("1"), Permits.granted()));

    assertThat(Files.readSymbolicLink(link())).isEqualTo(Path.of("releases/1"));
    assertThat(calls()).containsExactly("shop v2 1");
    assertNothingIsLeftOver();
  }

  @Test
  void c5_start_withoutARestartProgram_isRefused() {
    assertThatThrownBy(() -> get(platform().start(RELEASE, new ImageRef("2"), Permits.granted())))
        .hasMessage(
            "shop cannot be started: set platform.directory.restart to a program that starts it");
  }

  @Test
  void c15_startThatFails_doesNotGoBackToAReleaseThatTheSchemaMayNotFit() throws IOException {
    Platform broken = platform("sh", "-c", record() + "; exit 3");

    assertThatThrownBy(() -> get(broken.start(RELEASE, new ImageRef("1"), Permits.granted())))
        .hasMessageStartingWith("the restart program (sh) ended with exit code 3");

    assertThat(calls()).containsExactly("shop v2 1");
    assertThat(Files.readSymbolicLink(link())).isEqualTo(Path.of("releases/1"));
  }

  @Test
  void c1_withoutTheLease_theLinkStaysAndNothingIsCalled() throws IOException {
    Platform platform = platform("sh", "-c", record());

    assertThatThrownBy(() -> get(platform.switchTo(RELEASE, new ImageRef("1"), Permits.refused())))
        .hasMessage(Permits.REFUSED);

    assertThat(Files.readSymbolicLink(link())).isEqualTo(Path.of("releases/2"));
    assertThat(path.resolve("calls")).doesNotExist();
  }

  @Test
  void stop_withoutAStopProgram_isRefusedWithAWayOut_andKnownBefore() {
    assertThatThrownBy(() -> get(platform().stop(RELEASE, Permits.granted())))
        .isInstanceOf(PlatformException.class)
        .hasMessage(
            "shop cannot be stopped: set platform.directory.stop to a program that stops it, or"
                + " order: image-first");
    assertThat(get(platform().stopBlocker()).orElseThrow()).contains("platform.directory.stop");
  }

  @Test
  void stop_callsTheStopProgram() throws IOException {
    String stop = "echo stop $RIPCORD_SERVICE $RIPCORD_RELEASE >> " + path.resolve("calls");
    var settings =
        new PlatformSettings.Directory(
            path, List.of(), List.of("sh", "-c", stop), Duration.ofSeconds(20));
    Platform platform = platforms.of(RELEASE.service(), settings);

    assertThat(get(platform.stopBlocker())).isEmpty();
    get(platform.stop(RELEASE, Permits.granted()));

    assertThat(calls()).containsExactly("stop shop v2");
  }

  private Path link() {
    return path.resolve("current");
  }

  private static String record() {
    return "echo $RIPCORD_SERVICE $RIPCORD_RELEASE $RIPCORD_IMAGE >> calls";
  }

  private List<String> calls() throws IOException {
    return Files.readAllLines(path.resolve("calls"));
  }

  private void assertNothingIsLeftOver() throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      assertThat(files.map(f -> f.getFileName().toString()).filter(f -> !f.equals("calls")))
          .containsExactlyInAnyOrder("current", "releases");
    }
  }

  private Platform platform(String... restart) {
    var settings =
        new PlatformSettings.Directory(path, List.of(restart), List.of(), Duration.ofSeconds(20));
    return platforms.of(RELEASE.service(), settings);
  }

  private static <T> T get(Future<T> future) {
    return future.timeout(30, TimeUnit.SECONDS).await();
  }

  @Test
  void environment_ofPrograms_holdsNoSecret() {
    Map<String, String> given =
        Map.of(
            "PATH", "/bin",
            "DOCKER_HOST", "unix:///x",
            "KUBECONFIG", "/k",
            "PGPASSWORD", "x",
            "github_token", "x",
            "SLACK_WEBHOOK_URL", "x",
            "DATABASE_URL", "x",
            "AWS_SECRET_ACCESS_KEY", "x",
            "JOURNAL", "postgresql://me:secret@db/journal");

    assertThat(UserPrograms.withoutSecrets(given))
        .containsOnlyKeys("PATH", "DOCKER_HOST", "KUBECONFIG");
  }
}
