package dev.ripcord.platform.docker;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/** Reads what the Engine gives as a container's log, bounded for a message. */
final class ContainerLog {
  private static final int CHARS_MAX = 2_048;
  private static final int HEADER_BYTES = 8;

  private ContainerLog() {}

  /**
   * The end of a log.
   *
   * @param terminal whether the container has a terminal; without one the Engine puts a header of
   *     eight bytes before each piece: the stream, three zeros, the length
   */
  static String tail(Buffer log, boolean terminal) {
    String text = terminal ? log.toString(StandardCharsets.UTF_8) : joined(log);
    String clean = text.replaceAll("[\\p{Cntrl}&&[^\\n\\t]]", "").strip();
    if (clean.length() <= CHARS_MAX) {
      return clean;
    }
    return "…" + clean.substring(clean.length() - CHARS_MAX);
  }

  private static String joined(Buffer log) {
    Buffer joined = Buffer.buffer(log.length());
    int at = 0;
    while (at + HEADER_BYTES <= log.length()) {
      int from = at + HEADER_BYTES;
      long length = log.getUnsignedInt(at + 4);
      int to = (int) Math.min(log.length(), from + length);
      joined.appendBuffer(log.getBuffer(from, to));
      at = to;
    }
    return joined.toString(StandardCharsets.UTF_8);
  }
}
