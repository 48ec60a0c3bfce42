package dev.ripcord.engine;

import dev.ripcord.watch.Counts;
import dev.ripcord.watch.FigureText;
import dev.ripcord.watch.Ratio;
import dev.ripcord.watch.Reading;
import dev.ripcord.watch.Sample;

/** The figures of a poll in one line. */
final class Figures {
  private Figures() {}

  /** Such as {@code 0.4% (5 of 1240)}, or why there is none. */
  static String line(Sample sample, Reading reading, Ratio limit) {
    Counts counts = sample.counts().orElse(Counts.NONE);
    if (counts.requests() > 0) {
      return FigureText.rateOf(counts, limit);
    }
    return reading.why();
  }
}
