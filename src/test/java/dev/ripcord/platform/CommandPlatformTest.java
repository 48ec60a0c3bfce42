package dev.ripcord.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.Permits;
import dev.ripcord.Waiting;
import dev.ripcord.config.PlatformSettings;
import dev.ripcord.port.Platform;
import dev.ripcord.port.PlatformException;
import dev.ripcord.port.Presence;
import dev.ripcord.process.ProgramNote;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.release.ServiceName;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real programs. */
final class CommandPlatformTest {
  private static final Release RELEASE =
      new Release(new ServiceName("shop"), "v2", Optional.empty(), Optional.empty());
  private static final ImageRef WANTED = new ImageRef("shop:1");
  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir private Path path;
  @TempDir private Path notes;
  private final Vertx vertx = Vertx.vertx();
  private Platforms platforms;

  @BeforeEach
  void shopRuns() throws IOException {
    platforms =
        new Platforms(
            vertx,
            System::nanoTime,
            Map.of("PATH", System.getenv("PATH"), "API_TOKEN", "hidden", "LANG", "C"),
            notes);
    Files.writeString(path.resolve("now"), "shop:2\n");
  }

  @AfterEach
  void close() {
    get(platforms.close());
    get(vertx.close());
  }

  @Test
  void current_isWhatTheProgramPrints() {
    assertThat(get(good().current())).isEqualTo(new ImageRef("shop:2"));
  }

  @Test
  void current_takesNoWarningForTheImage() {
    Platform platform = platform("true", "echo shop:2; echo old syntax >&2", LONG);

    assertThat(get(platform.current())).isEqualTo(new ImageRef("shop:2"));
  }

  @Test
  void current_printingSomethingElse_isRefused() {
    assertThatThrownBy(() -> get(platform("true", "echo no such thing", LONG).current()))
        .hasMessage(
            "the current program (sh) has to print one image and nothing else on its standard"
                + " output, but printed: no such thing");
    assertThatThrownBy(() -> get(platform("true", "true", LONG).current()))
        .hasMessageEndingWith("but printed nothing");
  }

  @Test
  void current_ofAProgramThatIsNotThere_saysSo() {
    var settings =
        new PlatformSettings.Command(
            List.of("true"), List.of("ripcord-no-such-program"), List.of(), LONG);

    assertThatThrownBy(() -> get(platforms.of(RELEASE.service(), settings).current()))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("the current program (ripcord-no-such-program) cannot be started")
        .hasMessageContaining("on the PATH");
  }

  @Test
  void c5_current_ofAStoppedApplication_isNoImage() {
    assertThatThrownBy(() -> get(platform("true", "echo stopped", LONG).current()))
        .hasMessage("the current program (sh) reports that nothing runs");
  }

  @Test
  void presence_isUntold() {
    assertThat(get(good().presence(WANTED))).isInstanceOf(Presence.Unknown.class);
  }

  @Test
  void switchTo_callsTheProgramOnceAndOnlyIfNeeded() throws IOException {
    String said = get(good().switchTo(RELEASE, WANTED, Permits.granted()));
    String again = get(good().switchTo(RELEASE, WANTED, Permits.granted()));

    assertThat(said).isEqualTo("the switch program put shop:1 in place");
    assertThat(again).isEqualTo("shop runs shop:1 already");
    assertThat(calls()).containsExactly("shop v2 shop:1");
  }

  @Test
  void switchTo_whenCurrentFails_switchesAllTheSame() throws IOException {
    Files.delete(path.resolve("now"));

    get(good().switchTo(RELEASE, WANTED, Permits.granted()));

    assertThat(calls()).containsExactly("shop v2 shop:1");
  }

  @Test
  void switchTo_ofAProgramThatTakesItsTime_waitsForCurrent() throws IOException {
    String later = "(sleep 1; echo $RIPCORD_IMAGE > %s) > /dev/null 2>&1 &".formatted(now());

    get(platform(later, "cat " + now(), LONG).switchTo(RELEASE, WANTED, Permits.granted()));

    assertThat(Files.readString(now())).isEqualTo("shop:1\n");
  }

  @Test
  void switchTo_thatChangesNothing_isAFailure() {
    Platform platform = platform("true", "cat " + now(), Duration.ofSeconds(1));

    assertThatThrownBy(() -> get(platform.switchTo(RELEASE, WANTED, Permits.granted())))
        .hasMessage(
            "the switch program ended well, but 1 s after it was called the current program still"
                + " prints shop:2, not shop:1");
  }

