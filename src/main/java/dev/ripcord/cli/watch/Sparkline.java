package dev.ripcord.cli.watch;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalDouble;

/** The last values of one measure as a row of bars; a value that is not known is a gap. */
final class Sparkline {
  private static final int BARS = 12;
  private static final String LEVELS = "▁▂▃▄▅▆▇█";

  private final Deque<OptionalDouble> values = new ArrayDeque<>();

  /** One more value, at the right end. */
  void add(OptionalDouble value) {
    values.addLast(value);
    if (values.size() > BARS) {
      values.removeFirst();
    }
  }

  /**
   * The bars, filled up with blanks to a fixed width.
   *
   * @param full the value that fills a bar; larger ones fill it too
   */
  String bars(double full) {
    StringBuilder bars = new StringBuilder();
    for (OptionalDouble value : values) {
      bars.append(value.isEmpty() ? ' ' : LEVELS.charAt(level(value.getAsDouble(), full)));
    }
    return bars.toString() + " ".repeat(BARS - values.size());
  }

  private static int level(double value, double full) {
    int top = LEVELS.length() - 1;
    return full > 0 ? (int) Math.clamp(Math.round(value / full * top), 0L, top) : 0;
  }

  /** The largest of the values; 0 when none is known. */
  double max() {
    return values.stream().flatMapToDouble(OptionalDouble::stream).max().orElse(0);
  }
}
