package dev.ripcord.cli.deploy;

import dev.ripcord.cli.console.CommandRunner;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.console.UsageException;
import dev.ripcord.cli.deploy.Checklist.Item;
import dev.ripcord.cli.migrate.MigrateBackup;
import dev.ripcord.cli.migrate.context.ExitException;
import dev.ripcord.cli.migrate.context.MigrateAlarm;
import dev.ripcord.cli.watch.LocalWatch;
import dev.ripcord.cli.wiring.Assembly;
import dev.ripcord.cli.wiring.EventLoops;
import dev.ripcord.cli.wiring.Interruption;
import dev.ripcord.cli.wiring.JournalDatabase;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.Settings;
import dev.ripcord.engine.context.WatchedService;
import dev.ripcord.migration.risk.GradePolicy;
import dev.ripcord.port.Clocks;
import dev.ripcord.port.Control.Announcement;
import dev.ripcord.port.Journal;
import dev.ripcord.port.Platform;
import dev.ripcord.port.Presence;
import dev.ripcord.port.Schema;
import dev.ripcord.port.Unfenced;
import dev.ripcord.release.ImageIdentity;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.rollback.Policy;
import dev.ripcord.rollback.RevertCommand;
import dev.ripcord.rollback.SideEffects;
import dev.ripcord.watch.Outcome;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Deploys a release: what could stand in its way is asked first; then backup, migrations of stage
 * 1, image, watch. Each step may be done again, so the same command goes on after a crash.
 */
final class Deploy {
  private static final int NEEDS_A_PERSON = Outcome.FAILED.exitCode();

  private final Console console;
  private final EventLoops loops;
  private final Clocks clocks;
  private final Settings settings;
  private final LocalWatch.Look look;
  private final DeployTeller teller;
  private final Checklist checklist = new Checklist();
  private volatile Phase phase = Phase.CHECKS;

  /** What is being done before the watch. */
  enum Phase {
    /** What could stand in the way is asked, and a backup taken: nothing is changed. */
    CHECKS,
    /** Migrations of stage 1 are applied. */
    MIGRATIONS,
    /** The image is put in place. */
    IMAGE,
    /** The image is in place; the watch has not begun. */
    PLACED
  }

  Deploy(Console console, Clocks clocks, Settings settings, LocalWatch.Look look) {
    this.console = console;
    this.loops = new EventLoops(console);
    this.clocks = clocks;
    this.settings = settings;
    this.look = look;
    this.teller = new DeployTeller(console, look);
  }

  /** Deploys; gives the exit code. */
  int deploy(ServiceSettings service, DeployWanted wanted, boolean withChecklist)
      throws IOException {
    try (loops) {
      int code = run(service, wanted);
      if (withChecklist) {
        teller.checklist(checklist);
      }
      return code;
    } catch (ExitException stop) {
      if (withChecklist) {
        teller.checklist(checklist);
      }
      teller.stopped(service.name(), wanted.release(), stop);
      return stop.exitCode();
    }
  }

  private int run(ServiceSettings service, DeployWanted wanted) throws IOException {
    DeployMigrations migrations =
        new DeployMigrations(
            console,
            loops,
            new MigrateAlarm(console, clocks, settings::alerts),
            service,
            wanted.release());
    Optional<ImageRef> before = prepared(service, wanted, migrations);
    if (!wanted.watched()) {
      checklist.open(Item.HEALTH, "--no-health-check");
      checklist.open(Item.WATCH, "--no-health-check");
      teller.done("watch", "not watched, as asked; it runs");
      stage2(migrations);
      return 0;
    }
    Announcement announcement =
        new Announcement(
            service.name(),
            wanted.release(),
            Optional.of(wanted.image()),
            before,
            wanted.bake(),
            wanted.retry());
    Outcome outcome =
        new LocalWatch(console, loops, clocks, settings, look)
            .watch(
                service,
                new LocalWatch.Wanted(
                    announcement,
                    Optional.empty(),
                    Optional.empty(),
                    Policy.Scope.BOTH,
                    wanted.report()));
    if (outcome == Outcome.HEALTHY) {
      checklist.done(Item.HEALTH, "healthy to the end of the bake time");
      checklist.open(Item.WATCH, "goes on where a daemon runs: ripcord start");
      stage2(migrations);
    } else {
      checklist.open(Item.HEALTH, outcome.text());
    }
    return outcome.exitCode();
  }

