package dev.ripcord.postgres;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import dev.ripcord.FreePort;
import dev.ripcord.Waiting;
import dev.ripcord.release.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** A PgBouncer in front of a database, as Debian installs it. */
public final class PgBouncer implements AutoCloseable {
  private static final Path PROGRAM = Path.of("/usr/sbin/pgbouncer");

  private final Process process;
  private final int port;
  private final Database behind;

  private PgBouncer(Process process, int port, Database behind) {
    this.process = process;
    this.port = port;
    this.behind = behind;
  }

  /** Skips the test where it is not installed. */
  public static PgBouncer start(Path folder, Database behind, String... settings)
      throws IOException {
    assumeTrue(Files.isExecutable(PROGRAM), "PgBouncer is not installed (Debian: pgbouncer)");
    int port;
    port = FreePort.next();
    List<String> lines =
        new ArrayList<>(
            List.of(
                "[databases]",
                "* = host=" + behind.host() + " port=" + behind.port(),
                "[pgbouncer]",
                "listen_addr = 127.0.0.1",
                "listen_port = " + port,
                "unix_socket_dir =",
                "auth_type = any",
                "pidfile ="));
    lines.addAll(List.of(settings));
    lines.replaceAll(line -> line.startsWith("* =") ? line + " user=" + behind.user() : line);
    Path file = Files.write(folder.resolve("pgbouncer.ini"), lines);
    List<String> command = new ArrayList<>();
    if (new UnixSystem().getUid() == 0) {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
      command.addAll(List.of("runuser", "-u", "nobody", "--"));
    }
    command.addAll(List.of(PROGRAM.toString(), file.toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("pgbouncer.log").toFile())
            .start();
    PgBouncer bouncer = new PgBouncer(process, port, behind);
    if (!Waiting.until(10, bouncer::answers)) {
      throw new AssertionError(Files.readString(folder.resolve("pgbouncer.log")));
    }
    return bouncer;
  }

  private boolean answers() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** The same database through it. */
  public Database database() {
    return Database.of(
        new Secret(
            "postgresql://"
                + behind.user()
                + "@127.0.0.1:"
                + port
                + "/"
                + behind.name()
                + "?sslmode=disable"));
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
