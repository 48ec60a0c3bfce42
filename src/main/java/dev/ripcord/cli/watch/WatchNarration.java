package dev.ripcord.cli.watch;

import dev.ripcord.port.Observer;
import dev.ripcord.port.Recorded;
import java.util.List;

/**
 * The story of one watch, told entry by entry whoever writes them: an entry is told once, though
 * the journal is read again and again.
 */
final class WatchNarration {
  private final Observer teller;
  private final JournalReplay retold;
  private long seen;

  /**
   * Has told nothing yet.
   *
   * @param before the entries that the teller knows already
   */
  WatchNarration(Observer teller, List<Recorded> before) {
    this.teller = teller;
    this.retold = new JournalReplay(teller);
    before.forEach(retold::know);
    this.seen = before.isEmpty() ? 0 : before.getLast().id();
  }

  Observer teller() {
    return teller;
  }

  /** Tells what is new among the entries of the watch. */
  void tell(List<Recorded> entries) {
    for (Recorded recorded : entries) {
      if (recorded.id() > seen) {
        seen = recorded.id();
        retold.tell(recorded);
      }
    }
  }
}