  /** Everything up to the new image; gives the one before it. */
  private Optional<ImageRef> prepared(
      ServiceSettings service, DeployWanted wanted, DeployMigrations migrations)
      throws IOException {
    Assembly assembly = new Assembly(console, loops, clocks, settings);
    Interruption interruption = Interruption.around(console, assembly);
    interruption.standing(() -> teller.interrupted(wanted, phase, migrations.applied()));
    try {
      WatchedService made = assembly.service(service);
      Platform platform =
          made.platform()
              .orElseThrow(
                  () ->
                      new UsageException(
                          "nothing is configured that could put an image in place: set services."
                              + service.name()
                              + ".platform"));
      ImageIdentity running = platform.running().await();
      ImageIdentity next = platform.identified(wanted.image()).await();
      Optional<ImageRef> before = Optional.of(platform.lasting(running).await());
      Release release =
          new Release(
              service.name(), wanted.release(), Optional.of(wanted.image()), before, next.id());
      teller.begin(release);
      boolean runs = running.isSameAs(next);
      Journal journal = assembly.journal(JournalDatabase.Sharing.JOIN);
      if (!wanted.retry()
          && journal.condemnedImages(service.name()).await().stream().anyMatch(next::isSameAs)) {
        throw new ExitException(
            ExitCode.REFUSED,
            wanted.image() + " was rolled back before: build a new image, or confirm it: --retry");
      }
      if (!runs) {
        present(platform, wanted.image());
        sideEffects(platform);
      }
      checklist.done(Item.ENVIRONMENT, "platform " + platform.name() + " answers, image present");
      mark(made, release);
      migrate(migrations, made, wanted);
      if (runs) {
        teller.done("image", running + " runs already");
        checklist.done(Item.CODE, running + " runs");
        return journal
            .provedImage(service.name(), Optional.of(running))
            .await()
            .map(proved -> platform.lasting(proved).await());
      }
      try (PausedWatch held =
          PausedWatch.of(assembly.vertx(), settings, service, wanted.release())) {
        assembly.ending(held::letGo);
        phase = Phase.IMAGE;
        switchTo(platform, release, migrations);
        held.keep();
        phase = Phase.PLACED;
      }
      return before;
    } catch (RuntimeException e) {
      throw interruption.unlessUnderWay(e);
    } finally {
      assembly.close();
      interruption.over();
    }
  }

  private void present(Platform platform, ImageRef image) {
    switch (platform.presence(image).await()) {
      case Presence.Absent absent ->
          throw new ExitException(
              ExitCode.REFUSED,
              image + " cannot be put in place: " + absent.why() + ". Bring it there first");
      case Presence.Present present ->
          teller.done(
              "present",
              image + " is present" + (present.detail().isEmpty() ? "" : ", " + present.detail()));
      case Presence.Unknown unknown ->
          teller.done("present", image + ": not checked, " + unknown.why());
    }
  }

  /** What else would be lost or broken: refused, or said. */
  private void sideEffects(Platform platform) {
    SideEffects effects = platform.sideEffects().await();
    if (!effects.blockers().isEmpty()) {
      throw new ExitException(
          ExitCode.REFUSED,
          String.join("; ", effects.blockers())
              + ". Remove what depends on it, deploy again, and create it anew afterwards. Nothing"
              + " was changed");
    }
    effects.warnings().forEach(warning -> teller.done("warning", warning));
  }

  /** Where another tool stands before the release, so that a rollback knows where to go. */
  private void mark(WatchedService made, Release release) {
    made.schema()
        .flatMap(schema -> schema.mark(release.name()).await())
        .ifPresent(line -> teller.done("savepoint", line));
  }

