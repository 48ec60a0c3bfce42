package dev.ripcord.probe.page;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Finds where the pieces of a metrics page end: blanks, names, tokens, quoted strings, lines. Every
 * method takes a place and gives a place, at most the page's end (for a line: one beyond it, when
 * the last line has no line feed).
 *
 * <p>Looks at one page at a time, on one thread.
 */
final class PageScan {
  private static final int SHOWN_MAX = 60;
  private static final byte[] EOF = {'#', ' ', 'E', 'O', 'F'};
  private static final byte NAME = 1;
  private static final byte DIGIT = 2;
  private static final byte[] CLASSES = classes();

  // Eight bytes are looked at together: a byte that equals a sought one becomes 0 under XOR.
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = ONES << 7;
  private static final long QUOTES = ONES * '"';
  private static final long BACKSLASHES = ONES * '\\';
  private static final long LINE_FEEDS = ONES * '\n';

  private byte[] bytes = new byte[0];
  private int end;

  /** Takes the next page. */
  void begin(byte[] page, int length) {
    bytes = page;
    end = length;
  }

  /** Whether a digit stands there. */
  boolean isDigit(int at) {
    return (CLASSES[bytes[at] & 0xff] & DIGIT) != 0;
  }

  /** The next place that is no blank, tab or carriage return. */
  int skipBlanks(int from) {
    int at = from;
    while (at < end && (bytes[at] == ' ' || bytes[at] == '\t' || bytes[at] == '\r')) {
      at++;
    }
    return at;
  }

  /** The next place that cannot belong to a metric or label name. */
  int nameEnd(int from) {
    int at = from;
    while (at < end && CLASSES[bytes[at] & 0xff] != 0) {
      at++;
    }
    return at;
  }

  /** The next blank, control character or byte beyond ASCII. */
  int tokenEnd(int from) {
    int at = from;
    while (at < end && bytes[at] > ' ') {
      at++;
    }
    return at;
  }

  /** Where the closing quote stands; -1 when the line or the page ends before it. */
  int stringEnd(int from) {
    int at = special(from);
    while (at < end && bytes[at] == '\\') {
      if (at + 1 < end && bytes[at + 1] == '\n') {
        return -1;
      }
      at = special(at + 2);
    }
    return at < end && bytes[at] == '"' ? at : -1;
  }

  /** The next quote, backslash or line feed. */
  private int special(int from) {
    int at = from;
    for (; at + Long.BYTES <= end; at += Long.BYTES) {
      long word = (long) LONGS.get(bytes, at);
      long found = zeros(word ^ QUOTES) | zeros(word ^ BACKSLASHES) | zeros(word ^ LINE_FEEDS);
      if (found != 0) {
        return at + first(found);
      }
    }
    while (at < end && bytes[at] != '"' && bytes[at] != '\\' && bytes[at] != '\n') {
      at++;
    }
    return at;
  }

  /** Where the next line begins. */
  int nextLine(int from) {
    int at = from;
    for (; at + Long.BYTES <= end; at += Long.BYTES) {
      long found = zeros((long) LONGS.get(bytes, at) ^ LINE_FEEDS);
      if (found != 0) {
        return at + first(found) + 1;
      }
    }
    while (at < end && bytes[at] != '\n') {
      at++;
    }
    return at + 1;
  }

  /** Marks the bytes of a word that are 0; above the first such byte others may be marked too. */
  private static long zeros(long word) {
    return (word - ONES) & ~word & HIGH_BITS;
  }

  private static int first(long marks) {
    return Long.numberOfTrailingZeros(marks) / Byte.SIZE;
  }

  /** Whether only blanks stand between two places, the line feed at the end aside. */
  boolean isBlank(int from, int to) {
    return skipBlanks(from) >= Math.min(to - 1, end);
  }

  /** Whether the line between two places is {@code # EOF}. */
  boolean isEof(int from, int to) {
    int last = from + EOF.length;
    return last <= end && Arrays.equals(bytes, from, last, EOF, 0, EOF.length) && isBlank(last, to);
  }

  /** The beginning of a line, for a message. */
  String shown(int from) {
    int to = Math.min(Math.min(nextLine(from) - 1, end), from + SHOWN_MAX);
    String text = new String(bytes, from, to - from, StandardCharsets.US_ASCII);
    return text.replaceAll("[^ -~]", "?");
  }

  private static byte[] classes() {
    byte[] classes = new byte[256];
    for (int c = 0; c < classes.length; c++) {
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
      classes[c] = letter ? NAME : c >= '0' && c <= '9' ? DIGIT : 0;
    }
    return classes;
  }
}
