package dev.ripcord.cli.status;

import dev.ripcord.health.HealthReading.Kind;
import dev.ripcord.health.Ratio;
import dev.ripcord.port.Journal.StoredSample;
import dev.ripcord.port.Journal.WatchRow;
import dev.ripcord.port.WatchProjection;
import dev.ripcord.postgres.migrate.salvage.SalvageEntry;
import dev.ripcord.release.ServiceName;
import dev.ripcord.rollback.RunState;
import dev.ripcord.silence.Silence;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchState;
import dev.ripcord.watch.WatchState.Phase;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * One service as {@code status} shows it.
 *
 * @param threshold the limit of its error rate
 * @param sample its last poll; empty before the first
 * @param watches its last watches, the newest first
 * @param holder which process acts for it; empty where none does
 * @param kept what a stage 2 still keeps of it; empty where that is not known
 * @param unread why it is not known
 * @param silences those that hold for it
 */
record ServiceState(
    ServiceName name,
    Ratio threshold,
    Optional<StoredSample> sample,
    List<Watched> watches,
    Optional<String> holder,
    Optional<List<SalvageEntry>> kept,
    Optional<String> unread,
    List<Silence> silences) {
  /** Who needs somebody most comes first; among equals by name. */
  static final Comparator<ServiceState> WORST_FIRST =
      Comparator.comparingInt(ServiceState::need).thenComparing(state -> state.name().text());

  ServiceState {
    watches = List.copyOf(watches);
    silences = List.copyOf(silences);
  }

  /**
   * A watch and how it stands.
   *
   * @param standing how it stands, by its entries; empty when it has ended
   */
  record Watched(WatchRow watch, Optional<WatchProjection> standing) {
    Optional<WatchState> state() {
      return standing.map(WatchProjection::state);
    }

    String word() {
      return state().map(WatchState::word).orElse("ended");
    }

    /** Whether a person's word is waited for. */
    boolean asks() {
      return state().filter(state -> state.phase() == Phase.ASKING).isPresent()
          || standing
              .flatMap(WatchProjection::run)
              .filter(RunState.Asking.class::isInstance)
              .isPresent();
    }
  }

  /** From 0, a person is waited for, to 8, nothing is wrong. */
  private int need() {
    Optional<Watched> newest = watches.stream().findFirst();
    Optional<Phase> phase = newest.flatMap(Watched::state).map(WatchState::phase);
    if (newest.filter(Watched::asks).isPresent()) {
      return 0;
    }
    if (newest.flatMap(each -> each.watch().outcome()).filter(Outcome.FAILED::equals).isPresent()) {
      return 1;
    }
    if (phase.filter(Phase.ROLLING_BACK::equals).isPresent()) {
      return 2;
    }
    int verdict =
        sample
            .map(StoredSample::verdict)
            .map(
                kind ->
                    switch (kind) {
                      case BREACH -> 3;
                      case WARNING -> 5;
                      case UNKNOWN -> 6;
                      case HEALTHY -> 8;
                    })
            .orElse(8);
    boolean isBad =
        newest
            .flatMap(each -> each.watch().outcome())
            .filter(o -> o == Outcome.CONDEMNED || o == Outcome.ROLLED_BACK_UNHEALTHY)
            .isPresent();
    int least = isBad ? 4 : phase.isPresent() ? 7 : 8;
    return Math.min(verdict, least);
  }

  /** The verdict of its last poll. */
  Optional<Kind> verdict() {
    return sample.map(StoredSample::verdict);
  }
}
