package dev.ripcord.cli.watch;

import dev.ripcord.health.HealthReading;
import dev.ripcord.health.Measure;
import dev.ripcord.health.Sample;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Observer;
import dev.ripcord.port.Recorded;
import dev.ripcord.release.ServiceName;
import dev.ripcord.watch.Watch;
import dev.ripcord.watch.WatchEvent;
import dev.ripcord.watch.WatchSpec;
import dev.ripcord.watch.WatchState;
import dev.ripcord.watch.WatchStats;
import java.time.Duration;
import java.util.Optional;

/** Tells entries of the journal as if they happened now: what a poll meant is judged once more. */
final class JournalReplay {
  private static final Observer NOBODY =
      new Observer() {
        @Override
        public void polled(
            ServiceName service, Sample sample, HealthReading reading, int streak, Duration took) {}

        @Override
        public void recorded(Recorded recorded) {}
      };

  private final Observer teller;
  private Optional<WatchSpec> charter = Optional.empty();
  private WatchState state = Watch.start();
  private Duration jumped = Duration.ZERO;

  JournalReplay(Observer teller) {
    this.teller = teller;
  }

  void tell(Recorded recorded) {
    teller.recorded(recorded);
    follow(recorded, teller);
  }

  /** An entry that the teller knows already. */
  void know(Recorded recorded) {
    follow(recorded, NOBODY);
  }

  private void follow(Recorded recorded, Observer to) {
    switch (recorded.entry()) {
      case Entry.Opened opened -> {
        charter = Optional.of(opened.charter());
        state = Watch.start();
        jumped = Duration.ZERO;
      }
      case Entry.Watched watched ->
          charter.ifPresent(c -> watched(recorded, c, watched.event(), to));
      case Entry.Planned planned -> {}
      case Entry.Refused refused -> {}
      case Entry.Ran ran -> {}
      case Entry.ClockJumped clock -> jumped = jumped.plus(clock.by());
      case Entry.Finished finished -> {}
    }
  }

  private void watched(Recorded recorded, WatchSpec known, WatchEvent event, Observer to) {
    state = new Watch(known).on(state, event, recorded.at().minus(jumped)).next();
    WatchStats tally = state.tally();
    if (event instanceof WatchEvent.Sampled sampled
        && tally.sample().equals(Optional.of(sampled.sample()))) {
      int streak = tally.streak(Measure.ERROR_RATE, known.rules().breaches());
      to.polled(
          recorded.service(), sampled.sample(), tally.last().orElseThrow(), streak, Duration.ZERO);
    }
  }
}
