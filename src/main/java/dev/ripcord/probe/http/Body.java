package dev.ripcord.probe.http;

import io.vertx.core.buffer.Buffer;
import java.util.Arrays;

/**
 * The bytes of one answer, in an array that is used again for the next. Knows its cap; what goes
 * beyond is refused, never truncated in silence.
 */
public final class Body {
  private static final int FIRST = 16 * 1024;

  private byte[] bytes = new byte[FIRST];
  private int length;
  private int max;

  /** Empties it and sets how much it may hold. */
  Body begin(int maxBytes) {
    length = 0;
    max = maxBytes;
    return this;
  }

  /** Adds a chunk; false when it does not fit under the cap, and then nothing of it is added. */
  boolean add(Buffer chunk) {
    int size = chunk.length();
    if (size > max - length) {
      return false;
    }
    reserve(size);
    chunk.getBytes(bytes, length);
    length += size;
    return true;
  }

  /** Makes room for more bytes behind {@link #length}. */
  void reserve(int size) {
    if (size > bytes.length - length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + size, bytes.length * 2));
    }
  }

  /** Says that more bytes were written into the array behind {@link #length}. */
  void wrote(int size) {
    length += size;
  }

  /** The array; valid up to {@link #length}. */
  public byte[] bytes() {
    return bytes;
  }

  /** How many bytes there are. */
  public int length() {
    return length;
  }

  /** How many more bytes fit under the cap. */
  int room() {
    return max - length;
  }
}
