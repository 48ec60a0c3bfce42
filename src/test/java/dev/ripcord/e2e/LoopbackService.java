package dev.ripcord.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A service on loopback that answers {@code /health} and {@code /metrics} as its mode wants. What
 * it runs stands in a file, which a platform of commands rewrites: {@code shop:2} fails.
 */
final class LoopbackService implements AutoCloseable {
  /** What its metrics are like. */
  enum Mode {
    /** Twenty in a hundred requests fail while the file says shop:2, else none. */
    AS_THE_FILE_SAYS,
    /** Accepts and never answers. */
    HANGS,
    /** A byte now and then, and never the end. */
    DRIPS,
    /** A hundred megabytes of comment. */
    SENDS_100_MB,
    /** Ends in the middle of a number. */
    CUTS,
    /** Bytes that are no text. */
    GARBAGE
  }

  private static final int BLOCK = 64 * 1024;
  private static final int BLOCKS = 1600;

  private final ServerSocket server;
  private final Mode mode;
  private final Path image;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicInteger asked = new AtomicInteger();
  private long good;
  private long bad;

  LoopbackService(Mode mode, Path image) throws IOException {
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.mode = mode;
    this.image = image;
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** How often its metrics were asked for. */
  int asked() {
    return asked.get();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket;
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
      String request = in.readLine();
      if (request == null) {
        return;
      }
      for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
        // Headers do not matter here.
      }
      OutputStream out = socket.getOutputStream();
      if (request.startsWith("GET /health")) {
        send(out, "ok");
      } else {
        asked.incrementAndGet();
        metrics(out);
      }
    } catch (IOException e) {
      // The client went away, as it should from some of these.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void metrics(OutputStream out) throws IOException, InterruptedException {
    switch (mode) {
      case AS_THE_FILE_SAYS -> send(out, counters());
      case HANGS -> closed.await();
      case DRIPS -> {
        head(out, 10_000);
        while (!closed.await(50, TimeUnit.MILLISECONDS)) {
          out.write('#');
          out.flush();
        }
      }
      case SENDS_100_MB -> {
        head(out, (long) BLOCK * BLOCKS);
        byte[] block = "# nothing here\n".repeat(BLOCK / 15 + 1).getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < BLOCKS; i++) {
          out.write(block, 0, BLOCK);
        }
      }
      case CUTS -> {
        head(out, 5_000);
        out.write("http_requests_total{status=\"500\"} 10".getBytes(StandardCharsets.UTF_8));
      }
      case GARBAGE -> send(out, "\u0000\u0001{{{ http_requests_total{status=\"500\"} NaN NaN\n");
    }
  }

  private synchronized String counters() throws IOException {
    boolean fails = Files.readString(image).strip().equals("shop:2");
    good += fails ? 80 : 100;
    bad += fails ? 20 : 0;
    return "http_requests_total{status=\"200\"} %d\nhttp_requests_total{status=\"500\"} %d\n"
        .formatted(good, bad);
  }

  private static void head(OutputStream out, long length) throws IOException {
    String head =
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: "
            + length
            + "\r\n\r\n";
    out.write(head.getBytes(StandardCharsets.UTF_8));
  }

  private static void send(OutputStream out, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    head(out, body.length);
    out.write(body);
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
