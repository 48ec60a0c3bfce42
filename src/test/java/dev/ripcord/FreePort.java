package dev.ripcord;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A port that nobody listens on and nobody is given by chance: below those that the system hands
 * out by itself, and another one at each call. So tests that run side by side, and connections that
 * are opened between asking and listening, do not take it away.
 */
public final class FreePort {
  private static final int FIRST = 12_000;
  private static final int LAST = 31_999;

  /** Several runs on one machine begin at places of their own. */
  private static final AtomicInteger NEXT =
      new AtomicInteger((int) (ProcessHandle.current().pid() * 97 % (LAST - FIRST)));

  private FreePort() {}

  /** The next one. */
  public static int next() {
    while (true) {
      int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), LAST - FIRST);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException taken) {
        // The next one, then.
      }
    }
  }
}
