package dev.ripcord.cli.plan;

import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.Configuration;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.wiring.Assembly;
import dev.ripcord.cli.wiring.JournalDatabase;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.Settings;
import dev.ripcord.engine.context.WatchedService;
import dev.ripcord.engine.rollback.RollbackPlanning;
import dev.ripcord.port.Clocks;
import dev.ripcord.port.Journal;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.rollback.Planned;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * A release whose rollback is considered, with what it would be now.
 *
 * @param assembly what the command runs with
 * @param planning asks again
 */
record Considered(
    Assembly assembly,
    ServiceSettings settings,
    WatchedService service,
    RollbackPlanning planning,
    Release release,
    RollbackPlanning.Priced priced) {
  /**
   * Runs a command on the release that its options name, and closes what was opened for it.
   *
   * @param command gives its exit code
   */
  static int with(
      Console console,
      Clocks clocks,
      CommonOptions common,
      ReleaseOptions options,
      ToIntFunction<Considered> command) {
    Optional<Settings> loaded = new Configuration(console).load(common);
    if (loaded.isEmpty()) {
      return ExitCode.USAGE;
    }
    ServiceSettings chosen = options.service(loaded.get());
    Optional<ImageRef> previous = options.previousImage();
    Assembly assembly = new Assembly(console, clocks, loaded.get());
    try {
      return command.applyAsInt(of(assembly, chosen, options.release(), previous));
    } finally {
      assembly.close();
    }
  }

  private static Considered of(
      Assembly assembly,
      ServiceSettings chosen,
      Optional<String> name,
      Optional<ImageRef> previous) {
    Journal journal = assembly.journal(JournalDatabase.Sharing.JOIN);
    WatchedService service = assembly.service(chosen);
    RollbackPlanning planning = new RollbackPlanning(journal, service);
    Release release = ReleaseResolver.of(journal, service, chosen, name, previous);
    return new Considered(
        assembly,
        chosen,
        service,
        planning,
        release,
        planning.priced(release, service.terms().policy()).await());
  }

  /** The plan, or why there is none. */
  Planned planned() {
    return priced.planned();
  }
}
