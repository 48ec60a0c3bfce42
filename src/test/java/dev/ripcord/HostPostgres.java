package dev.ripcord;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.pgclient.PgConnectOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The PostgreSQL of the host's own packages, with the client programs of the same version: what
 * pg_dump and pg_restore are tried on. One for the whole test run.
 */
public final class HostPostgres {
  private static final Path PLACE = Path.of("/usr/lib/postgresql");

  private HostPostgres() {}

  private static final class Shared {
    static final Optional<HostPostgres.Server> SERVER = start();

    private static Optional<Server> start() {
      try (Stream<Path> versions = Files.isDirectory(PLACE) ? Files.list(PLACE) : Stream.of()) {
        return versions
            .map(v -> v.resolve("bin"))
            .filter(b -> Files.isExecutable(b.resolve("initdb")))
            .max(Comparator.comparing(Path::toString))
            .map(Server::new);
      } catch (IOException e) {
        return Optional.empty();
      }
    }
  }

  private static final class Server {
    private final Path programs;
    private final Path home;
    private final int port;

    Server(Path programs) {
      this.programs = programs;
      try {
        home = TestPostgres.folder("ripcord-host-postgres");
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxrwxrwx"));
        port = FreePort.next();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      String data = home.resolve("data").toString();
      run("initdb", "-D", data, "-U", "postgres", "-A", "trust");
      String options =
          "-p %d -k %s -c fsync=off -c listen_addresses=127.0.0.1".formatted(port, home);
      run("pg_ctl", "-D", data, "-l", home.resolve("log").toString(), "-w", "-o", options, "start");
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop");
                    TestPostgres.delete(home);
                  }));
    }

    private void run(String program, String... arguments) {
      List<String> command = new ArrayList<>();
      if (System.getProperty("user.name").equals("root")) {
        command.addAll(List.of("runuser", "-u", "postgres", "--"));
      }
      command.add(programs.resolve(program).toString());
      command.addAll(Arrays.asList(arguments));
      try {
        Process process =
            new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(home.resolve(program + ".out").toFile())
                .start();
        if (process.waitFor() != 0) {
          throw new AssertionError(
              program + ": " + Files.readString(home.resolve(program + ".out")));
        }
      } catch (IOException e) {
        throw new AssertionError(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** A new, empty database; the test is skipped where the host has no PostgreSQL. */
  public static PgConnectOptions freshDatabase(String name) {
    assumeTrue(Shared.SERVER.isPresent(), "the host has no PostgreSQL (Debian: postgresql)");
    PgConnectOptions options =
        new PgConnectOptions()
            .setHost("127.0.0.1")
            .setPort(Shared.SERVER.orElseThrow().port)
            .setUser("postgres")
            .setPassword("")
            .setDatabase("postgres");
    TestPostgres.execute(options, "CREATE DATABASE " + name);
    return new PgConnectOptions(options).setDatabase(name);
  }

  /** As a URL. */
  public static String url(PgConnectOptions options) {
    return "postgresql://postgres@127.0.0.1:" + options.getPort() + "/" + options.getDatabase();
  }
}
