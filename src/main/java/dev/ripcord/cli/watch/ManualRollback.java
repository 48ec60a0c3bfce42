package dev.ripcord.cli.watch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.OutputFormat;
import dev.ripcord.cli.plan.PlanText;
import dev.ripcord.cli.plan.ReleaseResolver;
import dev.ripcord.cli.plan.RevertCostText;
import dev.ripcord.cli.report.ReportOptions;
import dev.ripcord.cli.report.Reports;
import dev.ripcord.cli.wiring.Assembly;
import dev.ripcord.cli.wiring.EventLoops;
import dev.ripcord.cli.wiring.JournalDatabase;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.Settings;
import dev.ripcord.engine.context.WatchedService;
import dev.ripcord.engine.rollback.RollbackPlanning;
import dev.ripcord.json.Json;
import dev.ripcord.json.PlanJson;
import dev.ripcord.port.Clocks;
import dev.ripcord.port.Control.Announcement;
import dev.ripcord.port.Journal;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.rollback.Planned;
import dev.ripcord.rollback.Policy;
import dev.ripcord.watch.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** A rollback that a person wants: shows the plan, asks, and has it done and watched. */
final class ManualRollback {
  private final Console console;
  private final Clocks clocks;
  private final Settings settings;
  private final LocalWatch.Look look;

  /**
   * What a person wants.
   *
   * @param release which release; the last one when empty
   * @param previous what to put back; what is known when empty
   * @param scope what goes back
   * @param sure whether not to ask
   */
  record Wanted(
      Optional<String> release, Optional<ImageRef> previous, Policy.Scope scope, boolean sure) {}

  ManualRollback(Console console, Clocks clocks, Settings settings, LocalWatch.Look look) {
    this.console = console;
    this.clocks = clocks;
    this.settings = settings;
    this.look = look;
  }

  /** Rolls back; gives how it ended. */
  Outcome rollBack(ServiceSettings service, Wanted wanted) throws IOException {
    Considered considered = considered(service, wanted);
    if (considered.planned() instanceof Planned.Impossible impossible) {
      refused(considered.release(), impossible);
      return Outcome.FAILED;
    }
    if (!wanted.sure() && !asked()) {
      console.err().println("Nothing was changed. Exit code " + Outcome.ABORTED.exitCode());
      return Outcome.ABORTED;
    }
    Release subject = considered.release();
    Announcement announcement =
        new Announcement(
            service.name(),
            subject.name(),
            subject.image(),
            subject.previousImage(),
            Optional.empty(),
            true);
    String who = console.environment().getOrDefault("USER", "operator");
    try (EventLoops loops = new EventLoops(console)) {
      return new LocalWatch(console, loops, clocks, settings, look)
          .watch(
              service,
              new LocalWatch.Wanted(
                  announcement,
                  Optional.empty(),
                  Optional.of(who),
                  wanted.scope(),
                  new Reports(console, settings, ReportOptions.Places.NONE),
                  Optional.empty()));
    }
  }

  private record Considered(Release release, Planned planned) {}

  /** Shows what would be done, or why it cannot be. */
  private Considered considered(ServiceSettings service, Wanted wanted) {
    Assembly assembly = new Assembly(console, clocks, settings);
    try {
      Journal journal = assembly.journal(JournalDatabase.Sharing.JOIN);
      WatchedService made = assembly.service(service);
      Release subject =
          ReleaseResolver.of(journal, made, service, wanted.release(), wanted.previous());
      Planned planned =
          new RollbackPlanning(journal, made)
              .plan(subject, made.terms().policy().with(wanted.scope()).agreed())
              .await();
      if (look.format() == OutputFormat.TEXT) {
        new PlanText(look.paint(), RevertCostText.NONE)
            .lines(subject, planned)
            .forEach(console.out()::println);
      }
      return new Considered(subject, planned);
    } finally {
      assembly.close();
    }
  }

  /** Nothing was begun, and nothing is written down. */
  private void refused(Release release, Planned.Impossible impossible) {
    if (look.format() == OutputFormat.TEXT) {
      console.out().println("Nothing was changed. Exit code " + Outcome.FAILED.exitCode());
      return;
    }
    console
        .out()
        .println(Json.object().put("event", "refused").setAll(PlanJson.of(release, impossible)));
    ObjectNode finished = Json.object().put("event", "finished");
    finished.put("service", release.service().text()).put("release", release.name());
    finished.put("outcome", Outcome.FAILED.text()).put("exitCode", Outcome.FAILED.exitCode());
    console.out().println(finished.put("text", impossible.line()));
  }

  private boolean asked() {
    console.out().print("Roll back now? [y/N] ");
    console.out().flush();
    try {
      String answer =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
      return answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
    } catch (IOException e) {
      throw new UncheckedIOException("the answer could not be read; pass --yes", e);
    }
  }
}
