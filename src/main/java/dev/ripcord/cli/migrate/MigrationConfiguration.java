package dev.ripcord.cli.migrate;

import dev.ripcord.cli.console.Choice;
import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.Configuration;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.UsageException;
import dev.ripcord.cli.migrate.context.MigrateOptions;
import dev.ripcord.config.AlertSettings;
import dev.ripcord.config.MigrationSettings;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.Settings;
import dev.ripcord.release.Secret;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The migrations that the configuration names, for {@code migrate} when options and environment do
 * not.
 */
final class MigrationConfiguration {
  private final Console console;
  private Optional<Settings> loaded = Optional.empty();
  private boolean asked;

  MigrationConfiguration(Console console) {
    this.console = console;
  }

  /**
   * The migrations of the service that is meant: the named one, the only one, or the one with the
   * folder or the database that is named. Empty when none is.
   */
  Optional<MigrationSettings> settings(CommonOptions common, MigrateOptions options) {
    if (!asked) {
      loaded = new Configuration(console).load(common);
      asked = true;
    }
    if (options.service != null) {
      return Optional.of(named(options.service));
    }
    List<ServiceSettings> services =
        loaded.stream()
            .flatMap(settings -> settings.services().values().stream())
            .filter(service -> service.migrations().isPresent())
            .toList();
    boolean named = options.dir != null || options.databaseUrl != null;
    List<ServiceSettings> found =
        services.size() > 1 && named
            ? services.stream().filter(service -> isMeant(service, options)).toList()
            : services;
    if (found.size() > 1) {
      throw new UsageException(
          "several services have migrations: "
              + found.stream().map(each -> each.name().text()).collect(Collectors.joining(", "))
              + ". Say which: --service NAME");
    }
    return found.stream().findFirst().flatMap(ServiceSettings::migrations);
  }

  private MigrationSettings named(String name) {
    Settings settings =
        loaded.orElseThrow(
            () ->
                new UsageException(
                    "service " + name + " is not known: the configuration cannot be used"));
    return Choice.of(settings, Optional.of(name))
        .migrations()
        .orElseThrow(
            () ->
                new UsageException(
                    "service "
                        + name
                        + " has no migrations: set services."
                        + name
                        + ".migrations"));
  }

  private static boolean isMeant(ServiceSettings service, MigrateOptions options) {
    MigrationSettings migrations = service.migrations().orElseThrow();
    boolean folder =
        options.dir != null
            && migrations
                .dir()
                .map(MigrationConfiguration::plain)
                .equals(Optional.of(plain(options.dir)));
    boolean database =
        options.databaseUrl != null
            && migrations.database().map(Secret::reveal).equals(Optional.of(options.databaseUrl));
    return folder || database;
  }

  private static Path plain(Path path) {
    return path.toAbsolutePath().normalize();
  }

  /** The folder of what is kept on this machine; the usual one where no configuration was read. */
  Path data() {
    return loaded.map(Settings::data).orElse(Path.of("data"));
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
