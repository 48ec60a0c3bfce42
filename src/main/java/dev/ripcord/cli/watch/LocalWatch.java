package dev.ripcord.cli.watch;

import dev.ripcord.alert.Alerts;
import dev.ripcord.cli.console.Ansi;
import dev.ripcord.cli.console.CommandRunner;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.console.Format;
import dev.ripcord.cli.console.LiveBlock;
import dev.ripcord.cli.console.OutputFormat;
import dev.ripcord.cli.console.TerminalSize;
import dev.ripcord.cli.console.UsageException;
import dev.ripcord.cli.report.EntryCollector;
import dev.ripcord.cli.report.Reports;
import dev.ripcord.cli.wiring.Assembly;
import dev.ripcord.cli.wiring.EventLoops;
import dev.ripcord.cli.wiring.Interruption;
import dev.ripcord.cli.wiring.JournalDatabase;
import dev.ripcord.cli.wiring.OutboxWaker;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.Settings;
import dev.ripcord.engine.Supervisor;
import dev.ripcord.engine.context.WatchedService;
import dev.ripcord.engine.rollback.RollbackPlanning;
import dev.ripcord.port.Clocks;
import dev.ripcord.port.Control.Announcement;
import dev.ripcord.port.Control.WatchStatus;
import dev.ripcord.port.Control.Wish;
import dev.ripcord.port.Entry;
import dev.ripcord.port.Journal.WatchRow;
import dev.ripcord.port.JournalException;
import dev.ripcord.port.Observer;
import dev.ripcord.port.Recorded;
import dev.ripcord.postgres.journal.PostgresJournal;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.report.WatchReport;
import dev.ripcord.rollback.Planned;
import dev.ripcord.rollback.Policy;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchState.Phase;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;

/**
 * Watches one release in the foreground and prints it; the work of {@code watch} and {@code
 * rollback}. A watch that was cut off goes on, one that has ended gives its end again.
 */
public final class LocalWatch {
  private static final Duration HEARTBEAT = Duration.ofSeconds(60);
  private static final Duration REDRAW = Duration.ofSeconds(1);

  /** How long a journal that is lost while another process watches is tried again. */
  private static final Duration JOURNAL_PATIENCE = Duration.ofSeconds(60);

  private final Console console;
  private final Clocks clocks;
  private final Settings settings;
  private final EventLoops loops;
  private final Look look;
  private final LiveBlock block;
  private final boolean live;
  private final AtomicLong printedAt;
  private Optional<EntryCollector> told = Optional.empty();

  /**
   * How it looks.
   *
   * @param format text or JSON
   * @param paint marks and colours
   */
  public record Look(OutputFormat format, Ansi paint) {}

  public LocalWatch(
      Console console, EventLoops loops, Clocks clocks, Settings settings, Look look) {
    this.console = console;
    this.loops = loops;
    this.clocks = clocks;
    this.settings = settings;
    this.look = look;
    this.block = LiveBlock.of(console, clocks);
    this.live =
        console.interactive() && look.format() == OutputFormat.TEXT && !look.paint().ascii();
    this.printedAt = new AtomicLong(clocks.nanos().getAsLong());
  }

  /**
   * What is wanted.
   *
   * @param announcement which release
   * @param alertOnly why nothing may be rolled back
   * @param rollback who wants it rolled back at once
   * @param scope what goes back
   * @param reports what is reported of it
   * @param record where the polls go, for {@code replay}
   */
  public record Wanted(
      Announcement announcement,
      Optional<String> alertOnly,
      Optional<String> rollback,
      Policy.Scope scope,
      Reports reports,
      Optional<Path> record) {
    private Wish wish() {
      return scope == Policy.Scope.BOTH ? Wish.ROLLBACK : Wish.ROLLBACK_IMAGE;
    }
  }

  /** Watches; gives how it ended. What fails is reported too, as far as the watch had come. */
  public Outcome watch(ServiceSettings service, Wanted wanted) throws IOException {
    try {
      return watched(service, wanted);
    } catch (IOException | RuntimeException e) {
      told.ifPresent(entries -> wanted.reports().brokenOff(entries.entries()));
      wanted
          .reports()
          .notWatched(
              service.name(),
              wanted.announcement().release(),
              clocks.wall().instant(),
              e instanceof UsageException ? ExitCode.USAGE : ExitCode.FAILED,
              CommandRunner.message(e));
      throw e;
    }
  }

