package dev.ripcord.config;

import dev.ripcord.release.Secret;
import dev.ripcord.release.ServiceName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * The whole configuration, resolved: environment filled in, paths made absolute, defaults in place.
 *
 * @param file where it was read from; empty when there is no file
 * @param data the folder of the embedded PostgreSQL, reports and backups
 * @param database the URL of the PostgreSQL that holds the journal; empty for the embedded one
 * @param listen where the daemon listens
 * @param token what writing over HTTP needs; required when listening on another address than
 *     loopback
 * @param alerts where alerts are sent
 * @param retention how long samples are kept
 * @param services the watched services by name
 * @param warnings what is allowed and yet deserves a look, for people
 */
public record Settings(
    Optional<Path> file,
    Path data,
    Optional<Secret> database,
    Listen listen,
    Optional<Secret> token,
    AlertSettings alerts,
    Duration retention,
    SortedMap<ServiceName, ServiceSettings> services,
    List<String> warnings) {
  /** Copies the warnings. */
  public Settings {
    warnings = List.copyOf(warnings);
  }
}
