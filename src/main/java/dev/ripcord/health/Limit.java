package dev.ripcord.health;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A limit on a measure other than the error rate.
 *
 * @param value seconds or a share, as the measure has it; reaching it is a breach. 0 for a relative
 *     limit that does not hold, since nothing was measured before the release
 * @param act what a breach that lasts may do
 * @param relative how the value follows from what was measured before the release; empty for a
 *     value of its own
 */
public record Limit(double value, Escalation act, Optional<Bound> relative) {
  /** Checks that the limit is above 0, or relative. */
  public Limit {
    if (!(value > 0) && relative.isEmpty()) {
      throw new IllegalArgumentException("a limit must be above 0, and " + value + " is not");
    }
  }

  /** One with a value of its own. */
  public Limit(double value, Escalation act) {
    this(value, act, Optional.empty());
  }

  /** As it is configured; a relative one holds once it is known what it is relative to. */
  public static Limit of(Bound bound, Escalation act) {
    return bound.isRelative()
        ? new Limit(0, act, Optional.of(bound))
        : new Limit(bound.plus(), act);
  }

  /** Whether there is a value to judge by. */
  public boolean holds() {
    return value > 0;
  }

  /** The same, judged by what was measured before the release. */
  Limit against(OptionalDouble before) {
    return relative.isEmpty()
        ? this
        : new Limit(relative.get().value(before).orElse(0), act, relative);
  }

  /**
   * {@code 800 ms}, {@code 380 ms (2x baseline)}, or {@code 2x baseline} where it does not hold.
   */
  public String text(Measure measure) {
    Optional<String> said = relative.map(bound -> bound.text(measure));
    if (!holds()) {
      return said.orElseThrow();
    }
    String own = measure.limitText(value);
    return said.map(text -> own + " (" + text + ")").orElse(own);
  }
}
