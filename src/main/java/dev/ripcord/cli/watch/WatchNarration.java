package dev.ripcord.cli.watch;

import dev.ripcord.port.Observer;
import dev.ripcord.port.Recorded;
import java.util.List;

/**
 * One watch, printed entry by entry whoever writes them: an entry is printed once, though the
 * journal is read again and again.
 */
final class WatchNarration {
  private final Observer teller;
  private final JournalReplay replay;
  private long seen;

  /**
   * Has told nothing yet.
   *
   * @param before the entries that the teller knows already
   */
  WatchNarration(Observer teller, List<Recorded> before) {
    this.teller = teller;
    this.replay = new JournalReplay(teller);
    before.forEach(replay::know);
    this.seen = before.isEmpty() ? 0 : before.getLast().id();
  }

  Observer teller() {
    return teller;
  }

  /** Prints what is new among the entries of the watch. */
  void narrate(List<Recorded> entries) {
    for (Recorded recorded : entries) {
      if (recorded.id() > seen) {
        seen = recorded.id();
        replay.narrate(recorded);
      }
    }
  }
}
