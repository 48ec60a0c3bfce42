package dev.ripcord.web.page;

import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Ratio;
import dev.ripcord.health.Rules;
import dev.ripcord.health.Sample;
import dev.ripcord.json.Examples;
import dev.ripcord.port.Control.ServiceStatus;
import dev.ripcord.port.Control.WatchStatus;
import dev.ripcord.release.ServiceName;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchState.Phase;
import java.util.Optional;

/** Services as they stand, for tests. */
final class Services {
  static final Ratio LIMIT = new Ratio(50_000);

  private Services() {}

  /** One that was polled and has no release. */
  static ServiceStatus polled(String name, HealthReading.Kind kind) {
    return of(name, kind, Optional.empty(), Optional.empty());
  }

  /** A healthy one with a release under watch. */
  static ServiceStatus watched(WatchStatus watch) {
    return of("shop", HealthReading.Kind.HEALTHY, Optional.of(watch), Optional.empty());
  }

  /** A healthy one whose last release has ended. */
  static ServiceStatus ended(Outcome outcome) {
    WatchStatus watch =
        new WatchStatus(Examples.ended(16, outcome, "told"), Phase.ENDED, 7, false, "");
    return of("shop", HealthReading.Kind.HEALTHY, Optional.empty(), Optional.of(watch));
  }

  private static ServiceStatus of(
      String name,
      HealthReading.Kind kind,
      Optional<WatchStatus> watch,
      Optional<WatchStatus> last) {
    Sample sample = Examples.sample(1000, kind == HealthReading.Kind.BREACH ? 71 : 4);
    return new ServiceStatus(
        new ServiceName(name),
        Optional.of(sample),
        Optional.of(Examples.reading(kind, sample)),
        kind == HealthReading.Kind.BREACH ? 2 : 0,
        Rules.DEFAULT.breaches(),
        Optional.of(Examples.AT.plusSeconds(30)),
        watch,
        Optional.of(LIMIT),
        Optional.empty(),
        last);
  }
}
