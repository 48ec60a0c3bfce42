package dev.ripcord.cli.watch;

import dev.ripcord.port.Observer;
import dev.ripcord.port.Recorded;
import dev.ripcord.port.WatchProjection;
import java.time.Duration;
import java.util.Optional;

/** Reports entries of the journal as if they happened now, with what each poll meant. */
final class JournalReplay {
  private final Observer teller;
  private Optional<WatchProjection> watch = Optional.empty();

  JournalReplay(Observer teller) {
    this.teller = teller;
  }

  void narrate(Recorded recorded) {
    teller.recorded(recorded);
    know(recorded);
    watch
        .flatMap(WatchProjection::poll)
        .ifPresent(
            poll ->
                teller.polled(
                    recorded.service(),
                    poll.sample(),
                    poll.reading(),
                    poll.streak(),
                    Duration.ZERO));
  }

  /** An entry that the teller knows already. */
  void know(Recorded recorded) {
    watch = WatchProjection.after(watch, recorded);
  }
}
