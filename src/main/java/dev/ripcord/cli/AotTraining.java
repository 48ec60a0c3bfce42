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
 * What the launchers let Java's start caches be trained by: a check alone for the one; for the
 * other also migrations up and down, a watch that rolls back and a daemon, all in a scratch
 * database. Nothing comes of it; what it loads, later starts find ready.
 */
public final class AotTraining {
  private static final int MIGRATIONS = 20;

  /** Enough to listen and to poll some times. */
  private static final long DAEMON_MILLIS = 2_000;

  private AotTraining() {}

  /** Runs it and ends the process: 0, or 1 where not all of it could be run. */
  public static void main(String[] args) {
    if (List.of(args).equals(List.of("check"))) {
      check("text");
      System.exit(0);
    }
    check("json");
    boolean all = true;
    try {
      inScratchDatabase();
    } catch (IOException | InterruptedException | RuntimeException e) {
      all = false;
    }
    System.exit(all ? 0 : 1);
  }

  /** Nothing listens on port 9. */
  private static void check(String output) {
    String at = "http://127.0.0.1:9/";
    Cli.run(
        new String[] {
          "check", "--url", at, "--metrics-url", at + "metrics", "--over", "100ms", "-o", output
        });
  }

  private static void inScratchDatabase() throws IOException, InterruptedException {
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
        watch(configuration(home, url));
      } finally {
        server.stop();
      }
    } finally {
      remove(home);
    }
  }

  /** A service that answers nobody, and so is rolled back; its platform is a file. */
  private static String configuration(Path home, String url) throws IOException {
    Path image = home.resolve("image");
    Files.writeString(image, "training:2\n");
    Path file = home.resolve("ripcord.yaml");
    Files.writeString(
        file,
        """
        database: %s
        data: %s
        listen: 127.0.0.1:0
        interval: 200ms
        timeout: 100ms
        services:
          training:
            url: http://127.0.0.1:9/health
            platform:
              command:
                switch: [sh, -c, 'echo "$RIPCORD_IMAGE" > %s']
                current: [cat, %s]
            verify: 1s
        """
            .formatted(url, home, image, image));
    return file.toString();
  }

  private static void watch(String file) throws InterruptedException {
    for (List<String> command :
        List.of(
            List.of("config", "check"),
            List.of(
                "watch",
                "--service",
                "training",
                "--release",
                "v2",
                "--image",
                "training:2",
                "--previous-image",
                "training:1",
                "--for",
                "5s"),
            List.of("status"),
            List.of("plan", "training"))) {
      Cli.run(Stream.concat(command.stream(), Stream.of("-c", file)).toArray(String[]::new));
    }
    Thread daemon = new Thread(() -> Cli.run(new String[] {"start", "-c", file}), "daemon");
    daemon.setDaemon(true);
    daemon.start();
    daemon.join(DAEMON_MILLIS);
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
