package dev.ripcord.cli.deploy;

import dev.ripcord.cli.console.CommandRunner;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.migrate.context.ExitException;
import dev.ripcord.cli.migrate.context.MigrateAlarm;
import dev.ripcord.cli.report.Reports;
import dev.ripcord.cli.watch.LocalWatch;
import dev.ripcord.cli.wiring.Assembly;
import dev.ripcord.cli.wiring.EventLoops;
import dev.ripcord.cli.wiring.Interruption;
import dev.ripcord.cli.wiring.PipelineTrace;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.Settings;
import dev.ripcord.port.Clocks;
import dev.ripcord.port.Control.Announcement;
import dev.ripcord.release.ImageRef;
import dev.ripcord.rollback.Policy;
import dev.ripcord.watch.Outcome;
import java.io.IOException;
import java.util.Optional;

/**
 * Deploys a release: what could stand in its way is asked first; then backup, migrations of stage
 * 1, image, watch. Each step may be done again, so the same command goes on after a crash.
 */
final class Deploy {
  private final Console console;
  private final EventLoops loops;
  private final Clocks clocks;
  private final Settings settings;
  private final LocalWatch.Look look;
  private final DeployReporter reporter;

  Deploy(Console console, Clocks clocks, Settings settings, LocalWatch.Look look) {
    this.console = console;
    this.loops = new EventLoops(console);
    this.clocks = clocks;
    this.settings = settings;
    this.look = look;
    this.reporter = new DeployReporter(console, look);
  }

  /** Deploys; gives the exit code. */
  int deploy(ServiceSettings service, DeployWanted wanted, boolean withChecklist)
      throws IOException {
    Reports reports = new Reports(console, settings, wanted.places());
    try (loops) {
      int code = run(service, wanted, reports);
      if (withChecklist) {
        reporter.checklist();
      }
      return code;
    } catch (ExitException stop) {
      if (withChecklist) {
        reporter.checklist();
      }
      reporter.stopped(service.name(), wanted.release(), stop);
      notWatched(reports, service, wanted, stop.exitCode(), CommandRunner.message(stop));
      return stop.exitCode();
    } catch (IOException | RuntimeException e) {
      notWatched(reports, service, wanted, ExitCode.FAILED, CommandRunner.message(e));
      throw e;
    }
  }

  /** For build servers; says nothing where the watch was reported already. */
  private void notWatched(
      Reports reports, ServiceSettings service, DeployWanted wanted, int code, String why) {
    reports.notWatched(service.name(), wanted.release(), clocks.wall().instant(), code, why);
  }

  private int run(ServiceSettings service, DeployWanted wanted, Reports reports)
      throws IOException {
    DeployMigrations migrations =
        new DeployMigrations(
            console,
            loops,
            new MigrateAlarm(console, clocks, settings::alerts),
            service,
            wanted.release());
    DeployRules rules = new DeployRules(wanted);
    Optional<ImageRef> before = placed(service, wanted, migrations, reports);
    if (!wanted.watched()) {
      reporter.report(DeployRules.unwatched());
      reporter.report(rules.stage2(migrations.stage2()));
      notWatched(reports, service, wanted, 0, "the image is in place; it was not to be watched");
      return 0;
    }
    Announcement announcement =
        new Announcement(
            service.name(),
            wanted.release(),
            Optional.of(wanted.image()),
            before,
            wanted.bake(),
            wanted.retry(),
            PipelineTrace.of(console));
    Outcome outcome =
        new LocalWatch(console, loops, clocks, settings, look)
            .watch(
                service,
                new LocalWatch.Wanted(
                    announcement,
                    Optional.empty(),
                    Optional.empty(),
                    Policy.Scope.BOTH,
                    reports,
                    Optional.empty()));
    reporter.report(DeployRules.watched(outcome));
    if (outcome == Outcome.HEALTHY) {
      reporter.report(rules.stage2(migrations.stage2()));
    }
    return outcome.exitCode();
  }

  /** Everything up to the new image; gives the one before it. */
  private Optional<ImageRef> placed(
      ServiceSettings service, DeployWanted wanted, DeployMigrations migrations, Reports reports)
      throws IOException {
    Assembly assembly = new Assembly(console, loops, clocks, settings);
    Interruption interruption = Interruption.around(console, assembly);
    interruption.leaving(
        () ->
            notWatched(reports, service, wanted, ExitCode.FAILED, "interrupted before the watch"));
    try {
      return new DeployRun(assembly, settings, service, wanted, migrations, reporter, clocks)
          .place(interruption::standing);
    } catch (RuntimeException e) {
      throw interruption.unlessUnderWay(e);
    } finally {
      assembly.close();
      interruption.over();
    }
  }
}
