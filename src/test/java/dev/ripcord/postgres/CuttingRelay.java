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
 * Stands between a client and a server, and cuts one connection: what is sent as the {@code at}-th
 * still reaches the server, and its answer is lost. The other connections stand.
 */
public final class CuttingRelay implements AutoCloseable {
  private final ServerSocket server;
  private final int target;
  private final int at;
  private final AtomicInteger sent = new AtomicInteger();

  public CuttingRelay(int target, int at) {
    this.target = target;
    this.at = at;
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

  /** Whether a connection was cut. */
  public boolean hasCut() {
    return sent.get() >= at;
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
        boolean last = sent.incrementAndGet() == at;
        if (last) {
          client.close();
        }
        out.write(bytes, 0, length);
        out.flush();
        if (last) {
          return;
        }
      }
    } catch (IOException e) {
      // One side has ended, so does the other.
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