  @Test
  void switchTo_withAFailingProgram_saysWhatItPrintedAndWhatRuns() {
    Platform platform = platform("echo pulling; echo no space >&2; exit 7", "cat " + now(), LONG);

    assertThatThrownBy(() -> get(platform.switchTo(RELEASE, WANTED, Permits.granted())))
        .isInstanceOf(PlatformException.class)
        .hasMessage(
            "the switch program (sh) ended with exit code 7; it printed: no space\n"
                + "pulling; the current program prints shop:2");
  }

  @Test
  void switchTo_withALotOfOutput_keepsItsEnd() {
    Platform platform =
        platform(
            "i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done; exit 1",
            "cat " + now(),
            LONG);

    assertThatThrownBy(() -> get(platform.switchTo(RELEASE, WANTED, Permits.granted())))
        .hasMessageContaining("line 19999")
        .hasMessageNotContaining("line 10000\n")
        .satisfies(e -> assertThat(String.valueOf(e.getMessage())).hasSizeLessThan(5_000));
  }

  @Test
  void switchTo_withAHangingProgram_killsItAndItsChildren() throws IOException {
    String hanging = "trap '' TERM; sleep 600 & echo $! > %s; wait; wait".formatted(pid());
    Platform platform = platform(hanging, "cat " + now(), Duration.ofMillis(1_500));

    assertThatThrownBy(() -> get(platform.switchTo(RELEASE, WANTED, Permits.granted())))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("the switch program (sh) did not end within 1500 ms and was killed");

    long child = Long.parseLong(Files.readString(pid()).strip());
    assertThat(Waiting.until(10, () -> isGone(child))).as("its child is gone").isTrue();
  }

  @Test
  void c16_programPastItsDeadline_doesNotGoOnWithItsNextLine() throws IOException {
    String script = "sleep 600; echo $RIPCORD_IMAGE > " + now();
    Platform platform = platform(script, "cat " + now(), Duration.ofMillis(500));

    assertThatThrownBy(() -> get(platform.switchTo(RELEASE, WANTED, Permits.granted())))
        .hasMessageContaining("was killed with all that it had started")
        .hasMessageEndingWith("; the current program prints shop:2");

    assertThat(Files.readString(now())).isEqualTo("shop:2\n");
  }

  @Test
  void c16_programThatIgnoresTheSignal_doesNotGoOnWithItsNextLineEither() throws IOException {
    String script = "trap '' TERM; sleep 600; echo $RIPCORD_IMAGE > " + now();
    Platform platform = platform(script, "cat " + now(), Duration.ofMillis(500));

    assertThatThrownBy(() -> get(platform.switchTo(RELEASE, WANTED, Permits.granted())))
        .hasMessageEndingWith("; the current program prints shop:2");

    assertThat(Files.readString(now())).isEqualTo("shop:2\n");
  }

  @Test
  void c14_programOfAProcessThatIsGone_isEndedBeforeTheNextOneIsCalled() throws IOException {
    Process orphan =
        new ProcessBuilder(
                new ProgramNote(notes.resolve("shop.pid"))
                    .noting(List.of("sh", "-c", "sleep 600; echo orphan > " + now())))
            .start();
    assertThat(Waiting.until(10, () -> Files.exists(notes.resolve("shop.pid")))).isTrue();
    String script =
        "kill -0 %d 2>/dev/null && echo both > %s; echo $RIPCORD_IMAGE > %s"
            .formatted(orphan.pid(), path.resolve("both"), now());

    get(platform(script, "cat " + now(), LONG).switchTo(RELEASE, WANTED, Permits.granted()));

    assertThat(orphan.isAlive()).isFalse();
    assertThat(path.resolve("both")).as("two programs at once").doesNotExist();
    assertThat(Files.readString(now())).isEqualTo("shop:1\n");
  }

  @Test
  void c8_permitRevokedMeanwhile_endsTheProgramAndOnlyThenFails() throws IOException {
    Promise<Void> revoked = Promise.promise();
    String script = "echo $$ > %s; sleep 600; echo $RIPCORD_IMAGE > %s".formatted(pid(), now());
    Future<String> switching =
        platform(script, "cat " + now(), LONG)
            .switchTo(RELEASE, WANTED, Permits.until(revoked.future()));
    assertThat(Waiting.until(10, () -> Files.exists(pid()) && pid().toFile().length() > 0))
        .isTrue();

    revoked.complete();

    assertThatThrownBy(() -> get(switching))
        .hasMessageContaining("the switch program (sh) was ended with all that it had started");
    assertThat(isGone(Long.parseLong(Files.readString(pid()).strip()))).isTrue();
    assertThat(Files.readString(now())).isEqualTo("shop:2\n");
  }

