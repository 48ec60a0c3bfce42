package dev.ripcord.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands before a server and counts what is sent to it. At a chosen count it passes that on and
 * calls out, before anything that comes later is passed on.
 */
public final class CountingRelay implements AutoCloseable {
  private final ServerSocket server;
  private final int target;
  private final int at;
  private final Runnable reached;
  private final AtomicInteger sent = new AtomicInteger();

  public CountingRelay(int target, int at, Runnable reached) {
    this.target = target;
    this.at = at;
    this.reached = reached;
    try {
      this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  public int port() {
    return server.getLocalPort();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        Socket behind = new Socket(InetAddress.getLoopbackAddress(), target);
        Thread.ofVirtual().start(() -> answers(behind, client));
        Thread.ofVirtual().start(() -> requests(client, behind));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void requests(Socket client, Socket behind) {
    byte[] bytes = new byte[1 << 16];
    try (client;
        behind) {
      InputStream in = client.getInputStream();
      OutputStream out = behind.getOutputStream();
      for (int length = in.read(bytes); length >= 0; length = in.read(bytes)) {
        pass(out, bytes, length);
      }
    } catch (IOException e) {
      // One side has ended, so does the other.
    }
  }

  private synchronized void pass(OutputStream out, byte[] bytes, int length) throws IOException {
    int count = sent.incrementAndGet();
    if (count > at) {
      return;
    }
    out.write(bytes, 0, length);
    out.flush();
    if (count == at) {
      reached.run();
    }
  }

  private static void answers(Socket behind, Socket client) {
    try (client;
        behind) {
      behind.getInputStream().transferTo(client.getOutputStream());
    } catch (IOException e) {
      // One side has ended, so does the other.
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