  private Outcome watched(ServiceSettings service, Wanted wanted) throws IOException {
    warnOfShortBake(service, wanted.announcement());
    Optional<Followed> followed = Optional.empty();
    OptionalLong lostAt = OptionalLong.empty();
    while (true) {
      Assembly assembly = new Assembly(console, loops, clocks, settings);
      Interruption interruption = Interruption.around(console, assembly);
      String release = wanted.announcement().release();
      interruption.standing(
          () ->
              "interrupted before this process began to watch %s. The same command goes on."
                  .formatted(release));
      Turn turn = new Turn(assembly, interruption, service, wanted, followed);
      try {
        return watch(turn);
      } catch (JournalException e) {
        followed = turn.followed;
        long now = clocks.nanos().getAsLong();
        boolean isLost = followed.isPresent() && !e.isRefused();
        if (!isLost || now - lostAt.orElse(now) > JOURNAL_PATIENCE.toNanos()) {
          throw interruption.unlessUnderWay(e);
        }
        if (lostAt.isEmpty() && !interruption.isUnderWay()) {
          console
              .err()
              .println(
                  "ripcord: the journal does not answer; it is tried for "
                      + JOURNAL_PATIENCE.toSeconds()
                      + " s");
        }
        lostAt = OptionalLong.of(lostAt.orElse(now));
        assembly.vertx().timer(1, TimeUnit.SECONDS).await();
      } catch (RuntimeException e) {
        throw interruption.unlessUnderWay(e);
      } finally {
        block.end();
        interruption.over();
        assembly.close();
      }
    }
  }

  /** Warns at once of what can only end without evidence. */
  private void warnOfShortBake(ServiceSettings service, Announcement announcement) {
    Duration bake = announcement.bake().orElse(service.schedule().bake());
    Duration interval = service.schedule().interval();
    int needed = service.rules().breaches().needed();
    Duration least = service.schedule().warmUp().plus(interval.multipliedBy(needed));
    if (bake.compareTo(least) < 0) {
      console
          .err()
          .println(
              "warning: "
                  + Format.duration(bake)
                  + " are too short to prove anything: "
                  + needed
                  + " healthy polls are needed, and one is made each "
                  + Format.duration(interval)
                  + ". Watch for "
                  + Format.duration(least)
                  + " at least (--for), or poll more often (--interval)");
    }
  }

  /** One try with the journal: where that is lost, another follows. */
  private static final class Turn {
    private final Assembly assembly;
    private final Interruption interruption;
    private final ServiceSettings service;
    private final Wanted wanted;
    private Optional<Followed> followed;

    private Turn(
        Assembly assembly,
        Interruption interruption,
        ServiceSettings service,
        Wanted wanted,
        Optional<Followed> followed) {
      this.assembly = assembly;
      this.interruption = interruption;
      this.service = service;
      this.wanted = wanted;
      this.followed = followed;
    }

    /** What is announced: a watch that was followed already is not begun anew. */
    private Announcement announcement() {
      Announcement given = wanted.announcement();
      return followed.isEmpty()
          ? given
          : new Announcement(
              given.service(),
              given.release(),
              given.image(),
              given.previousImage(),
              given.bake(),
              false,
              given.traceParent());
    }
  }

  /**
   * A watch that another process did, as far as it was told.
   *
   * @param watch its number
   * @param narration what was told of it
   */
  private record Followed(long watch, WatchNarration narration) {}

