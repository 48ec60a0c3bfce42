package dev.ripcord.cli.wiring;

import dev.ripcord.config.Settings;
import dev.ripcord.port.JournalException;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.embedded.EmbeddedServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Where the journal is: a PostgreSQL of the user's own, or the embedded one in the data folder.
 *
 * @param database how to connect
 * @param server the embedded one, where this process began or joined it
 */
public record JournalDatabase(Database database, Optional<EmbeddedServer> server) {
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final int ATTEMPTS_MAX = 300;

  /** What a command does when another process runs the embedded server. */
  public enum Sharing {
    /** Refuses: there is one daemon for a data folder. */
    ALONE,
    /** Joins it. */
    JOIN
  }

  /**
   * Opens it; blocks for as long as a server needs to start. Where another process starts or stops
   * the server just now, its end is waited for.
   */
  static JournalDatabase open(Settings settings, Sharing sharing) {
    if (settings.database().isPresent()) {
      return new JournalDatabase(Database.of(settings.database().get()), Optional.empty());
    }
    EmbeddedServer server = server(settings.data(), sharing);
    return new JournalDatabase(Database.of(server.url("postgres")), Optional.of(server));
  }

  private static EmbeddedServer server(Path data, Sharing sharing) {
    for (int attempt = 1; ; attempt++) {
      try {
        return EmbeddedServer.start(data);
      } catch (JournalException e) {
        if (!e.isLeaseHeld() || sharing == Sharing.ALONE) {
          throw e;
        }
        Optional<EmbeddedServer> joined = EmbeddedServer.attachIfRunning(data);
        if (joined.isPresent()) {
          return joined.get();
        }
        if (attempt == ATTEMPTS_MAX) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  /** Ends the use of what this process began or joined. */
  void close() {
    server.ifPresent(EmbeddedServer::stop);
  }
}
