package dev.ripcord.cli.start;

import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.migrate.MigrateCommand;
import dev.ripcord.config.MigrationEnvironment;
import dev.ripcord.config.MigrationSettings;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.Settings;
import dev.ripcord.port.Clocks;
import java.nio.file.Path;
import java.util.Optional;

/**
 * With {@code RUN_MIGRATIONS=true} the pending stage-1 migrations of every service that names a
 * folder and a database are applied before the daemon watches, whatever the policy by grade says:
 * for development and test. Production has a step of its own, which obeys it.
 */
final class MigrationsAtStart {
  private final Console console;
  private final Clocks clocks;

  MigrationsAtStart(Console console, Clocks clocks) {
    this.console = console;
    this.clocks = clocks;
  }

  /** Applies them; gives the exit code of the first that failed, else 0. */
  int run(Settings settings) {
    if (!MigrationEnvironment.of(console.environment()).atStart()) {
      return 0;
    }
    for (ServiceSettings service : settings.services().values()) {
      Optional<MigrationSettings> migrations =
          service.migrations().filter(MigrationSettings::isRunHere);
      Optional<Path> dir = migrations.flatMap(MigrationSettings::dir);
      if (dir.isPresent() && migrations.get().database().isPresent()) {
        String name = service.name().text();
        String file = settings.file().orElseThrow().toString();
        int code = MigrateCommand.run(console, clocks, "stage1", "--service", name, "-c", file);
        if (code != 0) {
          console
              .err()
              .println(
                  "ripcord: RUN_MIGRATIONS is set and the migrations of "
                      + service.name()
                      + " did not run; the daemon does not start");
          return code;
        }
      }
    }
    return 0;
  }
}