  private Outcome watch(Turn turn) throws IOException {
    Assembly assembly = turn.assembly;
    Wanted wanted = turn.wanted;
    PostgresJournal journal = assembly.journal(JournalDatabase.Sharing.JOIN);
    assembly.keepJournal(false, turn.interruption::lost); // Its caller waits for an end.
    Alerts alerts = assembly.alerts(journal, (channel, outcome) -> {});
    Announcement announcement = turn.announcement();
    Optional<WatchRow> known = journal.find(turn.service.name(), announcement.release()).await();
    List<Recorded> before =
        known.isPresent() ? journal.entries(known.get().id()).await() : List.of();
    boolean stands = known.filter(row -> stands(row, announcement)).isPresent();
    if (stands && turn.followed.isEmpty()) {
      return ended(known.get(), before, wanted, true);
    }
    WatchNarration narration =
        turn.followed.map(Followed::narration).orElseGet(() -> narration(turn, before, known));
    if (narration.teller() instanceof EntryCollector entries) {
      told = Optional.of(entries);
      turn.interruption.leaving(() -> wanted.reports().brokenOff(entries.entries()));
    }
    if (stands) {
      narration.narrate(before);
      return ended(known.get(), before, wanted, false);
    }
    WatchedService service = assembly.service(turn.service);
    DaemonWatch other = new DaemonWatch(console, assembly.vertx(), settings, journal, narration);
    while (true) {
      if (turn.followed.isPresent()) {
        narration.narrate(journal.entries(turn.followed.get().watch()).await());
      }
      List<Observer> observers = List.of(narration.teller(), new OutboxWaker(alerts::wake));
      // Asked here first: what a verticle opens that does not come to start is closed with it, and
      // that would be the session of the leases.
      Optional<Supervisor> supervisor =
          other.isFree(service.name())
              ? supervisor(assembly, journal, service, observers)
              : Optional.empty();
      Optional<WatchRow> row =
          supervisor.isPresent()
              ? Optional.of(here(turn, journal, service, supervisor.get()))
              : there(turn, journal, service, known, other);
      if (row.isPresent()) {
        return ended(row.get(), journal.entries(row.get().id()).await(), wanted, false);
      }
    }
  }

  private WatchNarration narration(Turn turn, List<Recorded> before, Optional<WatchRow> known) {
    Observer teller = recording(turn.wanted, teller(before, known));
    String release = turn.wanted.announcement().release();
    return new WatchNarration(new EntryCollector(release, before, teller), before);
  }

  /** Whether the stored end is what the caller wants to know. */
  private static boolean stands(WatchRow row, Announcement announcement) {
    Optional<ImageRef> image = row.charter().release().image();
    boolean other =
        announcement.image().isPresent()
            && image.isPresent()
            && !image.equals(announcement.image());
    return row.endedAt().isPresent() && !announcement.retry() && !other;
  }

  private Outcome ended(WatchRow row, List<Recorded> entries, Wanted wanted, boolean again) {
    block.end();
    if (again) {
      again(row, entries);
    }
    return conclude(WatchReport.of(row, entries), wanted);
  }

