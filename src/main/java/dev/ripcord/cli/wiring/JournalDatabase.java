package dev.ripcord.cli.wiring;

import dev.ripcord.config.Settings;
import dev.ripcord.port.JournalException;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.embedded.EmbeddedServer;
import java.util.Optional;

/**
 * Where the journal is: a PostgreSQL of the user's own, or the embedded one in the data folder.
 *
 * @param database how to connect
 * @param server the embedded one, where this process began or joined it
 */
public record JournalDatabase(Database database, Optional<EmbeddedServer> server) {
  /** What a command does when another process runs the embedded server. */
  public enum Sharing {
    /** Refuses: there is one daemon for a data folder. */
    ALONE,
    /** Joins it. */
    JOIN
  }

  /** Opens it; blocks for as long as a server needs to start. */
  static JournalDatabase open(Settings settings, Sharing sharing) {
    if (settings.database().isPresent()) {
      return new JournalDatabase(Database.of(settings.database().get()), Optional.empty());
    }
    EmbeddedServer server;
    try {
      server = EmbeddedServer.start(settings.data());
    } catch (JournalException e) {
      if (!e.isLeaseHeld() || sharing == Sharing.ALONE) {
        throw e;
      }
      server = EmbeddedServer.attach(settings.data());
    }
    return new JournalDatabase(Database.of(server.url("postgres")), Optional.of(server));
  }

  /** Stops what this process began. */
  void close() {
    server.ifPresent(EmbeddedServer::stop);
  }
}
