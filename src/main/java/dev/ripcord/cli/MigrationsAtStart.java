package dev.ripcord.cli;

import dev.ripcord.config.MigrationEnvironment;
import dev.ripcord.config.MigrationSettings;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.Settings;
import dev.ripcord.migration.Tool;
import dev.ripcord.port.Clocks;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;

/**
 * With {@code RUN_MIGRATIONS=true} the pending stage-1 migrations of every service that names a
 * folder and a database are applied before the daemon watches, as far as the service's policy lets
 * them run by themselves. For development and test; production has a step of its own.
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
          service.migrations().filter(each -> each.tool() == Tool.NATIVE);
      Optional<Path> dir = migrations.flatMap(MigrationSettings::dir);
      if (dir.isPresent() && migrations.get().database().isPresent()) {
        String url = migrations.get().database().get().reveal();
        int code = stage1(settings, migrations, url);
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

  /** The service's own database stands in for the environment's, which would come first. */
  private int stage1(Settings settings, Optional<MigrationSettings> migrations, String url) {
    Console own =
        new Console(
            console.out(), console.err(), Map.of("DATABASE_URL", url), console.interactive());
    CommandLine line =
        MigrateCommand.commandLine(own, clocks, common -> migrations, settings::alerts);
    return Cli.speaking(line, own).execute("stage1", "--by-policy");
  }
}
