package dev.ripcord.probe.page.text;

import java.nio.charset.StandardCharsets;

/**
 * Reads the numbers of the exposition formats from bytes: decimal, {@code NaN}, {@code +Inf} and
 * hexadecimal floats. Short decimals, which is nearly all of them, are converted exactly without
 * making a text.
 *
 * <p>Holds the last number read; for one thread at a time.
 */
public final class Decimal {
  private static final double[] POWERS = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };
  private static final long EXACT = 1L << 53;
  private static final int DIGITS_MAX = 18;

  private double value;

  /** The number that was read last. */
  public double value() {
    return value;
  }

  /** Reads a number and nothing else; false when the bytes are none. */
  public boolean read(byte[] bytes, int from, int to) {
    int at = from;
    boolean negative = at < to && bytes[at] == '-';
    if (negative || (at < to && bytes[at] == '+')) {
      at++;
    }
    if (at >= to) {
      return false;
    }
    if (bytes[at] > '9') {
      return word(bytes, from, at, to);
    }
    if (to - at > 2 && bytes[at] == '0' && (bytes[at + 1] | 0x20) == 'x') {
      return hexadecimal(bytes, from, at + 2, to);
    }
    return decimal(bytes, from, at, to, negative);
  }

  private boolean decimal(byte[] bytes, int from, int start, int to, boolean negative) {
    long digits = 0;
    int count = 0;
    int point = -1;
    int at = start;
    for (; at < to; at++) {
      int digit = bytes[at] - '0';
      if (digit >= 0 && digit <= 9) {
        digits = digits * 10 + digit;
        count++;
      } else if (bytes[at] == '.' && point < 0) {
        point = count;
      } else {
        break;
      }
    }
    if (count == 0) {
      return false;
    }
    int exponent = point < 0 ? 0 : point - count;
    if (at < to) {
      int written = exponent(bytes, at, to);
      if (written == Integer.MIN_VALUE) {
        return false;
      }
      exponent += written;
    }
    boolean exact = count <= DIGITS_MAX && digits <= EXACT && Math.abs(exponent) < POWERS.length;
    if (!exact) {
      return fallback(bytes, from, to);
    }
    double magnitude = exponent < 0 ? digits / POWERS[-exponent] : digits * POWERS[exponent];
    value = negative ? -magnitude : magnitude;
    return true;
  }

  private static int exponent(byte[] bytes, int start, int to) {
    int at = start;
    if ((bytes[at] | 0x20) != 'e' || ++at >= to) {
      return Integer.MIN_VALUE;
    }
    boolean negative = bytes[at] == '-';
    if (negative || bytes[at] == '+') {
      at++;
    }
    if (at >= to) {
      return Integer.MIN_VALUE;
    }
    int exponent = 0;
    for (; at < to; at++) {
      int digit = bytes[at] - '0';
      if (digit < 0 || digit > 9) {
        return Integer.MIN_VALUE;
      }
      exponent = Math.min(exponent * 10 + digit, 100_000);
    }
    return negative ? -exponent : exponent;
  }

  private boolean word(byte[] bytes, int from, int start, int to) {
    if (is(bytes, start, to, "nan")) {
      value = Double.NaN;
      return start == from;
    }
    if (is(bytes, start, to, "inf") || is(bytes, start, to, "infinity")) {
      value = bytes[from] == '-' ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
      return true;
    }
    return false;
  }

  private static boolean is(byte[] bytes, int from, int to, String lowerCase) {
    if (to - from != lowerCase.length()) {
      return false;
    }
    for (int i = 0; i < lowerCase.length(); i++) {
      if ((bytes[from + i] | 0x20) != lowerCase.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private boolean hexadecimal(byte[] bytes, int from, int start, int to) {
    for (int at = start; at < to; at++) {
      boolean allowed =
          Character.digit(bytes[at], 16) >= 0 || "pP.+-".indexOf(bytes[at] & 0xff) >= 0;
      if (!allowed) {
        return false;
      }
    }
    return fallback(bytes, from, to);
  }

  private boolean fallback(byte[] bytes, int from, int to) {
    try {
      value = Double.parseDouble(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1));
      return true;
    } catch (NumberFormatException e) {
      value = Double.NaN;
      return false;
    }
  }
}
