package dev.ripcord.migration;

import java.math.BigInteger;

/**
 * The version of a migration. It keeps the digits as they were written ({@code 01}) and compares as
 * a number ({@code 01} equals {@code 1}).
 *
 * @param text decimal digits only, at least one
 */
public record Version(String text) implements Comparable<Version> {
  /** Checks that there are digits only. */
  public Version {
    if (!isValid(text)) {
      throw new IllegalArgumentException("\"" + text + "\" is not a version: digits are needed");
    }
  }

  /** Whether a text is a version. */
  public static boolean isValid(String text) {
    return !text.isEmpty()
        && text.length() <= 40
        && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private BigInteger number() {
    return new BigInteger(text);
  }

  @Override
  public int compareTo(Version other) {
    return number().compareTo(other.number());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Version version && number().equals(version.number());
  }

  @Override
  public int hashCode() {
    return number().hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
