package dev.ripcord.platform.docker.api;

import io.vertx.core.json.JsonObject;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What Compose writes on each container that it makes. Pure.
 *
 * @param project its name; empty where Compose did not make the container
 * @param service its name in the file; empty where Compose did not make the container
 * @param files that the project was made from, absolute; Compose 1 names them as they were typed
 */
public record ComposeLabels(String project, String service, List<Path> files) {
  private static final String LABEL = "com.docker.compose.";

  public ComposeLabels {
    files = List.copyOf(files);
  }

  /** Those among all labels of a container. */
  public static ComposeLabels of(JsonObject labels) {
    return new ComposeLabels(
        labels.getString(LABEL + "project", ""),
        labels.getString(LABEL + "service", ""),
        files(labels));
  }

  private static List<Path> files(JsonObject labels) {
    String folder = labels.getString(LABEL + "project.working_dir", "");
    return Stream.of(labels.getString(LABEL + "project.config_files", "").split(",", -1))
        .flatMap(
            file -> {
              try {
                return Stream.of(Path.of(folder).resolve(file).toAbsolutePath().normalize());
              } catch (InvalidPathException e) {
                return Stream.empty();
              }
            })
        .toList();
  }
}
