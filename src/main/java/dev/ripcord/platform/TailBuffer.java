package dev.ripcord.platform;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/**
 * The end of what a program prints, read on a virtual thread of its own for as long as anybody
 * holds the other end of the pipe, so that nobody is ever blocked or killed for printing.
 */
final class TailBuffer {
  private static final int BYTES_MAX = 4_096;

  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final byte[] ring = new byte[BYTES_MAX];
  private long written;

  private TailBuffer() {}

  static TailBuffer of(InputStream stream) {
    TailBuffer output = new TailBuffer();
    Thread.ofVirtual().name("ripcord-output").start(() -> output.readAll(stream));
    return output;
  }

  /** Completes when nothing more can come. */
  CompletableFuture<Void> ended() {
    return ended;
  }

  /** The last 4 KB so far, without white space around. */
  synchronized String tail() {
    int length = (int) Math.min(written, BYTES_MAX);
    byte[] tail = new byte[length];
    for (int i = 0; i < length; i++) {
      tail[i] = ring[(int) ((written - length + i) % BYTES_MAX)];
    }
    String text = new String(tail, StandardCharsets.UTF_8).strip();
    return written > BYTES_MAX ? "…" + text : text;
  }

  private void readAll(InputStream stream) {
    byte[] piece = new byte[BYTES_MAX];
    try (stream) {
      for (int n = stream.read(piece); n >= 0; n = stream.read(piece)) {
        keep(piece, n);
      }
    } catch (IOException e) {
      keepText("(its output could not be read to the end: " + e.getMessage() + ")");
    } finally {
      ended.complete(null);
    }
  }

  private void keepText(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    keep(bytes, Math.min(bytes.length, BYTES_MAX));
  }

  private synchronized void keep(byte[] piece, int length) {
    for (int i = 0; i < length; i++) {
      ring[(int) ((written + i) % BYTES_MAX)] = piece[i];
    }
    written += length;
  }
}
