package dev.ripcord.postgres.journal;

import dev.ripcord.port.Journal;
import dev.ripcord.port.JournalContract;
import org.junit.jupiter.api.AfterEach;

/** The journal in PostgreSQL keeps its contract. */
final class PostgresJournalContractTest extends JournalContract {
  private final JournalRoom room = new JournalRoom();
  private final Journal another = room.another();

  @AfterEach
  void close() {
    room.close();
  }

  @Override
  protected Journal journal() {
    return room.journal;
  }

  @Override
  protected Journal another() {
    return another;
  }
}
