package dev.ripcord.cli.watch;

import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.plan.ReleaseResolver;
import dev.ripcord.cli.wiring.Assembly;
import dev.ripcord.cli.wiring.EventLoops;
import dev.ripcord.cli.wiring.JournalDatabase;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.Settings;
import dev.ripcord.engine.context.WatchedService;
import dev.ripcord.engine.rollback.RollbackPlanning;
import dev.ripcord.port.Clocks;
import dev.ripcord.port.Control;
import dev.ripcord.port.Journal;
import dev.ripcord.release.Release;
import dev.ripcord.rollback.Planned;
import java.util.Optional;

/**
 * Whether a release may be watched at all where a pipeline demands that it could be rolled back.
 */
final class RollbackRequired {
  private final Console console;
  private final EventLoops loops;
  private final Clocks clocks;
  private final Settings settings;

  RollbackRequired(Console console, EventLoops loops, Clocks clocks, Settings settings) {
    this.console = console;
    this.loops = loops;
    this.clocks = clocks;
    this.settings = settings;
  }

  /**
   * Prints every reason why it could not be, if there is one. A release that is watched already
   * goes on: it was let in.
   */
  boolean holds(ServiceSettings service, Control.Announcement announcement) {
    Assembly assembly = new Assembly(console, loops, clocks, settings);
    try {
      Journal journal = assembly.journal(JournalDatabase.Sharing.JOIN);
      String release = announcement.release();
      if (!announcement.retry() && journal.find(service.name(), release).await().isPresent()) {
        return true;
      }
      WatchedService made = assembly.service(service);
      Release subject =
          ReleaseResolver.of(
              journal, made, service, Optional.of(release), announcement.previousImage());
      Planned planned =
          new RollbackPlanning(journal, made).plan(subject, made.terms().policy()).await();
      if (planned instanceof Planned.Impossible impossible) {
        console
            .err()
            .println(
                "✖ release %s %s; --require-rollback refuses it. It is not watched"
                    .formatted(release, impossible.reason()));
        impossible
            .refusals()
            .forEach(
                each ->
                    console
                        .err()
                        .println(
                            "  %s: %s. Next: %s".formatted(each.code(), each.text(), each.next())));
        return false;
      }
      return true;
    } finally {
      assembly.close();
    }
  }
}
