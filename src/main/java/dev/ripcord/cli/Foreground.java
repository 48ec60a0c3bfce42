package dev.ripcord.cli;

import dev.ripcord.alert.Alerts;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.Settings;
import dev.ripcord.engine.Service;
import dev.ripcord.engine.Supervisor;
import dev.ripcord.port.Clocks;
import dev.ripcord.port.Control.Announcement;
import dev.ripcord.port.Control.WatchStatus;
import dev.ripcord.port.Control.Wish;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Journal.WatchRow;
import dev.ripcord.port.JournalException;
import dev.ripcord.port.Observer;
import dev.ripcord.port.Recorded;
import dev.ripcord.postgres.PostgresJournal;
import dev.ripcord.release.Release;
import dev.ripcord.rollback.Planned;
import dev.ripcord.rollback.Policy;
import dev.ripcord.watch.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Watches one release in the foreground and tells its story; the work of {@code watch} and {@code
 * rollback}. A watch that was cut off goes on, one that has ended gives its end again.
 */
final class Foreground {
  private static final Duration HEARTBEAT = Duration.ofSeconds(60);
  private static final Duration REDRAW = Duration.ofSeconds(1);

  private final Console console;
  private final Clocks clocks;
  private final Settings settings;
  private final Look look;
  private final LiveBlock block;
  private final boolean live;
  private final AtomicLong said;

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
    this.block = new LiveBlock(console.out());
    this.live =
        console.interactive() && look.format() == OutputFormat.TEXT && !look.paint().ascii();
    this.said = new AtomicLong(clocks.nanos().getAsLong());
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
      Optional<Path> report) {
    private Wish wish() {
      return scope == Policy.Scope.BOTH ? Wish.ROLLBACK : Wish.ROLLBACK_IMAGE;
    }
  }

  /** Watches; gives how it ended. */
  Outcome watch(ServiceSettings service, Wanted wanted) throws IOException {
    Announcement announcement = wanted.announcement();
    Assembly assembly = new Assembly(console, clocks, settings);
    Interruption interruption = Interruption.around(console, assembly);
    try {
      PostgresJournal journal = assembly.journal(Memory.Sharing.JOIN);
      assembly.keepJournal(interruption::lost);
      Alerts alerts = assembly.alerts(journal, (channel, outcome) -> {});
      Optional<WatchRow> known = journal.find(service.name(), announcement.release()).await();
      List<Recorded> before =
          known.isPresent() ? journal.entries(known.get().id()).await() : List.of();
      Observer teller = teller(before, known);
      Optional<Supervisor> supervisor =
          supervisor(
              assembly, journal, assembly.service(service), List.of(teller, new Waking(alerts)));
      WatchRow ended =
          supervisor.isPresent()
              ? here(assembly, supervisor.get(), wanted, interruption)
              : there(assembly, journal, wanted, teller, before);
      block.end();
      List<Recorded> entries = journal.entries(ended.id()).await();
      if (known.filter(r -> r.endedAt().isPresent()).isPresent() && !announcement.retry()) {
        again(ended, entries);
      }
      Report.of(ended, entries).write(settings, wanted.report(), console);
      return conclude(ended, jumped(entries), wanted.rollback().isPresent());
    } catch (RuntimeException e) {
      throw interruption.unlessUnderWay(e);
    } finally {
      block.end();
      interruption.over();
      assembly.close();
    }
  }

  /** The engine in this process; empty when the daemon has the lease. */
  private static Optional<Supervisor> supervisor(
      Assembly assembly, PostgresJournal journal, Service service, List<Observer> observers) {
    try {
      return Optional.of(assembly.supervisor(journal, List.of(service), observers));
    } catch (JournalException e) {
      if (e.isLeaseHeld()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private WatchRow here(
      Assembly assembly, Supervisor supervisor, Wanted wanted, Interruption interruption) {
    WatchStatus status = supervisor.announce(wanted.announcement(), wanted.alertOnly()).await();
    interruption.watching(supervisor, status.row());
    if (status.row().endedAt().isEmpty()) {
      ready(supervisor, status.row());
      heartbeat(assembly, supervisor);
      wanted
          .rollback()
          .ifPresent(
              by -> supervisor.ask(status.row().id(), wanted.wish(), by, Duration.ZERO).await());
    }
    return supervisor.ended(status.row().id()).await();
  }

  /** The daemon watches it; this process tells what the journal says. */
  private WatchRow there(
      Assembly assembly,
      PostgresJournal journal,
      Wanted wanted,
      Observer teller,
      List<Recorded> before)
      throws IOException {
    if (wanted.alertOnly().isPresent()) {
      throw new UsageException(
          "another ripcord holds the lease on "
              + wanted.announcement().service()
              + " and would act: ask that one (ripcord abort, POST /api/v1/releases), or stop it");
    }
    console.err().println("the daemon on this journal watches; its story:");
    return new ViaDaemon(assembly.vertx(), settings, journal, before)
        .watch(wanted.announcement(), wanted.rollback(), wanted.wish(), teller);
  }

  private Observer teller(List<Recorded> before, Optional<WatchRow> known) {
    if (look.format() == OutputFormat.JSON) {
      Lines lines = new Lines(this::print);
      lines.know(before);
      return lines;
    }
    Story story =
        new Story(look.paint(), ZoneId.systemDefault(), clocks.wall()::instant, this::print, live);
    if (known.isPresent() && known.get().endedAt().isEmpty()) {
      story.resumed(known.get().charter(), Report.of(known.get(), before).polls());
      before.forEach(
          r -> {
            story.know(r);
            if (r.entry() instanceof Entry.Planned planned) {
              story.plan(planned.plan());
            } else if (r.entry() instanceof Entry.Ran ran) {
              story.ranBefore(r.at(), ran.event());
            }
          });
    }
    return story;
  }

  private void print(String text) {
    said.set(clocks.nanos().getAsLong());
    block.say(text);
  }

  /** Says at the start whether it could be rolled back, and why not. */
  private void ready(Supervisor supervisor, WatchRow row) {
    Release release = row.charter().release();
    if (row.charter().alertOnly().isPresent() || look.format() == OutputFormat.JSON || live) {
      return;
    }
    Planned planned = supervisor.plan(release, Policy.Scope.BOTH).await();
    Paint paint = look.paint();
    String mark = planned instanceof Planned.Possible ? paint.ok() : paint.alert();
    print(
        Words.clock(clocks.wall().instant(), ZoneId.systemDefault())
            + " "
            + mark
            + " "
            + planned.line());
  }

  /** On a terminal the block each second; else a line at least every minute. */
  private void heartbeat(Assembly assembly, Supervisor supervisor) {
    if (live) {
      LivePolls polls = new LivePolls(block, look.paint(), clocks, supervisor);
      supervisor.observe(polls);
      assembly.vertx().setPeriodic(0, REDRAW.toMillis(), t -> polls.draw());
      return;
    }
    assembly.vertx().setPeriodic(1000, t -> beat());
  }

  private void beat() {
    if (clocks.nanos().getAsLong() - said.get() > HEARTBEAT.toNanos()) {
      said.set(clocks.nanos().getAsLong());
      console.err().println("still watching");
    }
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
                + ended.charter().release().shownName()
                + " was watched before; its end stands (anew: --retry)");
  }

  /** How far the clock of the day was set during a watch. */
  private static Duration jumped(List<Recorded> entries) {
    Duration all = Duration.ZERO;
    for (Recorded recorded : entries) {
      if (recorded.entry() instanceof Entry.ClockJumped(Duration by)) {
        all = all.plus(by);
      }
    }
    return all;
  }

  /** Tells the end; who wanted the rollback has what they wanted, and so exit code 0. */
  private Outcome conclude(WatchRow ended, Duration jumped, boolean wanted) {
    Outcome outcome = ended.outcome().orElseThrow();
    int code = wanted && outcome == Outcome.ROLLED_BACK ? 0 : outcome.exitCode();
    if (look.format() == OutputFormat.TEXT) {
      Paint paint = look.paint();
      String mark =
          switch (outcome) {
            case HEALTHY, ROLLED_BACK -> paint.ok();
            case ROLLED_BACK_UNHEALTHY, FAILED, CONDEMNED -> paint.cross();
            case INCONCLUSIVE, ABORTED, SUPERSEDED -> paint.alert();
          };
      Duration took =
          Duration.between(
              ended.charter().startedAt(), ended.endedAt().orElseThrow().minus(jumped));
      console
          .out()
          .println(
              mark
                  + " "
                  + outcome.text()
                  + " after "
                  + Words.duration(took)
                  + ": "
                  + Words.sentence(Words.firstLine(ended.text().orElse("")))
                  + " Exit code "
                  + code);
    }
    return outcome;
  }
}
