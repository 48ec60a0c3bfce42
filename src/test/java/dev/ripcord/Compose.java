package dev.ripcord;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Docker Compose: the plugin of today where it is installed, else docker-compose of Debian. */
public final class Compose {
  private static final String MISSING = "docker compose is not installed (Debian: docker-compose)";

  private final List<String> program;

  private Compose(List<String> program) {
    this.program = program;
  }

  /** What is installed, or a skipped test. */
  public static Compose orSkip() {
    Optional<Compose> found =
        Stream.of(List.of("docker", "compose"), List.of("docker-compose"))
            .map(Compose::new)
            .filter(one -> one.run(Path.of("."), Map.of(), "version").code() == 0)
            .findFirst();
    if (found.isEmpty()) {
      System.out.println("skipped: " + MISSING);
    }
    assumeTrue(found.isPresent(), MISSING);
    return found.orElseThrow();
  }

  /** Calls it in a folder, with nothing in the environment but this. */
  public DockerEngine.Ran run(Path folder, Map<String, String> environment, String... arguments) {
    List<String> command = new ArrayList<>(List.of("env", "-i", "-C", folder.toString()));
    for (String kept : List.of("PATH", "HOME")) {
      Optional.ofNullable(System.getenv(kept)).ifPresent(v -> command.add(kept + "=" + v));
    }
    environment.forEach((name, value) -> command.add(name + "=" + value));
    command.addAll(program);
    command.addAll(Arrays.asList(arguments));
    return DockerEngine.run(command);
  }
}
