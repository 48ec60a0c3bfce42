package dev.ripcord.cli;

import dev.ripcord.config.MigrationSettings;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.Settings;
import java.util.List;
import java.util.Optional;

/**
 * The migrations that the configuration names, for {@code migrate} when options and environment do
 * not.
 */
final class Migrated {
  private final Console console;

  Migrated(Console console) {
    this.console = console;
  }

  /** The only service's migrations; empty when none is configured. */
  Optional<MigrationSettings> settings(CommonOptions options) {
    Optional<Settings> settings = new Configuration(console).load(options);
    List<MigrationSettings> found =
        settings.stream()
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
}
