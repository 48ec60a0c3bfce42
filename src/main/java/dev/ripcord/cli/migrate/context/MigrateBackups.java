package dev.ripcord.cli.migrate.context;

import dev.ripcord.cli.console.Format;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The dumps that {@code ripcord migrate backup} has left, told by their names.
 *
 * @param folder where they are by default
 * @param clock the time of day
 */
public record MigrateBackups(Path folder, InstantSource clock) {
  /** A dump that is older does not hold what the service wrote since. */
  private static final Duration FRESH = Duration.ofDays(1);

  /** The name of a database as a part of a file's: it may hold what leads to another folder. */
  public static String prefix(String database) {
    return database.replaceAll("[/\\\\\\p{Cntrl}]", "_") + "-";
  }

  /** Says that no fresh dump of a database is there; empty where one is. */
  Optional<String> missing(String database) {
    Map<Instant, Path> found = new TreeMap<>(Comparator.reverseOrder());
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.dump")) {
        for (Path file : files) {
          if (String.valueOf(file.getFileName()).startsWith(prefix(database))) {
            found.put(Files.getLastModifiedTime(file).toInstant(), file);
          }
        }
      } catch (IOException unreadable) {
        return Optional.of(folder + " cannot be read: " + unreadable.getMessage());
      }
    }
    return found.entrySet().stream()
        .findFirst()
        .map(newest -> describe(newest.getKey(), newest.getValue()))
        .orElseGet(() -> Optional.of("there is none of " + database + " in " + folder));
  }

  private Optional<String> describe(Instant at, Path file) {
    Duration age = Duration.between(at, clock.instant());
    return age.compareTo(FRESH) <= 0
        ? Optional.empty()
        : Optional.of("the newest, " + file + ", is " + Format.duration(age) + " old");
  }
}
