package dev.ripcord.report;

import java.time.Instant;

/**
 * One line of the story of a watch.
 *
 * @param at when it happened
 * @param mark what it means; shown together with the words, never alone
 * @param text for people; may hold several lines, and text from outside
 */
public record Moment(Instant at, Mark mark, String text) {
  /** What a moment means. */
  public enum Mark {
    NONE(""),
    GOOD("✔"),
    BAD("✖"),
    ALERT("▲"),
    UNKNOWN("?"),
    BACK("↺");

    private final String sign;

    Mark(String sign) {
      this.sign = sign;
    }

    /** One character, or nothing. */
    public String sign() {
      return sign;
    }
  }

  static Moment plain(Instant at, String text) {
    return new Moment(at, Mark.NONE, text);
  }

  /** Mark and text: {@code ✖ condemned: …}. */
  public String line() {
    return mark == Mark.NONE ? text : mark.sign() + " " + text;
  }
}
