package dev.ripcord.postgres;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What a database URL asks of each session beside the place and the login.
 *
 * @param options arguments for the server process, as {@code -c search_path=app}; the server reads
 *     them
 * @param application the {@code application_name}
 * @param certificate PEM file that says who logs in; present together with the key
 * @param key PEM file of its key
 */
public record SessionOptions(
    Optional<String> options,
    Optional<String> application,
    Optional<Path> certificate,
    Optional<Path> key) {
  /** Nothing but what the server says. */
  static final SessionOptions NONE =
      new SessionOptions(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  /** A name of Ripcord's own, with the one that was asked for behind it. */
  public String named(String own) {
    return application.map(name -> own + " (" + name + ")").orElse(own);
  }
}
