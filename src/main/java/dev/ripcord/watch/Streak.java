package dev.ripcord.watch;

import dev.ripcord.health.Breaches;

/**
 * The last decided polls of one measure: which breached and which were healthy. A poll that could
 * not be told leaves no mark.
 *
 * @param marks one bit a poll, the newest lowest; 1 is a breach
 */
public record Streak(int marks) {
  static final Streak NONE = new Streak(0);

  /** With one more decided poll. */
  Streak and(boolean breach, Breaches rule) {
    int window = (1 << rule.of()) - 1;
    return new Streak((marks << 1 | (breach ? 1 : 0)) & window);
  }

  /** How many breaches count: in a row up to now, or among the polls looked at. */
  int length(Breaches rule) {
    return rule.needed() == rule.of()
        ? Integer.numberOfTrailingZeros(~marks)
        : Integer.bitCount(marks);
  }

  /** Whether so many breaches condemn. */
  boolean condemns(Breaches rule) {
    return length(rule) >= rule.needed();
  }

  /** Whether a breach came last. */
  boolean isRunning() {
    return (marks & 1) == 1;
  }
}
