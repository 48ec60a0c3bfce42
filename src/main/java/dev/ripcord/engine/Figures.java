package dev.ripcord.engine;

import dev.ripcord.watch.Counts;
import dev.ripcord.watch.Reading;
import dev.ripcord.watch.Sample;
import java.util.Locale;

/** The figures of a poll in one line. */
final class Figures {
  private Figures() {}

  /** Such as {@code 0.4% (5 of 1240)}, or why there is none. */
  static String line(Sample sample, Reading reading) {
    Counts counts = sample.counts().orElse(Counts.NONE);
    if (counts.requests() > 0) {
      return String.format(
          Locale.ROOT,
          "%.1f%% (%d of %d)",
          counts.errorRate() * 100,
          counts.errors(),
          counts.requests());
    }
    return reading.why();
  }
}
