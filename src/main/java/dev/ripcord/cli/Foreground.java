package dev.ripcord.cli;

import dev.ripcord.alert.Alerts;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.Settings;
import dev.ripcord.engine.Service;
import dev.ripcord.engine.Supervisor;
import dev.ripcord.engine.Terms;
import dev.ripcord.port.Clocks;
import dev.ripcord.port.Control.Announcement;
import dev.ripcord.port.Control.WatchStatus;
import dev.ripcord.port.Control.Wish;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Journal.WatchRow;
import dev.ripcord.port.Observer;
import dev.ripcord.port.Recorded;
import dev.ripcord.postgres.PostgresJournal;
import dev.ripcord.release.Release;
import dev.ripcord.rollback.Planned;
import dev.ripcord.rollback.Policy;
import dev.ripcord.watch.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Watches one release in the foreground and tells its story; the work of {@code watch} and {@code
 * rollback}. A watch that was cut off goes on, one that has ended gives its end again.
 */
final class Foreground {
  private static final long HEARTBEAT_MILLIS = 60_000;

  private final Console console;
  private final Clocks clocks;
  private final Settings settings;
  private final Look look;

  /**
   * How it looks.
   *
   * @param format text or JSON
   * @param paint marks and colours
   */
  record Look(OutputFormat format, Paint paint) {}

  Foreground(Console console, Clocks clocks, Settings settings, Look look) {
    this.console = console;
    this.clocks = clocks;
    this.settings = settings;
    this.look = look;
  }

  /**
   * What is wanted.
   *
   * @param announcement which release
   * @param alertOnly why nothing may be rolled back
   * @param rollback who wants it rolled back at once
   * @param scope what goes back
   * @param report where the report goes
   */
  record Wanted(
      Announcement announcement,
      Optional<String> alertOnly,
      Optional<String> rollback,
      Policy.Scope scope,
      Optional<Path> report) {}

  /** Watches; gives how it ended. */
  Outcome watch(ServiceSettings service, Wanted wanted) {
    Announcement announcement = wanted.announcement();
    Assembly assembly = new Assembly(console, clocks, settings);
    Interruption interruption = Interruption.around(console, assembly);
    try {
      PostgresJournal journal = assembly.journal(Memory.Sharing.JOIN);
      Alerts alerts = assembly.alerts(journal, (channel, outcome) -> {});
      Optional<WatchRow> known = journal.find(service.name(), announcement.release()).await();
      List<Recorded> before =
          known.isPresent() ? journal.entries(known.get().id()).await() : List.of();
      AtomicLong said = new AtomicLong(clocks.nanos().getAsLong());
      Observer teller = teller(before, known, said);
      Supervisor supervisor =
          assembly.supervisor(
              journal,
              List.of(scoped(assembly.service(service), wanted.scope())),
              List.of(teller, new Waking(alerts)));
      WatchStatus status = supervisor.announce(announcement, wanted.alertOnly()).await();
      interruption.watching(supervisor, status.row());
      if (status.row().endedAt().isEmpty()) {
        ready(supervisor, status.row());
        heartbeat(assembly, said);
        wanted
            .rollback()
            .ifPresent(by -> supervisor.ask(status.row().id(), Wish.ROLLBACK, by, Duration.ZERO));
      }
      WatchRow ended = supervisor.ended(status.row().id()).await();
      List<Recorded> entries = journal.entries(ended.id()).await();
      if (known.filter(r -> r.endedAt().isPresent()).isPresent() && !announcement.retry()) {
        again(ended, entries);
      }
      Report.of(ended, entries).write(settings, wanted.report(), console);
      interruption.over();
      return conclude(ended);
    } finally {
      interruption.over();
      assembly.close();
    }
  }

