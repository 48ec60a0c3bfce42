package dev.ripcord.platform.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.DockerEngine;
import dev.ripcord.Permits;
import dev.ripcord.config.PlatformSettings;
import dev.ripcord.platform.PlatformContract;
import dev.ripcord.platform.Platforms;
import dev.ripcord.port.Platform;
import dev.ripcord.port.PlatformException;
import dev.ripcord.port.Presence;
import dev.ripcord.release.ImageRef;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** A Swarm of one node on a real Engine. */
@Order(1)
final class SwarmPlatformTest extends PlatformContract {
  private static final String REPOSITORY = "ripcord-test/swarm-" + ProcessHandle.current().pid();
  private static boolean ours;

  private final DockerEngine engine = DockerEngine.orSkip();
  private final String service = engine.name("swarm");

  @BeforeAll
  static void images() {
    DockerEngine engine = DockerEngine.orSkip();
    String sleep = "CMD [\"sh\",\"-c\",\"trap 'exit 0' TERM; sleep 600 & wait\"]";
    String path = "ENV PATH=/bin:/usr/bin";
    engine.shellImage(REPOSITORY + ":1", sleep, path, "ENV V=1");
    engine.shellImage(REPOSITORY + ":2", sleep, path, "ENV V=2");
    engine.shellImage(REPOSITORY + ":3", path, "CMD [\"sh\",\"-c\",\"exit 4\"]");
    String state = engine.docker("info", "--format", "{{.Swarm.LocalNodeState}}").strip();
    if (state.equals("inactive")) {
      engine.docker("swarm", "init", "--advertise-addr", "127.0.0.1", "--listen-addr", "127.0.0.1");
      ours = true;
    }
  }

  @AfterAll
  static void leave() {
    if (ours) {
      DockerEngine.orSkip().docker("swarm", "leave", "--force");
    }
  }

  @AfterEach
  void remove() {
    engine.tryDocker("service", "rm", service);
  }

  private PlatformSettings.Swarm settings(String name, Duration timeout) {
    return new PlatformSettings.Swarm(name, engine.socket(), timeout);
  }

  @Override
  protected Platform platform(Platforms made) {
    create("2", "--replicas", "2");
    return made.of(RELEASE.service(), settings(service, Duration.ofSeconds(25)));
  }

  private void create(String version, String... options) {
    String[] call = new String[options.length + 8];
    System.arraycopy(
        new String[] {"service", "create", "--quiet", "--name", service, "--no-resolve-image"},
        0,
        call,
        0,
        6);
    System.arraycopy(options, 0, call, 6, options.length);
    call[call.length - 2] = "--update-monitor=1s";
    call[call.length - 1] = REPOSITORY + ":" + version;
    engine.docker(call);
  }

  private void update(String version, String... options) {
    String[] call = new String[options.length + 6];
    System.arraycopy(
        new String[] {"service", "update", "--quiet", "--no-resolve-image"}, 0, call, 0, 4);
    System.arraycopy(options, 0, call, 4, options.length);
    call[call.length - 2] = "--image=" + REPOSITORY + ":" + version;
    call[call.length - 1] = service;
    engine.docker(call);
  }

  private JsonObject inspect() {
    return new JsonArray(engine.docker("service", "inspect", service)).getJsonObject(0);
  }

  @Override
  protected ImageRef image(String version) {
    return new ImageRef(REPOSITORY + ":" + version);
  }

  /** What the tasks run. */
  @Override
  protected ImageRef serves() {
    return new ImageRef(
        engine
            .docker(
                "service",
                "ps",
                service,
                "--filter",
                "desired-state=running",
                "--format",
                "{{.Image}}")
            .lines()
            .distinct()
            .toList()
            .getFirst());
  }

  /** A change of the spec is another one than before; the version counts what tasks do too. */
  @Override
  protected int changes() {
    return SwarmService.image(inspect().getJsonObject("Spec")).ref().equals(image("1")) ? 1 : 0;
  }

