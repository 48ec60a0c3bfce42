package dev.ripcord.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortHolderTest {
  private static final String HEAD =
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout"
          + " inode\n";

  private final Vertx vertx = Vertx.vertx();

  @TempDir private Path proc;

  @AfterEach
  void close() {
    vertx.close().await();
  }

  private static String row(String port, String state, int inode) {
    return "   0: 0100007F:"
        + port
        + " 00000000:0000 "
        + state
        + " 00000000:00000000 00:00000000 00000000     0        0 "
        + inode
        + " 1 0000000000000000 100 0 0 10 0\n";
  }

  @Test
  void e13_holderOfAPort_isFoundByItsListeningSocket() throws Exception {
    Files.createDirectories(proc.resolve("net"));
    Files.writeString(
        proc.resolve("net/tcp"), HEAD + row("2387", "01", 11) + row("2387", "0A", 12));
    process(41, "client", 11);
    process(42, "nginx", 12);
    Files.createDirectories(proc.resolve("43"));
    PortHolder holder = new PortHolder(vertx, proc);

    assertThat(holder.process(0x2387)).contains("process 42, nginx");
    assertThat(holder.process(0x2388)).isEmpty();
  }

  @Test
  void e13_machineWithoutProc_saysNothing() throws Exception {
    assertThat(new PortHolder(vertx, proc.resolve("none")).process(9095)).isEmpty();
  }

  private void process(int id, String name, int inode) throws Exception {
    Path fds = Files.createDirectories(proc.resolve(id + "/fd"));
    Files.writeString(proc.resolve(id + "/comm"), name + "\n");
    Files.createSymbolicLink(fds.resolve("7"), Path.of("socket:[" + inode + "]"));
  }
}
