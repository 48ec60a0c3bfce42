package dev.ripcord.config;

import dev.ripcord.release.Secret;
import dev.ripcord.release.ServiceName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;

/**
 * The whole configuration, resolved: environment filled in, paths made absolute, defaults in place.
 *
 * @param file where it was read from; empty when there is no file
 * @param data the folder of the embedded PostgreSQL, reports and backups
 * @param database the URL of the PostgreSQL that holds the journal; empty for the embedded one
 * @param journalAway what becomes of a watch while that database does not answer
 * @param listen where the daemon listens
 * @param access who may read and write over HTTP; some token is required when listening on another
 *     address than loopback
 * @param alerts where alerts are sent
 * @param retention how long samples are kept
 * @param services the watched services by name
 * @param warnings what is allowed and yet deserves a look, for people
 */
public record Settings(
    Optional<Path> file,
    Path data,
    Optional<Secret> database,
    JournalAway journalAway,
    Listen listen,
    AccessSettings access,
    AlertSettings alerts,
    Duration retention,
    SortedMap<ServiceName, ServiceSettings> services,
    List<String> warnings) {
  public Settings {
    warnings = List.copyOf(warnings);
  }

  /** The same with other services. */
  public Settings withServices(SortedMap<ServiceName, ServiceSettings> others) {
    return new Settings(
        file, data, database, journalAway, listen, access, alerts, retention, others, warnings);
  }

  /** What becomes of a watch while the database of the journal does not answer. */
  public enum JournalAway {
    /** It stands still. */
    WAIT,
    /** It goes on, and what happens is written to a file in the data folder until then. */
    LOCAL_FILE;

    /** As the configuration spells it: {@code local-file}. */
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }
}