  private Observer teller(List<Recorded> before, Optional<WatchRow> known, AtomicLong said) {
    if (look.format() == OutputFormat.JSON) {
      Lines lines = new Lines(text -> print(text, said));
      lines.know(before);
      return lines;
    }
    Story story =
        new Story(
            look.paint(),
            ZoneId.systemDefault(),
            clocks.wall()::instant,
            text -> print(text, said));
    if (known.isPresent() && known.get().endedAt().isEmpty()) {
      story.resumed(known.get().charter(), Report.of(known.get(), before).polls());
      before.forEach(
          r -> {
            if (r.entry() instanceof Entry.Planned planned) {
              story.plan(planned.plan());
            } else if (r.entry() instanceof Entry.Ran ran) {
              story.ranBefore(r.at(), ran.event());
            }
          });
    }
    return story;
  }

  private void print(String text, AtomicLong said) {
    said.set(clocks.nanos().getAsLong());
    console.out().println(text);
  }

  private static Service scoped(Service service, Policy.Scope scope) {
    Terms terms = service.terms();
    return new Service(
        service.name(),
        new Terms(
            terms.rules(),
            terms.interval(),
            terms.warmUp(),
            terms.bake(),
            terms.policy().with(scope),
            terms.sessionsKnown(),
            terms.backups()),
        service.probe(),
        service.platform(),
        service.schema());
  }

  /** Says at the start whether it could be rolled back, and why not. */
  private void ready(Supervisor supervisor, WatchRow row) {
    Release release = row.charter().release();
    if (row.charter().alertOnly().isPresent() || look.format() == OutputFormat.JSON) {
      return;
    }
    Planned planned = supervisor.plan(release, Policy.Scope.BOTH).await();
    String line =
        switch (planned) {
          case Planned.Possible possible ->
              look.paint().ok()
                  + " can be rolled back: "
                  + Words.count(possible.plan().downs(), "down migration", "down migrations")
                  + ", previous image present";
          case Planned.Impossible impossible ->
              look.paint().alert()
                  + " could not be rolled back now: "
                  + impossible.refusals().getFirst().text()
                  + ". Next: "
                  + impossible.refusals().getFirst().next();
        };
    console
        .out()
        .println(Words.clock(clocks.wall().instant(), ZoneId.systemDefault()) + " " + line);
  }

  /** A line at least every minute, so that nobody thinks it hangs. */
  private void heartbeat(Assembly assembly, AtomicLong said) {
    assembly
        .vertx()
        .setPeriodic(
            HEARTBEAT_MILLIS / 4,
            t -> {
              long idle = clocks.nanos().getAsLong() - said.get();
              if (idle > TimeUnit.MILLISECONDS.toNanos(HEARTBEAT_MILLIS)) {
                said.set(clocks.nanos().getAsLong());
                console.err().println("still watching");
              }
            });
  }

  /** A watch that had ended before tells its end again. */
  private void again(WatchRow ended, List<Recorded> entries) {
    if (look.format() == OutputFormat.JSON) {
      Lines lines = new Lines(console.out()::println);
      entries.stream().filter(r -> r.entry() instanceof Entry.Finished).forEach(lines::recorded);
      return;
    }
    console
        .out()
        .println(
            "release "
                + ended.charter().release().name()
                + " was watched before; its end stands (anew: --retry)");
  }

  private Outcome conclude(WatchRow ended) {
    Outcome outcome = ended.outcome().orElseThrow();
    if (look.format() == OutputFormat.TEXT) {
      Paint paint = look.paint();
      String mark =
          switch (outcome) {
            case HEALTHY, ROLLED_BACK -> paint.ok();
            case ROLLED_BACK_UNHEALTHY, FAILED, CONDEMNED -> paint.cross();
            case INCONCLUSIVE, ABORTED, SUPERSEDED -> paint.alert();
          };
      Duration took = Duration.between(ended.charter().startedAt(), ended.endedAt().orElseThrow());
      console
          .out()
          .println(
              mark
                  + " "
                  + outcome.text()
                  + " after "
                  + Words.duration(took)
                  + ": "
                  + Words.firstLine(ended.text().orElse(""))
                  + ". Exit code "
                  + outcome.exitCode());
    }
    return outcome;
  }
}
