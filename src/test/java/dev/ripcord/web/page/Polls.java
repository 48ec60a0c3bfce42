package dev.ripcord.web.page;

import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Sample;
import dev.ripcord.json.Examples;
import dev.ripcord.port.Journal.StoredSample;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Recorded polls, for tests. */
final class Polls {
  private Polls() {}

  /** A poll at a time. */
  static StoredSample at(Instant time, HealthReading.Kind kind) {
    Sample like =
        kind == HealthReading.Kind.UNKNOWN
            ? Examples.nothing()
            : Examples.sample(1000, kind == HealthReading.Kind.BREACH ? 71 : 4);
    return new StoredSample(Examples.SHOP, Examples.at(like, time), kind);
  }

  /** Some polls in a row, the last one a step before the time of the examples. */
  static List<StoredSample> every(Duration step, int count, HealthReading.Kind kind) {
    List<StoredSample> polls = new ArrayList<>();
    for (int i = count; i > 0; i--) {
      polls.add(at(Examples.AT.minus(step.multipliedBy(i)), kind));
    }
    return polls;
  }
}
