package dev.ripcord.cli.demo;

import dev.ripcord.postgres.embedded.EmbeddedServer;
import dev.ripcord.process.ProcessRequest;
import dev.ripcord.process.ProcessRequest.Output;
import dev.ripcord.process.ProcessResult;
import dev.ripcord.process.ProcessRunner;
import dev.ripcord.release.Secret;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The demo's stage in a folder of its own: a PostgreSQL, two releases of the shop as folders, the
 * program that restarts it, the migrations and the configuration.
 */
final class DemoStage {
  static final String SERVICE = "shop";

  private final Path home;
  private final int port;
  private Optional<EmbeddedServer> server = Optional.empty();

  private DemoStage(Path home, int port) {
    this.home = home;
    this.port = port;
  }

  static DemoStage set() {
    try {
      Path home = Files.createTempDirectory("ripcord-demo-");
      Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        return new DemoStage(home, socket.getLocalPort());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the demo needs a folder for temporary files", e);
    }
  }

  Path home() {
    return home;
  }

  int port() {
    return port;
  }

  Path config() {
    return home.resolve("ripcord.yaml");
  }

  Path migrations() {
    return home.resolve("migrations");
  }

  /** Starts the database; blocks. */
  EmbeddedServer startDatabase() {
    EmbeddedServer started = EmbeddedServer.startThrowaway(home.resolve("data"));
    server = Optional.of(started);
    return started;
  }

  /** Writes everything that the story needs. {@code failPercent} is what version 2 breaks. */
  void write(EmbeddedServer database, double failPercent) {
    try {
      Path shop = home.resolve("shop");
      Files.createDirectories(shop.resolve("releases"));
      secret(shop.resolve("env"), "export SHOP_DATABASE='" + database.url("shop").reveal() + "'\n");
      release(shop, "v1", 1, 0.4);
      release(shop, "v2", 2, failPercent);
      program(shop.resolve("restart"), RESTART);
      Files.createSymbolicLink(shop.resolve("current"), Path.of("releases", "v1"));
      Files.createDirectories(migrations());
      Files.writeString(
          migrations().resolve("01_add_customer_email_up.sql"),
          "ALTER TABLE customer ADD COLUMN email text;\n");
      Files.writeString(
          migrations().resolve("01_add_customer_email_down.sql"),
          "ALTER TABLE customer DROP COLUMN email;\n");
      secret(config(), yaml(database));
    } catch (IOException e) {
      throw new UncheckedIOException("the demo cannot write to " + home, e);
    }
  }

  private void release(Path shop, String name, int version, double failPercent) throws IOException {
    Path folder = Files.createDirectories(shop.resolve("releases").resolve(name));
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String text =
        """
        #!/bin/sh
        # Release %s of the demo's shop.
        exec '%s' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx64m -Xshare:auto \\
          --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \\
          -cp '%s' dev.ripcord.demo.Shop --port %d --version %d --fail %s --parent %d
        """
            .formatted(
                name, java, classPath(), port, version, failPercent, ProcessHandle.current().pid());
    program(folder.resolve("run"), text);
  }

  private static String classPath() {
    StringBuilder absolute = new StringBuilder();
    for (String part : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      absolute
          .append(absolute.isEmpty() ? "" : File.pathSeparator)
          .append(Path.of(part).toAbsolutePath());
    }
    return absolute.toString();
  }

  /** Named, since a folder for temporary files may hold nothing that can be run. */
  private static final String SHELL = "/bin/sh";

  private static final String RESTART =
      """
      #!/bin/sh
      # Stops the shop that runs and starts the one that `current` names; ends when that one serves.
      cd "$(dirname "$0")" || exit 1
      . ./env
      if [ -f pid ]; then
        kill "$(cat pid)" 2>/dev/null
        n=0
        while kill -0 "$(cat pid)" 2>/dev/null && [ $n -lt 200 ]; do sleep 0.05; n=$((n + 1)); done
      fi
      [ "$1" = stop ] && exit 0
      : >log
      /bin/sh current/run >>log 2>&1 </dev/null &
      echo $! >pid
      n=0
      while ! grep -q 'serves on' log && kill -0 "$(cat pid)" 2>/dev/null && [ $n -lt 1200 ]; do
        sleep 0.05
        n=$((n + 1))
      done
      grep -q 'serves on' log || { cat log; echo 'the shop did not begin to serve'; exit 1; }
      """;

  private String yaml(EmbeddedServer database) {
    return """
    # The demo's configuration. All keys: ripcord config schema
    data: %s
    database: "%s"
    listen: 127.0.0.1:0
    interval: 2s
    bake: 12s
    verify: 1m
    services:
      shop:
        url: http://127.0.0.1:%d/health
        metrics: http://127.0.0.1:%d/metrics
        migrations: {dir: %s, database: "%s"}
        platform: {directory: {path: %s, restart: [%s, "%s"]}}
    """
        .formatted(
            home.resolve("ripcord"),
            database.url("journal").reveal(),
            port,
            port,
            migrations(),
            database.url("shop").reveal(),
            home.resolve("shop"),
            SHELL,
            home.resolve("shop").resolve("restart"));
  }

  Secret shopDatabase(EmbeddedServer database) {
    return database.url("shop");
  }

  /** Calls the program that restarts the shop; blocks until it serves, or has stopped. */
  void shop(String... arguments) {
    List<String> command = new ArrayList<>(List.of(arguments));
    command.addAll(0, List.of(SHELL, home.resolve("shop").resolve("restart").toString()));
    try {
      ProcessResult result =
          ProcessRunner.run(
              new ProcessRequest(
                  command,
                  Path.of("").toAbsolutePath(),
                  ProcessRequest.ownEnvironment(),
                  Optional.empty(),
                  Output.WHOLE_TOGETHER));
      if (!result.isGood()) {
        throw new IllegalStateException("the demo's shop does not start: " + result.output());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the shop starts", e);
    }
  }

  private static void program(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static void secret(Path file, String text) throws IOException {
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, text);
  }

  /** Stops everything and removes the folder. */
  void strike() {
    if (Files.exists(home.resolve("shop").resolve("pid"))) {
      shop("stop");
    }
    server.ifPresent(EmbeddedServer::stop);
    try (Stream<Path> files = Files.walk(home)) {
      files.sorted(Comparator.reverseOrder()).forEach(DemoStage::delete);
    } catch (IOException e) {
      throw new UncheckedIOException("the demo leaves " + home + " behind", e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
