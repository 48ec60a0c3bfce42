package dev.ripcord.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/**
 * The end of what a program prints, read on a virtual thread of its own for as long as anybody
 * holds the other end of the pipe, so that nobody is ever blocked or killed for printing.
 */
final class TailBuffer {
  private static final int PIECE = 4_096;

  private final CompletableFuture<Void> begun = new CompletableFuture<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final int bytesMax;
  private byte[] ring;
  private long written;

  private TailBuffer(int bytesMax) {
    this.bytesMax = bytesMax;
    this.ring = new byte[Math.min(PIECE, bytesMax)];
  }

  /** Reads a stream to its end, and keeps so many of its last bytes. */
  static TailBuffer of(InputStream stream, int bytesMax) {
    TailBuffer output = new TailBuffer(bytesMax);
    Thread.ofVirtual().name("ripcord-output").start(() -> output.readAll(stream));
    return output;
  }

  /** Completes when something was read, or nothing can come. */
  CompletableFuture<Void> begun() {
    return begun;
  }

  /** Completes when nothing more can come. */
  CompletableFuture<Void> ended() {
    return ended;
  }

  /** What was kept so far; where more was printed, an ellipsis stands before it. */
  synchronized String text() {
    int length = (int) Math.min(written, ring.length);
    int start = (int) ((written - length) % ring.length);
    byte[] kept = new byte[length];
    int first = Math.min(length, ring.length - start);
    System.arraycopy(ring, start, kept, 0, first);
    System.arraycopy(ring, 0, kept, first, length - first);
    String text = new String(kept, StandardCharsets.UTF_8);
    return written > length ? "…" + text.strip() : text;
  }

  private void readAll(InputStream stream) {
    byte[] piece = new byte[PIECE];
    try (stream) {
      for (int n = stream.read(piece); n >= 0; n = stream.read(piece)) {
        keep(piece, n);
        begun.complete(null);
      }
    } catch (IOException e) {
      byte[] why =
          ("(its output could not be read to the end: " + e.getMessage() + ")")
              .getBytes(StandardCharsets.UTF_8);
      keep(why, Math.min(why.length, PIECE));
    } finally {
      begun.complete(null);
      ended.complete(null);
    }
  }

  private synchronized void keep(byte[] piece, int length) {
    if (written + length > ring.length && ring.length < bytesMax) {
      long wanted = Math.max(written + length, 2L * ring.length);
      ring = Arrays.copyOf(ring, (int) Math.min(wanted, bytesMax));
    }
    for (int i = 0; i < length; i++) {
      ring[(int) ((written + i) % ring.length)] = piece[i];
    }
    written += length;
  }
}
