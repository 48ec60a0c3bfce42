package dev.ripcord.cli.start;

import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.migrate.context.GatedUp;
import dev.ripcord.cli.migrate.context.MigrateAlarm;
import dev.ripcord.cli.migrate.context.MigrateContext;
import dev.ripcord.cli.migrate.context.MigrateGate;
import dev.ripcord.cli.migrate.context.MigrateOptions;
import dev.ripcord.cli.migrate.context.TlsNotice;
import dev.ripcord.cli.wiring.EventLoops;
import dev.ripcord.config.MigrationEnvironment;
import dev.ripcord.config.MigrationSettings;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.Settings;
import dev.ripcord.port.Clocks;
import java.util.Optional;

/**
 * With {@code RUN_MIGRATIONS=true} the pending stage-1 migrations of every service that names a
 * folder and a database are applied before the daemon watches, whatever the policy by grade says:
 * for development and test. Production has a step of its own, which obeys it.
 */
final class MigrationsAtStart {
  private final Console console;
  private final EventLoops loops;
  private final Clocks clocks;

  MigrationsAtStart(Console console, EventLoops loops, Clocks clocks) {
    this.console = console;
    this.loops = loops;
    this.clocks = clocks;
  }

  /** Applies them; gives the exit code of the first that failed, else 0. */
  int run(Settings settings) throws Exception {
    if (!MigrationEnvironment.of(console.environment()).atStart()) {
      return 0;
    }
    MigrateAlarm alarm = new MigrateAlarm(console, clocks, settings::alerts);
    for (ServiceSettings service : settings.services().values()) {
      Optional<MigrationSettings> migrations =
          service
              .migrations()
              .filter(MigrationSettings::isRunHere)
              .filter(named -> named.dir().isPresent() && named.database().isPresent());
      if (migrations.isEmpty()) {
        continue;
      }
      MigrateContext tools =
          new MigrateContext(
              console,
              loops,
              alarm,
              new TlsNotice(console),
              (common, options) -> migrations,
              settings::data);
      MigrateOptions options = new MigrateOptions();
      options.service = service.name().text();
      GatedUp up = new GatedUp(tools, new CommonOptions(), options);
      int code = tools.exitCode(() -> up.stage1(MigrateGate.Wish.BY_HAND, Optional.empty()));
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
    return 0;
  }
}
