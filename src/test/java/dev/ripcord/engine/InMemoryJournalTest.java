package dev.ripcord.engine;

import dev.ripcord.port.Journal;
import dev.ripcord.port.JournalContract;

/** The journal of the tests keeps what the real one keeps. */
final class InMemoryJournalTest extends JournalContract {
  private final Journal journal = new InMemoryJournal();

  @Override
  protected Journal journal() {
    return journal;
  }

  @Override
  protected Journal another() {
    return journal;
  }
}
