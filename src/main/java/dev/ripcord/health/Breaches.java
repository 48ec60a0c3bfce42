package dev.ripcord.health;

/**
 * How many breaches condemn: {@code 3} (three in a row) or {@code 3 of 5} (three of the last five
 * decided polls).
 *
 * @param needed 1 to {@code of}
 * @param of at most 20
 */
public record Breaches(int needed, int of) {
  /** Checks the ranges. */
  public Breaches {
    if (needed < 1 || of < needed || of > 20) {
      throw new IllegalArgumentException(
          "breaches " + needed + " of " + of + ": write 3, or 3 of 5 (at most of 20)");
    }
  }

  /**
   * Reads {@code 3} or {@code 3 of 5}.
   *
   * @throws IllegalArgumentException with the rule, when the text is neither
   */
  public static Breaches parse(String text) {
    String[] parts = text.strip().split("\\s+of\\s+", -1);
    if (parts.length > 2) {
      throw new IllegalArgumentException("\"" + text + "\" is not a count; write 3, or 3 of 5");
    }
    try {
      int needed = Integer.parseInt(parts[0].strip());
      return new Breaches(needed, parts.length == 2 ? Integer.parseInt(parts[1].strip()) : needed);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("\"" + text + "\" is not a count; write 3, or 3 of 5", e);
    }
  }

  @Override
  public String toString() {
    return needed == of ? Integer.toString(needed) : needed + " of " + of;
  }
}
