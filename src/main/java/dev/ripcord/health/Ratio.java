package dev.ripcord.health;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;

/**
 * An exact share between 0 and 1, in whole millionths: {@code 5%} is 50,000.
 *
 * @param millionths 0 to 1,000,000
 */
public record Ratio(int millionths) implements Comparable<Ratio> {
  private static final int ONE = 1_000_000;

  /** Checks the range. */
  public Ratio {
    if (millionths < 0 || millionths > ONE) {
      throw new IllegalArgumentException(millionths + " millionths is not between 0 and 1,000,000");
    }
  }

  /**
   * Reads {@code 5%}, {@code 0.5%} or {@code 0.05}. A bare number above 1 is refused, since 5 would
   * be 500%.
   *
   * @throws IllegalArgumentException with the rule, when the text is no ratio
   */
  public static Ratio parse(String text) {
    String trimmed = text.strip();
    boolean percent = trimmed.endsWith("%");
    String number = percent ? trimmed.substring(0, trimmed.length() - 1).strip() : trimmed;
    BigDecimal millionths;
    try {
      millionths = new BigDecimal(number).movePointRight(percent ? 4 : 6);
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException("\"" + text + "\" is not a ratio; write 5% or 0.05", e);
    }
    if (millionths.signum() < 0 || millionths.compareTo(BigDecimal.valueOf(ONE)) > 0) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not between 0% and 100%" + (percent ? "" : "; write 5% or 0.05"));
    }
    try {
      return new Ratio(millionths.intValueExact());
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is finer than a millionth, which is as fine as a ratio goes", e);
    }
  }

  /** The least ratio that is not below {@code part} of {@code whole}; 0 of 0 is 0. */
  public static Ratio of(long part, long whole) {
    if (whole <= 0) {
      return new Ratio(0);
    }
    BigDecimal millionths =
        BigDecimal.valueOf(part, -6).divide(BigDecimal.valueOf(whole), 0, RoundingMode.CEILING);
    return new Ratio(millionths.min(BigDecimal.valueOf(ONE)).intValueExact());
  }

  /** The ratio nearest to a share, and at least a millionth. */
  public static Ratio near(double share) {
    return new Ratio(Math.clamp(Math.round(share * ONE), 1, ONE));
  }

  /**
   * Whether {@code part} of {@code whole} is at or above this ratio: exact, nothing is rounded and
   * nothing overflows, whatever a counter says.
   */
  public boolean isReachedBy(long part, long whole) {
    long high = Math.multiplyHigh(part, ONE);
    long limitHigh = Math.multiplyHigh(whole, millionths);
    return high != limitHigh
        ? high > limitHigh
        : Long.compareUnsigned(part * ONE, whole * millionths) >= 0;
  }

  /** As a number from 0 to 1. */
  public double value() {
    return millionths / (double) ONE;
  }

  @Override
  public int compareTo(Ratio other) {
    return Integer.compare(millionths, other.millionths);
  }

  /** As people write it: {@code 5%}, {@code 0.4%}. */
  @Override
  public String toString() {
    BigDecimal percent = BigDecimal.valueOf(millionths, 4).stripTrailingZeros();
    return String.format(Locale.ROOT, "%s%%", percent.toPlainString());
  }
}
