package dev.ripcord.e2e;

import dev.ripcord.DockerEngine;
import dev.ripcord.e2e.CrashPoint.Platform;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Containers of a Docker Engine: one, one of a project of Compose, or one of a Swarm's service. */
final class CrashContainers implements CrashPlatform {
  private static final String REPOSITORY = "ripcord-test/crash-" + ProcessHandle.current().pid();

  private final Platform platform;
  private final DockerEngine engine;
  private final String name;
  private final CallRelay relay;

  private CrashContainers(Platform platform, Path folder, String name) throws IOException {
    this.platform = platform;
    this.engine = engine(platform);
    this.name = engine.name("crash-" + name);
    this.relay = CallRelay.before(engine.socket(), folder.resolve("docker.sock"));
    List<String> call =
        new ArrayList<>(
            platform == Platform.SWARM
                ? List.of(
                    "service", "create", "--quiet", "--no-resolve-image", "--update-monitor=1s")
                : List.of("run", "-d", "--network", "none"));
    if (platform == Platform.COMPOSE) {
      for (String label : List.of("project=" + this.name, "service=web", "container-number=1")) {
        call.addAll(List.of("--label", "com.docker.compose." + label));
      }
    }
    call.addAll(List.of("--name", this.name));
    call.addAll(List.of("--mount", "type=bind,source=" + folder + ",target=/out", image(2)));
    engine.docker(call.toArray(String[]::new));
  }

  static CrashContainers of(Platform platform, Path folder, String name) throws IOException {
    return new CrashContainers(platform, folder, name);
  }

  /** Services have the Engine apart, since a Swarm is one for all of an Engine. */
  private static DockerEngine engine(Platform platform) {
    return platform == Platform.SWARM ? DockerEngine.apartOrSkip() : DockerEngine.orSkip();
  }

  /** 1 says in a file that it runs, 2 is silent; 3 ends at once. */
  static void makeImages(Platform platform) {
    if (Arrays.asList(Platform.DOCKER, Platform.COMPOSE, Platform.SWARM).contains(platform)) {
      DockerEngine engine = engine(platform);
      String path = "ENV PATH=/bin:/usr/bin";
      for (int version = 1; version <= 2; version++) {
        engine.shellImage(
            REPOSITORY + ":" + version,
            "CMD [\"sh\",\"-c\",\""
                + (version == 1 ? "echo shop:1 > /out/served; " : "")
                + "trap 'exit 0' TERM; sleep 600 & wait"
                + "\"]",
            "ENV V=" + version,
            path);
      }
      engine.shellImage(REPOSITORY + ":3", path, "CMD [\"sh\",\"-c\",\"exit 4\"]");
      if (platform == Platform.SWARM
          && engine
              .docker("info", "--format", "{{.Swarm.LocalNodeState}}")
              .startsWith("inactive")) {
        engine.docker(
            "swarm", "init", "--advertise-addr", "127.0.0.1", "--listen-addr", "127.0.0.1");
      }
    }
  }

  @Override
  public String image(int version) {
    return REPOSITORY + ":" + version;
  }

  @Override
  public String runs() {
    return platform == Platform.SWARM
        ? engine
            .docker("service", "inspect", "-f", "{{.Spec.TaskTemplate.ContainerSpec.Image}}", name)
            .strip()
        : engine.docker("inspect", "-f", "{{.Config.Image}} {{.State.Running}}", name).strip();
  }

  @Override
  public String settings(boolean relayed) {
    String what =
        switch (platform) {
          case COMPOSE -> "compose: {project: %s, service: web".formatted(name);
          case SWARM -> "swarm: {service: %s, start-timeout: 15s".formatted(name);
          default -> "docker: {container: %s".formatted(name);
        };
    return "%s, socket: '%s'}".formatted(what, relayed ? relay.socket() : engine.socket());
  }

  @Override
  public void killAt(CrashPoint point, Ripcord daemon) {
    relay.killAt(point.which(), point.before(), daemon::kill);
  }

  @Override
  public int calls() {
    return relay.calls();
  }

  @Override
  public void close() {
    relay.close();
    if (platform == Platform.SWARM) {
      engine.tryDocker("service", "rm", name);
    } else {
      engine.tryDocker("rm", "-f", name);
    }
  }
}
