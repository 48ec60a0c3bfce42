package dev.ripcord.platform.docker;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The files of a container that are neither its image's nor a volume's, as the Engine's list of
 * changes tells them. Such files get there by {@code docker cp}, by Compose (configs and secrets
 * with their content in the Compose file), and by the program itself.
 *
 * <p>What has been there since before the container's present start was put in, or survived a
 * restart: it belongs to the container. What is younger is taken for the program's own. Places that
 * hold nothing but the state of a run are not looked at.
 *
 * @param added files that the image has not
 * @param changed files that the image has too
 */
record ContainerFiles(List<String> added, List<String> changed) {
  private static final int CHANGED = 0;
  private static final int ADDED = 1;

  private static final List<String> OF_A_RUN =
      List.of(
          "/run",
          "/var/run",
          "/tmp",
          "/var/tmp",
          "/var/log",
          "/var/cache",
          "/dev",
          "/proc",
          "/sys");

  private static final List<String> PUT_IN = List.of("/run/secrets", "/run/configs");
  private static final List<String> OF_A_PROCESS = List.of(".pid", ".lock", ".sock");

  /**
   * A file in a container.
   *
   * @param path absolute
   * @param size in bytes
   * @param folder whether it is a folder
   * @param modified when its content was written
   */
  record Stat(String path, long size, boolean folder, Instant modified) {
    private static final long FOLDER = 1L << 31;

    /** From what the Engine says of it; empty where that cannot be read. */
    static Optional<Stat> of(String path, JsonObject stat) {
      try {
        long mode = stat.getLong("mode", 0L);
        return Optional.of(
            new Stat(
                path,
                stat.getLong("size", 0L),
                (mode & FOLDER) != 0,
                Instant.parse(stat.getString("mtime", ""))));
      } catch (DateTimeParseException | ClassCastException e) {
        return Optional.empty();
      }
    }
  }

  /**
   * Reads the list of changes.
   *
   * @param changes as the Engine reports them
   * @param container as the Engine reports it
   */
  static ContainerFiles of(JsonArray changes, JsonObject container) {
    List<String> mounts = mounts(container);
    List<String> added = new ArrayList<>();
    List<String> changed = new ArrayList<>();
    // Sorted, a folder comes right before what is in it.
    List<JsonObject> sorted =
        changes.stream()
            .map(JsonObject.class::cast)
            .sorted((a, b) -> key(a).compareTo(key(b)))
            .toList();
    for (int i = 0; i < sorted.size(); i++) {
      String path = sorted.get(i).getString("Path", "");
      boolean folder = i + 1 < sorted.size() && key(sorted.get(i + 1)).startsWith(key(path));
      if (folder || isOfARun(path) || mounts.stream().anyMatch(m -> isBelow(path, m))) {
        continue;
      }
      switch (sorted.get(i).getInteger("Kind", -1)) {
        case ADDED -> added.add(path);
        case CHANGED -> changed.add(path);
        default -> {
          // What was removed is in the image again.
        }
      }
    }
    return new ContainerFiles(List.copyOf(added), List.copyOf(changed));
  }

  private static String key(JsonObject change) {
    return key(change.getString("Path", ""));
  }

  private static String key(String path) {
    return path + "/";
  }

  private static boolean isOfARun(String path) {
    boolean putIn = PUT_IN.stream().anyMatch(place -> isBelow(path, place));
    return !putIn
        && (OF_A_RUN.stream().anyMatch(place -> isBelow(path, place))
            || OF_A_PROCESS.stream().anyMatch(path::endsWith));
  }

  private static boolean isBelow(String path, String folder) {
    return key(path).startsWith(key(folder));
  }

  /** What is in a mount is kept by the mount. */
  private static List<String> mounts(JsonObject container) {
    List<String> mounts = new ArrayList<>();
    JsonArray all = container.getJsonArray("Mounts");
    if (all != null) {
      all.forEach(mount -> mounts.add(((JsonObject) mount).getString("Destination", "/")));
    }
    JsonObject memory = container.getJsonObject("HostConfig").getJsonObject("Tmpfs");
    if (memory != null) {
      mounts.addAll(memory.fieldNames());
    }
    return mounts;
  }

  /** When the container was started last; the end of time when it never was. */
  static Instant startOf(JsonObject container) {
    try {
      Instant start = Instant.parse(container.getJsonObject("State").getString("StartedAt", ""));
      return start.isAfter(Instant.EPOCH) ? start : Instant.MAX;
    } catch (DateTimeParseException e) {
      return Instant.MAX;
    }
  }
}
