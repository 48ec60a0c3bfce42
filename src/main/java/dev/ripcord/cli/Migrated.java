package dev.ripcord.cli;

import dev.ripcord.config.AlertSettings;
import dev.ripcord.config.MigrationSettings;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.Settings;
import dev.ripcord.release.Secret;
import java.util.List;
import java.util.Optional;

/**
 * The migrations that the configuration names, for {@code migrate} when options and environment do
 * not.
 */
final class Migrated {
  private final Console console;
  private Optional<Settings> loaded = Optional.empty();

  Migrated(Console console) {
    this.console = console;
  }

  /** The only service's migrations; empty when none is configured. */
  Optional<MigrationSettings> settings(CommonOptions options) {
    loaded = new Configuration(console).load(options);
    List<MigrationSettings> found =
        loaded.stream()
            .flatMap(s -> s.services().values().stream())
            .map(ServiceSettings::migrations)
            .flatMap(Optional::stream)
            .toList();
    if (found.size() > 1) {
      throw new UsageException(
          "several services have migrations: name the folder and database with --dir and"
              + " --database-url");
    }
    return found.stream().findFirst();
  }

  /** The configuration's channels where it was asked for the database, else the environment's. */
  AlertSettings alerts() {
    Optional<Secret> slack =
        Optional.ofNullable(console.environment().get("SLACK_WEBHOOK_URL"))
            .filter(url -> !url.isBlank())
            .map(Secret::new);
    return loaded
        .map(Settings::alerts)
        .orElseGet(() -> new AlertSettings(slack, Optional.empty(), Optional.empty()));
  }
}
