package dev.ripcord.cli.start;

import dev.ripcord.config.file.ConfigurationFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * The digests of files. One that the file system says was left alone since it was read is not read
 * again, so that to look every other second costs nothing with a large configuration. For one
 * thread.
 */
final class FileDigests {
  /** So long after a change the next one may have the same time. */
  private static final Duration COARSE = Duration.ofSeconds(3);

  private final Map<Path, Known> known = new HashMap<>();

  /** A digest, and what the file system said of the file when it was made. */
  private record Known(Map<String, Object> attributes, String digest) {}

  /** The digest of what stands in a file now; empty where it cannot be read. */
  String of(Path file, Instant now) {
    Map<String, Object> is = attributes(file);
    Known before = known.get(file);
    if (before != null && before.attributes().equals(is)) {
      return before.digest();
    }
    String digest = ConfigurationFile.digest(file);
    if (is.get("ctime") instanceof FileTime changed
        && changed.toInstant().plus(COARSE).isBefore(now)) {
      known.put(file, new Known(is, digest));
    } else {
      known.remove(file);
    }
    return digest;
  }

  /** The time of the last change of content or owner, which no program can set, comes first. */
  private static Map<String, Object> attributes(Path file) {
    try {
      return Files.readAttributes(file, "unix:ctime,size,ino,dev");
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException unknown) {
      return Map.of();
    }
  }
}
