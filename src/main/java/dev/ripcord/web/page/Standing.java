package dev.ripcord.web.page;

import dev.ripcord.health.HealthReading;
import dev.ripcord.port.Control.ServiceStatus;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchState.Phase;
import java.util.Optional;

/** Where a service stands in the order in which people should look at them: the worst first. */
enum Standing {
  /** In breach, being rolled back, waiting for an approval, or left bad by its last release. */
  BAD(0),
  WARNING(1),
  UNKNOWN(2),
  /** Healthy, and a release of it is under watch. */
  RELEASE(3),
  HEALTHY(4);

  private final int place;

  Standing(int place) {
    this.place = place;
  }

  static Standing of(ServiceStatus status) {
    if (isLeftBad(status) || isIn(status, Phase.ROLLING_BACK) || isIn(status, Phase.ASKING)) {
      return BAD;
    }
    return switch (kind(status)) {
      case BREACH -> BAD;
      case WARNING -> WARNING;
      case UNKNOWN -> UNKNOWN;
      case HEALTHY -> status.watch().isPresent() ? RELEASE : HEALTHY;
    };
  }

  /** By what rows are put in order: texts that compare as the services stand. */
  static String order(ServiceStatus status) {
    return of(status).place + ":" + status.service();
  }

  /** What the last poll meant; unknown before the first. */
  static HealthReading.Kind kind(ServiceStatus status) {
    return status.reading().map(HealthReading::kind).orElse(HealthReading.Kind.UNKNOWN);
  }

  static boolean isIn(ServiceStatus status, Phase phase) {
    return status.watch().filter(watch -> watch.phase() == phase).isPresent();
  }

  /** How the last release ended, where no newer one is under watch. */
  static Optional<Outcome> left(ServiceStatus status) {
    return status.watch().isPresent()
        ? Optional.empty()
        : status.last().flatMap(last -> last.row().outcome());
  }

  static boolean isLeftBad(ServiceStatus status) {
    return left(status).filter(outcome -> Mark.of(outcome) == Mark.BAD).isPresent();
  }
}
