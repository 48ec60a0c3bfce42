package dev.ripcord.health;

import java.util.OptionalDouble;

/**
 * Where a limit stands: at a value of its own, or relative to what was measured before the release.
 *
 * @param times how often what was measured before counts, 0 upwards; 0 for a value of its own
 * @param plus what is added to it: seconds or a share, as the measure has it
 */
public record Bound(double times, double plus) {
  /** Checks that it can be above 0. */
  public Bound {
    boolean isLimit = times >= 0 && plus >= 0 && times + plus > 0;
    if (!isLimit || Double.isInfinite(times + plus)) {
      throw new IllegalArgumentException(
          "a limit of " + times + " times the baseline and " + plus + " is none");
    }
  }

  /** Whether it depends on what was measured before the release. */
  public boolean isRelative() {
    return times > 0;
  }

  /**
   * The value; empty where it depends on something that was not measured, or would be 0.
   *
   * @param before what was measured before the release
   */
  public OptionalDouble value(OptionalDouble before) {
    if (!isRelative()) {
      return OptionalDouble.of(plus);
    }
    double value = before.isPresent() ? before.getAsDouble() * times + plus : Double.NaN;
    return value > 0 && Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
  }

  /** As the configuration spells it: {@code 800 ms}, {@code 2x baseline}, {@code baseline + 3%}. */
  public String text(Measure measure) {
    if (!isRelative()) {
      return measure.limitText(plus);
    }
    String baseline = times == 1 ? "baseline" : FigureText.plain(times) + "x baseline";
    return plus == 0 ? baseline : baseline + " + " + measure.limitText(plus);
  }
}
