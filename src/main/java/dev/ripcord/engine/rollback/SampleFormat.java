package dev.ripcord.engine.rollback;

import dev.ripcord.health.Counts;
import dev.ripcord.health.FigureText;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Ratio;
import dev.ripcord.health.Sample;

/** The figures of a poll in one line. */
final class SampleFormat {
  private SampleFormat() {}

  /** Such as {@code 0.4% (5 of 1240)}, or why there is none. */
  static String line(Sample sample, HealthReading reading, Ratio limit) {
    Counts counts = sample.counts().orElse(Counts.NONE);
    if (counts.requests() > 0) {
      return FigureText.rateOf(counts, limit);
    }
    return reading.why();
  }
}
