package dev.ripcord.engine.rollback;

import dev.ripcord.health.Counts;
import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Judge;
import dev.ripcord.health.Liveness;
import dev.ripcord.health.Measure;
import dev.ripcord.health.Rules;
import dev.ripcord.health.Sample;
import dev.ripcord.rollback.RunEvent;

/** What the polls say of the previous image once it is back. For one event loop. */
final class SwitchedImage {
  private final Rules rules;
  private final Judge judge;
  private Counts carried = Counts.NONE;
  private boolean answered;

  SwitchedImage(Rules rules) {
    this.rules = rules;
    this.judge = new Judge(rules);
  }

  /** Nothing of before counts. */
  void begin() {
    carried = Counts.NONE;
  }

  /** A poll of it. Silence counts for nothing until the first answer: it is starting. */
  RunEvent.Checked checked(Sample sample) {
    Judge.Judgement judgement = judge.judge(sample, carried);
    carried = judgement.carried();
    answered |= sample.liveness() != Liveness.SILENT;
    return new RunEvent.Checked(
        health(judgement.reading()),
        SampleFormat.line(sample, judgement.reading(), rules.threshold()));
  }

  /**
   * Healthy only where the error rate was measured and is, and nothing else that may act is bad.
   */
  private RunEvent.Health health(HealthReading reading) {
    HealthReading.Kind rate =
        reading.measures().getOrDefault(Measure.ERROR_RATE, HealthReading.Kind.UNKNOWN);
    boolean bad =
        reading.kind() == HealthReading.Kind.BREACH
            || rate == HealthReading.Kind.BREACH
            || rate == HealthReading.Kind.WARNING;
    if (bad) {
      return answered ? RunEvent.Health.BREACH : RunEvent.Health.UNKNOWN;
    }
    return rate == HealthReading.Kind.HEALTHY ? RunEvent.Health.HEALTHY : RunEvent.Health.UNKNOWN;
  }
}
