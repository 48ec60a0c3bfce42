package dev.ripcord.cli;

import dev.ripcord.postgres.embedded.EmbeddedServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the launcher lets Java's start cache be trained by: a check, and migrations up and down in a
 * scratch database. Nothing comes of it; what it loads, later starts find ready.
 */
public final class AotTraining {
  private static final int MIGRATIONS = 20;

  private AotTraining() {}

  /** Runs it and ends the process: 0, or 1 where not all of it could be run. */
  public static void main(String[] args) {
    // Nothing listens on port 9.
    Cli.run(
        new String[] {
          "check",
          "--url",
          "http://127.0.0.1:9/health",
          "--metrics-url",
          "http://127.0.0.1:9/metrics",
          "--over",
          "100ms",
          "-o",
          "json"
        });
    boolean all = true;
    try {
      migrate();
    } catch (IOException | RuntimeException e) {
      all = false;
    }
    System.exit(all ? 0 : 1);
  }

  private static void migrate() throws IOException {
    Path home = Files.createTempDirectory("ripcord-rehearsal-");
    try {
      Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
      Path folder = write(home.resolve("migrations"));
      EmbeddedServer server = EmbeddedServer.startThrowaway(home.resolve("data"));
      try {
        String url = server.url("postgres").reveal();
        for (List<String> subcommand :
            List.of(
                List.of("up"), List.of("up"), List.of("status"), List.of("down", "--to", "base"))) {
          Cli.run(
              Stream.of(
                      List.of("migrate"),
                      subcommand,
                      List.of("--dir", folder.toString(), "--database-url", url))
                  .flatMap(List::stream)
                  .toArray(String[]::new));
        }
      } finally {
        server.stop();
      }
    } finally {
      remove(home);
    }
  }

  private static Path write(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (int i = 1; i <= MIGRATIONS; i++) {
      String name = "%02d_add_t%d".formatted(i, i);
      Files.writeString(
          folder.resolve(name + "_up.sql"),
          "CREATE TABLE t%d (id int PRIMARY KEY, name text);\nINSERT INTO t%d VALUES (1, 'first');\n"
              .formatted(i, i));
      Files.writeString(folder.resolve(name + "_down.sql"), "DROP TABLE t%d;\n".formatted(i));
    }
    return folder;
  }

  private static void remove(Path home) {
    try (Stream<Path> paths = Files.walk(home)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
