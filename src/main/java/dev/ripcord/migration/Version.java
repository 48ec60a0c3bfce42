package dev.ripcord.migration;

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

  /** The digits without the zeros that stand before the first other one. */
  private String digits() {
    int first = 0;
    while (first < text.length() - 1 && text.charAt(first) == '0') {
      first++;
    }
    return text.substring(first);
  }

  @Override
  public int compareTo(Version other) {
    String mine = digits();
    String theirs = other.digits();
    return mine.length() == theirs.length()
        ? mine.compareTo(theirs)
        : Integer.compare(mine.length(), theirs.length());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Version version && digits().equals(version.digits());
  }

  @Override
  public int hashCode() {
    return digits().hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
