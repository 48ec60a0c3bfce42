package dev.ripcord.probe.page.text;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A 64-bit hash of bytes, eight at a time. Good enough to tell the series of one page apart (a
 * thousand of them meet by chance once in 10^13 pages), and no more: it is not made to resist
 * somebody who looks for collisions.
 */
public final class Hash {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long FIRST = 0x9E3779B97F4A7C15L;
  private static final long SECOND = 0xD6E8FEB86659FD93L;

  private Hash() {}

  /** Of a part of an array. */
  public static long of(byte[] bytes, int from, int to) {
    long hash = (to - from) * FIRST;
    int at = from;
    for (; at + Long.BYTES <= to; at += Long.BYTES) {
      hash = mix(hash ^ (long) LONGS.get(bytes, at));
    }
    return mix(hash ^ rest(bytes, at, to));
  }

  /** The last bytes, fewer than eight, as one number: the first is the lowest. */
  private static long rest(byte[] bytes, int from, int to) {
    int count = to - from;
    if (count == 0) {
      return 0;
    }
    if (from + Long.BYTES <= bytes.length) {
      // Reads beyond the part, and drops what does not belong to it.
      return (long) LONGS.get(bytes, from) & (-1L >>> (Long.SIZE - Byte.SIZE * count));
    }
    long rest = 0;
    for (int i = 0; i < count; i++) {
      rest |= (bytes[from + i] & 0xffL) << (Byte.SIZE * i);
    }
    return rest;
  }

  /** Scatters a number over all 64 bits. */
  public static long mix(long number) {
    long mixed = (number ^ (number >>> 32)) * SECOND;
    mixed = (mixed ^ (mixed >>> 29)) * FIRST;
    return mixed ^ (mixed >>> 32);
  }
}
