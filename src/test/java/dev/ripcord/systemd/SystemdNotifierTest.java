package dev.ripcord.systemd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.VertxInternal;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What arrives at a real datagram socket, which Python reads. */
@Timeout(60)
class SystemdNotifierTest {
  private static final long PID = 42;

  /** Prints each datagram on a line, after one that says that it listens. */
  private static final String RECEIVER =
      """
      import socket, sys
      s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
      n = sys.argv[1]
      s.bind('\\0' + n[1:] if n[0] == '@' else n)
      print('listens', flush=True)
      while True:
          print(s.recv(4096).decode().replace('\\n', '|'), flush=True)
      """;

  @TempDir private Path folder;
  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
  private Optional<Process> receiver = Optional.empty();

  @BeforeEach
  void needPython() {
    assumeThat(Files.isExecutable(Path.of("/usr/bin/python3")))
        .as("python3 is not installed, which reads the socket")
        .isTrue();
  }

  @AfterEach
  void end() {
    receiver.ifPresent(Process::destroyForcibly);
    vertx.close().await();
  }

  /** What arrives at this socket, a line each, from now on. */
  private BufferedReader listen(String socket) throws IOException {
    Process python = new ProcessBuilder("/usr/bin/python3", "-c", RECEIVER, socket).start();
    receiver = Optional.of(python);
    BufferedReader lines = python.inputReader();
    assertThat(lines.readLine()).isEqualTo("listens");
    return lines;
  }

  private static SystemdNotifier manager(String socket) {
    return SystemdNotifier.of(Map.of("NOTIFY_SOCKET", socket, "WATCHDOG_USEC", "2000"), PID);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/notify", "@ripcord-notify-test"})
  void readyAndStopping_saidToASocket_arriveAsSystemdWantsThem(String name) throws IOException {
    String socket = name.startsWith("@") ? name + folder.getFileName() : folder + name;
    BufferedReader lines = listen(socket);
    SystemdNotifier manager = manager(socket);
    manager.ready("watching 2 services\nand no more");
    manager.reloading(12_345_678_901L);
    manager.stopping();
    assertThat(lines.readLine()).isEqualTo("READY=1|STATUS=watching 2 services and no more");
    assertThat(lines.readLine()).isEqualTo("RELOADING=1|MONOTONIC_USEC=12345678");
    assertThat(lines.readLine()).isEqualTo("STOPPING=1");
  }

  @Test
  void watchdog_whileOneOfTheLoopsIsStuck_saysNothing() throws IOException {
    BufferedReader lines = listen(folder + "/notify");
    SystemdNotifier manager = manager(folder + "/notify");
    CountDownLatch free = new CountDownLatch(1);
    var last = ((VertxInternal) vertx).nettyEventLoopGroup().iterator();
    last.next();
    last.next().execute(() -> awaitThat(free));
    manager.watch(vertx);
    manager.ready("said while a loop is stuck");
    assertThat(lines.readLine()).startsWith("READY=1");
    free.countDown();
    assertThat(lines.readLine()).isEqualTo("WATCHDOG=1");
    assertThat(lines.readLine()).isEqualTo("WATCHDOG=1");
  }

  @Test
  void messages_whereNobodyListens_failNothing() {
    SystemdNotifier manager = SystemdNotifier.of(Map.of("NOTIFY_SOCKET", folder + "/nobody"), PID);
    manager.ready("");
    manager.stopping();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "vsock:2:1234"})
  void manager_withoutASocketThatIsOne_isSilent(String socket) {
    SystemdNotifier manager =
        SystemdNotifier.of(Map.of("NOTIFY_SOCKET", socket, "WATCHDOG_USEC", "2000"), PID);
    manager.watch(vertx);
    manager.ready("");
  }

  private static void awaitThat(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
