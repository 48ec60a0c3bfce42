package dev.ripcord.report;

import java.util.List;
import java.util.OptionalDouble;

/** Values of one measure as a row of bars, one character each; what is not known is a gap. */
public final class Sparkline {
  private static final String LEVELS = "▁▂▃▄▅▆▇█";

  private Sparkline() {}

  /**
   * The bars of some values.
   *
   * @param full the value that fills a bar; larger ones fill it too
   */
  public static String of(List<OptionalDouble> values, double full) {
    StringBuilder bars = new StringBuilder();
    values.forEach(value -> bars.append(bar(value, full)));
    return bars.toString();
  }

  /** The bar of one value; a blank where it is not known. */
  public static char bar(OptionalDouble value, double full) {
    return value.isEmpty() ? ' ' : LEVELS.charAt(level(value.getAsDouble(), full));
  }

  private static int level(double value, double full) {
    int top = LEVELS.length() - 1;
    return full > 0 ? (int) Math.clamp(Math.round(value / full * top), 0L, top) : 0;
  }
}