  /** The engine in this process; empty when the daemon has the lease. */
  private static Optional<Supervisor> supervisor(
      Assembly assembly,
      PostgresJournal journal,
      WatchedService service,
      List<Observer> observers) {
    try {
      return Optional.of(
          assembly.supervisor(journal, List.of(service), observers, Supervisor.Held.FAIL));
    } catch (JournalException e) {
      if (e.isLeaseHeld()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private WatchRow here(
      Turn turn, PostgresJournal journal, WatchedService service, Supervisor supervisor) {
    Wanted wanted = turn.wanted;
    turn.assembly.keepJoinedJournal(turn.interruption::lost);
    UnfinishedRollback.end(
        supervisor,
        turn.announcement(),
        console,
        row -> turn.interruption.watching(supervisor, row));
    WatchStatus status = supervisor.announce(turn.announcement(), wanted.alertOnly()).await();
    turn.interruption.watching(supervisor, status.row());
    if (status.row().endedAt().isEmpty()) {
      boolean rolling = status.phase() == Phase.ROLLING_BACK;
      if (!live && !rolling) {
        ready(journal, service, status.row());
      }
      heartbeat(turn.assembly, supervisor);
      wanted
          .rollback()
          .filter(by -> !rolling)
          .ifPresent(
              by -> supervisor.ask(status.row().id(), wanted.wish(), by, Duration.ZERO).await());
    }
    return supervisor.ended(status.row().id()).await();
  }

  /** Another process watches it; this one prints what the journal says. Empty when it is gone. */
  private Optional<WatchRow> there(
      Turn turn,
      PostgresJournal journal,
      WatchedService service,
      Optional<WatchRow> known,
      DaemonWatch other)
      throws IOException {
    Wanted wanted = turn.wanted;
    if (wanted.alertOnly().isPresent()) {
      throw new UsageException(
          "another ripcord holds the lease on "
              + wanted.announcement().service()
              + " and would act: ask that one (ripcord abort, POST /api/v1/releases), or stop it");
    }
    Optional<WatchRow> watch =
        turn.followed.isPresent()
            ? journal.watch(turn.followed.get().watch()).await()
            : other.begin(turn.announcement(), known);
    if (watch.isEmpty()) {
      return Optional.empty();
    }
    WatchRow row = watch.get();
    boolean first = turn.followed.isEmpty();
    turn.followed = Optional.of(new Followed(row.id(), other.narration()));
    turn.interruption.following(row);
    if (first && row.endedAt().isEmpty()) {
      List<Recorded> entries = journal.entries(row.id()).await();
      other.narration().narrate(entries);
      if (WatchReport.of(row, entries).steps().isEmpty()) {
        ready(journal, service, row);
      }
      if (wanted.rollback().isPresent()) {
        other.rollBack(row, wanted.wish(), wanted.rollback().get());
      }
    }
    return other.follow(row, this::beat);
  }

  private Observer teller(List<Recorded> before, Optional<WatchRow> known) {
    if (look.format() == OutputFormat.JSON) {
      JsonReporter lines = new JsonReporter(this::print);
      lines.know(before);
      return lines;
    }
    TextReporter story =
        new TextReporter(
            look.paint(),
            ZoneId.systemDefault(),
            clocks.wall()::instant,
            this::print,
            live ? TextReporter.Told.BESIDE_BLOCK : TextReporter.Told.WITHOUT_ENDING);
    if (known.isPresent() && known.get().endedAt().isEmpty()) {
      story.resumed(before, WatchReport.of(known.get(), before).polls().size());
    }
    return story;
  }

  private static Observer recording(Wanted wanted, Observer teller) {
    return wanted.record().<Observer>map(file -> PollRecorder.to(file, teller)).orElse(teller);
  }

  private void print(String text) {
    printedAt.set(clocks.nanos().getAsLong());
    block.print(text);
  }

  /** Prints at the start whether it could be rolled back, and why not. */
  private void ready(PostgresJournal journal, WatchedService service, WatchRow row) {
    Release release = row.charter().release();
    if (row.charter().alertOnly().isPresent() || look.format() == OutputFormat.JSON) {
      return;
    }
    Planned planned =
        new RollbackPlanning(journal, service).plan(release, service.terms().policy()).await();
    Ansi paint = look.paint();
    String mark = planned instanceof Planned.Possible ? paint.ok() : paint.alert();
    print(
        Format.clock(clocks.wall().instant(), ZoneId.systemDefault())
            + " "
            + mark
            + " "
            + planned.line());
  }

  /** On a terminal the block each second; else a line at least every minute. */
  private void heartbeat(Assembly assembly, Supervisor supervisor) {
    if (live) {
      IntSupplier columns = new TerminalSize(console.environment());
      LivePolls polls = new LivePolls(block, look.paint(), columns, clocks, supervisor);
      supervisor.observe(polls);
      assembly.vertx().setPeriodic(0, REDRAW.toMillis(), t -> polls.draw());
      return;
    }
    assembly.vertx().setPeriodic(1000, t -> beat());
  }

  private void beat() {
    if (clocks.nanos().getAsLong() - printedAt.get() > HEARTBEAT.toNanos()) {
      printedAt.set(clocks.nanos().getAsLong());
      console.err().println("still watching");
    }
  }

  /** A watch that had ended before prints its end again. */
  private void again(WatchRow ended, List<Recorded> entries) {
    if (look.format() == OutputFormat.JSON) {
      JsonReporter lines = new JsonReporter(console.out()::println);
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

  /** Tells the end once; who wanted the rollback has what they wanted, and so exit code 0. */
  private Outcome conclude(WatchReport report, Wanted wanted) {
    Outcome outcome = report.outcome().orElseThrow();
    boolean isDone = wanted.rollback().isPresent() && outcome == Outcome.ROLLED_BACK;
    int code = isDone ? 0 : outcome.exitCode();
    Optional<Path> file = wanted.reports().ended(report, code);
    if (look.format() == OutputFormat.TEXT) {
      new EndingText(look.paint()).lines(report, code, file).forEach(console.out()::println);
    } else {
      file.ifPresent(at -> console.err().println("Report: " + at));
    }
    return outcome;
  }
}
