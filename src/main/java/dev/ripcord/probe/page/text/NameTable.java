package dev.ripcord.probe.page.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/** A fixed set of names, each with a code, that is asked with bytes and makes no text. */
public final class NameTable {
  private static final int SIGNS_MAX = 64;

  private final byte[][] names;
  private final long[] hashes;
  private final int[] codes;
  private final int mask;

  /**
   * For each length of name, a bit for each pair of a first and a last letter that a name has; most
   * of what is asked for is none of ours, and is found out by that without its hash.
   */
  private final long[] signs = new long[SIGNS_MAX];

  /** With the names and their codes, which are above 0. */
  public NameTable(Map<String, Integer> entries) {
    int slots = Integer.highestOneBit(Math.max(1, entries.size())) * 4;
    mask = slots - 1;
    names = new byte[slots][];
    Arrays.fill(names, new byte[0]);
    hashes = new long[slots];
    codes = new int[slots];
    entries.forEach((name, code) -> put(name.getBytes(StandardCharsets.UTF_8), code));
  }

  private void put(byte[] name, int code) {
    signs[name.length % SIGNS_MAX] |= sign(name, 0, name.length);
    long hash = Hash.of(name, 0, name.length);
    int slot = (int) hash & mask;
    while (codes[slot] != 0) {
      slot = (slot + 1) & mask;
    }
    names[slot] = name;
    hashes[slot] = hash;
    codes[slot] = code;
  }

  /** The code of a name; 0 when it is none of ours. */
  public int find(byte[] bytes, int from, int to) {
    boolean mayBe = to > from && (signs[(to - from) % SIGNS_MAX] & sign(bytes, from, to)) != 0;
    return mayBe ? find(Hash.of(bytes, from, to), bytes, from, to) : 0;
  }

  private static long sign(byte[] bytes, int from, int to) {
    return 1L << (bytes[from] * 31 + bytes[to - 1]);
  }

  /** The same, of bytes whose hash is known. */
  public int find(long hash, byte[] bytes, int from, int to) {
    int slot = (int) hash & mask;
    while (codes[slot] != 0) {
      byte[] name = names[slot];
      if (hashes[slot] == hash && Arrays.equals(name, 0, name.length, bytes, from, to)) {
        return codes[slot];
      }
      slot = (slot + 1) & mask;
    }
    return 0;
  }
}