  private void migrate(DeployMigrations migrations, WatchedService made, DeployWanted wanted) {
    if (wanted.migrations() == DeployWanted.Migrations.SKIP || !migrations.configured()) {
      String why = migrations.configured() ? "--skip-migrate" : migrations.why();
      teller.done("migrations", "left alone: " + why);
      checklist.open(Item.STAGE_1, why);
      return;
    }
    migrations.read(wanted.forwardOnly());
    boolean none = migrations.stage1().isEmpty();
    teller.done("migrations", migrations.line());
    if (wanted.migrations() == DeployWanted.Migrations.MANUAL && !none) {
      throw new ExitException(
          ExitCode.PENDING,
          migrations.line()
              + ", and --manual-migrate leaves them to you: ripcord migrate stage1 --release "
              + wanted.release()
              + ", then the same command again");
    }
    if (!none) {
      proof(migrations.proved(wanted.forwardOnly()), migrations.known());
      teller.done("risk", migrations.grade(wanted.accepted()));
    }
    backup(made, wanted, migrations.backup());
    phase = Phase.MIGRATIONS;
    migrations.apply(step -> teller.done("migration", step));
    checklist.done(Item.STAGE_1, none ? "nothing was pending" : migrations.line());
  }

  /** Whether the downs were tried on a copy before, and what came of it. */
  private void proof(Optional<String> proved, String known) {
    if (proved.isPresent()) {
      teller.done("proof", proved.get());
      checklist.done(Item.SCRIPTS, "tried on a copy of the database");
      checklist.done(Item.ROLLBACK, proved.get());
      return;
    }
    teller.done("proof", known + ". Verify: ripcord migrate verify");
    checklist.open(Item.SCRIPTS, "verify them on a copy: ripcord migrate verify");
    checklist.open(Item.ROLLBACK, "not all are verified: ripcord migrate verify");
  }

  private void backup(WatchedService made, DeployWanted wanted, GradePolicy.Backup asked) {
    boolean required = asked == GradePolicy.Backup.REQUIRED;
    if (!wanted.backup() && !required) {
      boolean better = asked == GradePolicy.Backup.RECOMMENDED;
      String why = better ? "recommended and not asked for: --backup" : "not asked for: --backup";
      checklist.open(Item.BACKUP, why);
      if (better) {
        teller.done("backup", "no backup is taken; the policy recommends one: --backup");
      }
      return;
    }
    Schema schema = made.schema().orElseThrow();
    String file =
        "%s-%s-%s.dump"
            .formatted(
                made.name(), wanted.release(), MigrateBackup.STAMP.format(clocks.wall().instant()))
            .replaceAll("[^A-Za-z0-9._-]", "_");
    Optional<String> blocker = schema.backupBlocker().await();
    if (blocker.isPresent()) {
      throw new ExitException(
          ExitCode.REFUSED,
          (required ? "the policy requires a backup, and " : "")
              + "no backup can be taken: "
              + blocker.get()
              + ". Nothing was changed");
    }
    String line =
        schema.backup(made.terms().backups().resolve(file), Unfenced.of(made.name())).await();
    teller.done("backup", line);
    checklist.done(Item.BACKUP, line);
  }

  private void switchTo(Platform platform, Release release, DeployMigrations migrations) {
    try {
      String line =
          platform
              .switchTo(release, release.image().orElseThrow(), Unfenced.of(release.service()))
              .await();
      teller.done("image", line);
      checklist.done(Item.CODE, line);
    } catch (RuntimeException e) {
      String ahead =
          migrations.applied().isEmpty()
              ? ""
              : ". The database is ahead of it, which the image before can live with: "
                  + String.join(", ", migrations.applied())
                  + "; to take that back "
                  + RevertCommand.ofRelease(release.name());
      throw new ExitException(
          NEEDS_A_PERSON, "the image was not put in place: " + CommandRunner.message(e) + ahead);
    }
  }

  private void stage2(DeployMigrations migrations) {
    List<String> open = migrations.stage2();
    if (open.isEmpty()) {
      checklist.done(Item.STAGE_2, "nothing to remove");
      return;
    }
    String line =
        "stage 2 is open now: "
            + String.join(", ", open)
            + ", needs an approval: ripcord migrate stage2 --approved-by NAME --release "
            + migrations.release();
    checklist.open(Item.STAGE_2, "waits for an approval");
    teller.next(line);
  }
}
