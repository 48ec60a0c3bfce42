package dev.ripcord.platform.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ripcord.DockerEngine;
import dev.ripcord.Permits;
import dev.ripcord.config.PlatformSettings;
import dev.ripcord.platform.PlatformContract;
import dev.ripcord.platform.Platforms;
import dev.ripcord.port.ContainerUsage;
import dev.ripcord.port.Platform;
import dev.ripcord.port.PlatformException;
import dev.ripcord.release.ImageRef;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Two containers with the labels of Compose on a real Engine. */
@Order(1)
final class ComposePlatformTest extends PlatformContract {
  private static final String REPOSITORY = "ripcord-test/compose-" + ProcessHandle.current().pid();
  private static final String SLEEP =
      "CMD [\"sh\",\"-c\",\"trap 'exit 0' TERM; sleep 600 & wait\"]";
  private static final String PATH = "ENV PATH=/bin:/usr/bin";

  private final DockerEngine engine = DockerEngine.orSkip();
  private final String project = engine.name("project");

  @BeforeAll
  static void images() {
    DockerEngine engine = DockerEngine.orSkip();
    engine.shellImage(REPOSITORY + ":1", SLEEP, PATH, "ENV V=1");
    engine.shellImage(REPOSITORY + ":2", SLEEP, PATH, "ENV V=2");
    engine.shellImage(REPOSITORY + ":3", PATH, "CMD [\"sh\",\"-c\",\"exit 4\"]");
  }

  @AfterEach
  void removeAll() {
    List<String> call = new ArrayList<>(List.of("rm", "-f", "-v"));
    call.addAll(
        engine
            .docker("ps", "-aq", "--filter", "label=com.docker.compose.project=" + project)
            .lines()
            .toList());
    if (call.size() > 3) {
      engine.docker(call.toArray(String[]::new));
    }
  }

  private PlatformSettings.Compose settings(String service) {
    return new PlatformSettings.Compose(
        Optional.empty(), Optional.of(project), service, engine.socket(), Duration.ofSeconds(20));
  }

  @Override
  protected Platform platform(Platforms made) {
    run("web", 1);
    run("web", 2);
    run("side", 1);
    return made.of(RELEASE.service(), settings("web"));
  }

  private void run(String service, int number) {
    String label = "com.docker.compose.";
    engine.docker(
        "run",
        "-d",
        "--name",
        project + "_" + service + "_" + number,
        "--label",
        label + "project=" + project,
        "--label",
        label + "service=" + service,
        "--label",
        label + "container-number=" + number,
        "--env",
        "KEEP=me",
        REPOSITORY + ":2");
  }

  @Override
  protected ImageRef image(String version) {
    return new ImageRef(REPOSITORY + ":" + version);
  }

  @Override
  protected ImageRef serves() {
    List<String> images =
        running("web").stream().map(line -> line.split(" ", -1)[1]).distinct().toList();
    return new ImageRef(images.size() == 1 ? images.getFirst() : images.size() + "-images");
  }

  /** Name and image of the containers that run. */
  private List<String> running(String service) {
    return engine
        .docker(
            "ps",
            "--filter",
            "label=com.docker.compose.project=" + project,
            "--filter",
            "label=com.docker.compose.service=" + service,
            "--format",
            "{{.Names}} {{.Image}}")
        .lines()
        .sorted()
        .toList();
  }

  /** Both containers are made anew together or not at all here, so one of them is counted. */
  @Override
  protected int changes() {
    String names = project + "_web_1";
    return engine.docker("inspect", "--format", "{{.Config.Image}}", names).strip().endsWith(":1")
        ? 1
        : 0;
  }

  @Override
  protected void breaks() {
    engine.docker("rmi", "-f", REPOSITORY + ":1");
    engine.shellImage(REPOSITORY + ":1", PATH, "CMD [\"sh\",\"-c\",\"exit 4\"]");
    restore = true;
  }

  private boolean restore;

  @AfterEach
  void restoreImage() {
    if (restore) {
      engine.shellImage(REPOSITORY + ":1", SLEEP, PATH, "ENV V=1");
    }
  }

  @Test
  void allContainersOfTheService_andNoOther_areSwitched() {
    Platform platform = platform(platforms());

    get(platform.switchTo(RELEASE, image("1"), Permits.granted()));

    assertThat(running("web"))
        .containsExactly(
            project + "_web_1 " + REPOSITORY + ":1", project + "_web_2 " + REPOSITORY + ":1");
    assertThat(running("side")).containsExactly(project + "_side_1 " + REPOSITORY + ":2");
    assertThat(
            engine.docker(
                "inspect",
                "--format",
                "{{json .Config.Env}} {{json .Config.Labels}}",
                project + "_web_2"))
        .contains("KEEP=me", "V=1", "container-number\":\"2\"");
  }

  @Test
  void switchThatStoppedAfterTheFirst_isFinishedByTheNext() {
    Platform platform = platform(platforms());
    Platform first =
        platforms()
            .of(
                RELEASE.service(),
                new PlatformSettings.Docker(
                    project + "_web_1", engine.socket(), Duration.ofSeconds(20)));
    get(first.switchTo(RELEASE, image("1"), Permits.granted()));

    assertThat(get(platform.current())).isEqualTo(image("2"));
    assertThat(get(platform.runs(image("1")))).isFalse();
    get(platform.switchTo(RELEASE, image("1"), Permits.granted()));

    assertThat(get(platform.runs(image("1")))).isTrue();
    assertThat(serves()).isEqualTo(image("1"));
  }

  @Test
  void stop_stopsAll_andAStartBringsThemBack() {
    Platform platform = platform(platforms());

    get(platform.stop(RELEASE, Permits.granted()));
    assertThat(running("web")).isEmpty();
    get(platform.start(RELEASE, image("2"), Permits.granted()));

    assertThat(running("web")).hasSize(2);
  }

  @Test
  void usage_isThatOfAllContainersTogether() {
    Platform platform = platform(platforms());

    Optional<ContainerUsage> usage = get(platform.usage());

    assertThat(usage).isPresent();
    assertThat(usage.orElseThrow().id()).contains(",");
    assertThat(usage.orElseThrow().running()).isTrue();
  }

  @Test
  void serviceThatIsNotThere_isNamed_withWhatThereIs() {
    platform(platforms());
    Platform none = platforms().of(RELEASE.service(), settings("webb"));
    Path socket = engine.socket();

    assertThatThrownBy(() -> get(none.current()))
        .isInstanceOf(PlatformException.class)
        .hasMessageStartingWith(
            "there is no container of Compose service \"webb\" of project \"%s\" on the Docker"
                + " Engine at %s; there are: ",
            project, socket)
        .hasMessageContaining(project + "/web")
        .hasMessageEndingWith(". Set platform.compose, or start it with docker compose up -d webb");
  }
}