  @Override
  protected void breaks() {
    engine.docker("rmi", "-f", REPOSITORY + ":1");
    engine.shellImage(
        REPOSITORY + ":1", "ENV PATH=/bin:/usr/bin", "CMD [\"sh\",\"-c\",\"exit 4\"]");
    restore = true;
  }

  private boolean restore;

  @AfterEach
  void restoreImage() {
    if (restore) {
      engine.shellImage(
          REPOSITORY + ":1",
          "CMD [\"sh\",\"-c\",\"trap 'exit 0' TERM; sleep 600 & wait\"]",
          "ENV PATH=/bin:/usr/bin",
          "ENV V=1");
    }
  }

  @Test
  void imageBeforeTheLastUpdate_comesBackBySwarmsOwnRollback_withAllThatItWas() {
    create("1", "--replicas", "2", "--env", "FOR=1");
    update("2", "--env-add", "FOR=2");
    Platform platform =
        platforms().of(RELEASE.service(), settings(service, Duration.ofSeconds(25)));

    assertThat(get(platform.presence(image("1"))))
        .isEqualTo(new Presence.Present("the service ran it before its last update"));
    assertThat(get(platform.switchTo(RELEASE, image("1"), Permits.granted())))
        .isEqualTo("service %s runs %s (Swarm's own rollback)".formatted(service, image("1")));

    assertThat(inspect().getJsonObject("Spec").encode()).contains("FOR=1");
    assertThat(inspect().getJsonObject("UpdateStatus").getString("State"))
        .isEqualTo("rollback_completed");
  }

  @Test
  void imageThatDoesNotComeUp_leavesWhatServed() {
    Platform platform = platform(platforms());

    assertThatThrownBy(() -> get(platform.switchTo(RELEASE, image("3"), Permits.granted())))
        .isInstanceOf(PlatformException.class)
        .hasMessageStartingWith("service " + service + " did not come up: ")
        .hasMessageEndingWith(image("2") + " runs again");
    assertThat(serves()).isEqualTo(image("2"));
  }

  @Test
  void stop_takesAllTasksAway_andTheSwitchBringsAsManyBack() {
    Platform platform = platform(platforms());

    get(platform.stop(RELEASE, Permits.granted()));
    assertThat(
            engine.docker("ps", "-q", "--filter", "label=com.docker.swarm.service.name=" + service))
        .isBlank();
    get(platform.switchTo(RELEASE, image("1"), Permits.granted()));

    assertThat(serves()).isEqualTo(image("1"));
    assertThat(inspect().getJsonObject("Spec").getJsonObject("Mode").encode())
        .contains("\"Replicas\":2");
    assertThat(inspect().getJsonObject("Spec").getJsonObject("Labels", new JsonObject()).encode())
        .doesNotContain(SwarmService.REPLICAS_LABEL);
  }

  @Test
  void globalService_cannotBeStopped_andSaysSo() {
    create("2", "--mode", "global");
    Platform platform =
        platforms().of(RELEASE.service(), settings(service, Duration.ofSeconds(25)));

    assertThat(get(platform.stopBlocker()))
        .isEqualTo(
            Optional.of(
                "service %s runs on each node (global), so it cannot be scaled to nothing"
                    .formatted(service)));
    assertThatThrownBy(() -> get(platform.stop(RELEASE, Permits.granted())))
        .hasMessageContaining("image-first");
  }

  @Test
  void serviceThatIsNotThere_isNamed() {
    Platform none = platforms().of(RELEASE.service(), settings("nobody", Duration.ofSeconds(5)));

    assertThatThrownBy(() -> get(none.current()))
        .isInstanceOf(PlatformException.class)
        .hasMessage(
            "there is no service \"nobody\" in the Swarm of the Docker Engine at %s: set"
                + " platform.swarm.service, or see docker service ls",
            engine.socket());
  }
}