  @Test
  void c1_withoutTheLease_noProgramIsCalled() throws IOException {
    assertThatThrownBy(() -> get(good().switchTo(RELEASE, WANTED, Permits.refused())))
        .hasMessageContaining(Permits.REFUSED);

    assertThat(path.resolve("calls")).doesNotExist();
  }

  @Test
  void c1_programs_findTheTokenOfTheLease() throws IOException {
    String dump = "echo $RIPCORD_FENCE > %s; echo $RIPCORD_IMAGE > %s".formatted(pid(), now());

    get(platform(dump, "cat " + now(), LONG).switchTo(RELEASE, WANTED, Permits.granted(7)));

    assertThat(Files.readString(pid())).isEqualTo("7\n");
  }

  @Test
  void c5_start_ofWhatIsConfiguredAlready_callsTheSwitchProgramAllTheSame() throws IOException {
    get(good().start(RELEASE, new ImageRef("shop:2"), Permits.granted()));

    assertThat(calls()).containsExactly("shop v2 shop:2");
  }

  @Test
  void switchTo_leavingAChildThatHoldsTheOutput_returns() throws IOException {
    String leaving = "sleep 600 & echo $! > %s; echo $RIPCORD_IMAGE > %s".formatted(pid(), now());

    get(platform(leaving, "cat " + now(), LONG).switchTo(RELEASE, WANTED, Permits.granted()));

    long child = Long.parseLong(Files.readString(pid()).strip());
    assertThat(isGone(child)).as("what the program left running goes on").isFalse();
    ProcessHandle.of(child).ifPresent(ProcessHandle::destroyForcibly);
  }

  @Test
  void programs_getTheEnvironmentWithoutItsSecrets() throws IOException {
    String dump = "env > %s; echo $RIPCORD_IMAGE > %s".formatted(path.resolve("env"), now());

    get(platform(dump, "cat " + now(), LONG).switchTo(RELEASE, WANTED, Permits.granted()));

    assertThat(Files.readString(path.resolve("env")))
        .contains("LANG=C", "RIPCORD_SERVICE=shop", "RIPCORD_RELEASE=v2", "RIPCORD_IMAGE=shop:1")
        .doesNotContain("hidden");
  }

  @Test
  void stop_callsTheStopProgram() throws IOException {
    String stop = "echo stop $RIPCORD_SERVICE $RIPCORD_RELEASE >> " + path.resolve("calls");
    var settings =
        new PlatformSettings.Command(
            List.of("true"), List.of("true"), List.of("sh", "-c", stop), LONG);

    get(platforms.of(RELEASE.service(), settings).stop(RELEASE, Permits.granted()));

    assertThat(calls()).containsExactly("stop shop v2");
  }

  @Test
  void stop_withoutAStopProgram_isRefused() {
    assertThatThrownBy(() -> get(good().stop(RELEASE, Permits.granted())))
        .hasMessage(
            "shop cannot be stopped: set platform.command.stop to a program that stops it, or"
                + " order: image-first");
  }

  private static boolean isGone(long pid) {
    return ProcessHandle.of(pid).map(p -> !p.isAlive()).orElse(true);
  }

  private Path now() {
    return path.resolve("now");
  }

  private Path pid() {
    return path.resolve("pid");
  }

  private List<String> calls() throws IOException {
    return Files.readAllLines(path.resolve("calls"));
  }

  private Platform good() {
    String record = "echo $RIPCORD_SERVICE $RIPCORD_RELEASE $RIPCORD_IMAGE >> %s; ";
    String put = "echo $RIPCORD_IMAGE > %s";
    String both = (record + put).formatted(path.resolve("calls"), now());
    return platform(both, "cat " + now(), LONG);
  }

  private Platform platform(String switchTo, String current, Duration deadline) {
    var settings =
        new PlatformSettings.Command(
            List.of("sh", "-c", switchTo), List.of("sh", "-c", current), List.of(), deadline);
    return platforms.of(RELEASE.service(), settings);
  }

  private static <T> T get(Future<T> future) {
    return future.timeout(30, TimeUnit.SECONDS).await();
  }
}
