package dev.ripcord.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A daemon that watches many services, started as a user starts it, with its embedded PostgreSQL,
 * and the services in a process of their own.
 *
 * @param folder its files, which stay
 * @param target the services
 * @param targetPort where they answer
 * @param daemon what watches them
 * @param port where it serves
 * @param startSeconds from its start to serving
 */
record ManyWatched(
    Path folder, Process target, int targetPort, Process daemon, int port, double startSeconds)
    implements AutoCloseable {
  private static final int CLOSE_SECONDS = 20;

  /**
   * Starts both.
   *
   * @param environment more of it, for the daemon
   */
  static ManyWatched start(TenThousandServices.Setup setup, Map<String, String> environment)
      throws IOException {
    Path folder = Files.createTempDirectory("ripcord-bench");
    Process target =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                ManyTargets.class.getName(),
                setup.services() + "")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    int targetPort = portIn(target);
    Path file = folder.resolve("ripcord.yaml");
    Files.writeString(file, setup.yaml(folder.resolve("data"), targetPort));
    long began = System.nanoTime();
    ProcessBuilder starting =
        new ProcessBuilder(setup.launcher(), "start", "-c", file.toString())
            .redirectError(folder.resolve("daemon.log").toFile());
    starting.environment().putAll(environment);
    Process daemon = starting.start();
    int port = portIn(daemon);
    return new ManyWatched(
        folder, target, targetPort, daemon, port, (System.nanoTime() - began) / 1e9);
  }

  /** The number after the last colon of the first line that a process prints. */
  private static int portIn(Process process) throws IOException {
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String line = out.readLine();
    if (line == null) {
      throw new IllegalStateException(process.info().commandLine() + " ended");
    }
    return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1).strip());
  }

  /** What the daemon has logged. */
  Path log() {
    return folder.resolve("daemon.log");
  }

  /** Ends both. */
  @Override
  public void close() {
    daemon.destroy();
    try {
      daemon.waitFor(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      target.destroy();
      System.out.println("files are in " + folder);
    }
  }
}
