package dev.ripcord.cli.deploy;

import dev.ripcord.cli.console.CommandRunner;
import dev.ripcord.cli.console.UsageException;
import dev.ripcord.cli.deploy.Checklist.Item;
import dev.ripcord.cli.migrate.MigrateBackup;
import dev.ripcord.cli.wiring.Assembly;
import dev.ripcord.cli.wiring.JournalDatabase;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.Settings;
import dev.ripcord.engine.context.WatchedService;
import dev.ripcord.engine.rollback.RollbackPlanning;
import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.risk.GradePolicy;
import dev.ripcord.migration.statement.Grade;
import dev.ripcord.port.Clocks;
import dev.ripcord.port.Journal;
import dev.ripcord.port.Platform;
import dev.ripcord.port.Schema;
import dev.ripcord.port.Unfenced;
import dev.ripcord.release.ImageIdentity;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.rollback.Planned;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The steps of a deploy up to the new image: reads the facts of each, has {@link DeployRules} judge
 * them, and acts. Blocks; for the main thread.
 */
final class DeployRun {
  private final Assembly assembly;
  private final Settings settings;
  private final ServiceSettings service;
  private final DeployWanted wanted;
  private final DeployMigrations migrations;
  private final DeployReporter reporter;
  private final Clocks clocks;
  private final DeployRules rules;
  private Map<MigrationFile, Grade> risks = Map.of();
  private volatile DeployPhase phase = DeployPhase.CHECKS;

  DeployRun(
      Assembly assembly,
      Settings settings,
      ServiceSettings service,
      DeployWanted wanted,
      DeployMigrations migrations,
      DeployReporter reporter,
      Clocks clocks) {
    this.assembly = assembly;
    this.settings = settings;
    this.service = service;
    this.wanted = wanted;
    this.migrations = migrations;
    this.reporter = reporter;
    this.clocks = clocks;
    this.rules = new DeployRules(wanted);
  }

  /**
   * Takes every step; gives the image to go back to.
   *
   * @param standing is given what is printed when a signal ends the deploy
   */
  Optional<ImageRef> place(Consumer<Supplier<String>> standing) throws IOException {
    standing.accept(() -> reporter.interrupted(wanted, phase, migrations.applied()));
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
    ImageRef before = platform.lasting(running).await();
    Release release =
        new Release(
            service.name(),
            wanted.release(),
            Optional.of(wanted.image()),
            Optional.of(before),
            next.id());
    reporter.begin(release);
    Journal journal = assembly.journal(JournalDatabase.Sharing.JOIN);
    reporter.report(rules.condemned(journal.condemnedImages(service.name()).await(), next));
    boolean runs = running.isSameAs(next);
    boolean migrates =
        wanted.migrations() != DeployWanted.Migrations.SKIP && migrations.unconfigured().isEmpty();
    for (DeployStep step : DeployStep.of(runs, migrates)) {
      take(step, made, platform, release, running);
    }
    return runs
        ? journal
            .provedImage(service.name(), Optional.of(running))
            .await()
            .map(proved -> platform.lasting(proved).await())
        : Optional.of(before);
  }

  private void take(
      DeployStep step,
      WatchedService made,
      Platform platform,
      Release release,
      ImageIdentity running)
      throws IOException {
    switch (step) {
      case PRESENCE -> reporter.report(rules.presence(platform.presence(wanted.image()).await()));
      case SIDE_EFFECTS -> reporter.report(rules.sideEffects(platform.sideEffects().await()));
      case SAVEPOINT -> {
        reporter.report(DeployRules.environment(platform.name()));
        made.schema()
            .flatMap(schema -> schema.mark(release.name()).await())
            .ifPresent(line -> reporter.report(StepResult.NOTHING.line("savepoint", line)));
      }
      case LEFT_ALONE -> reporter.report(DeployRules.leftAlone(migrations.unconfigured()));
      case PENDING -> {
        migrations.read();
        reporter.report(rules.pending(migrations.stage1()));
      }
      case PROOF -> reporter.report(rules.proof(migrations.stage1(), migrations.proofs()));
      case RISK -> {
        risks = migrations.risks();
        reporter.report(rules.risk(risks, migrations.policy()));
      }
      case BACKUP -> backup(made, DeployRules.backup(risks, migrations.policy()));
      case STAGE_1 -> {
        phase = DeployPhase.MIGRATIONS;
        migrations.apply(line -> reporter.report(StepResult.NOTHING.line("migration", line)));
        reporter.report(DeployRules.applied(migrations.stage1()));
      }
      case ROLLBACK -> reporter.report(rules.rollback(rollback(made, platform, release)));
      case RUNS_ALREADY -> reporter.report(DeployRules.runsAlready(running));
      case IMAGE -> replace(platform, release);
    }
  }

  /** The plan as it will be when the image is in place. */
  private Planned rollback(WatchedService made, Platform platform, Release release) {
    WatchedService then =
        new WatchedService(
            made.name(),
            made.terms(),
            made.probe(),
            Optional.of(new AsIfPlaced(platform, release.identity().orElseThrow())),
            made.schema());
    return new RollbackPlanning(assembly.journal(JournalDatabase.Sharing.JOIN), then)
        .plan(release, made.terms().policy())
        .await();
  }

  private void backup(WatchedService made, GradePolicy.Backup asked) {
    if (!rules.takesBackup(asked)) {
      reporter.report(rules.withoutBackup(asked));
      return;
    }
    Schema schema = made.schema().orElseThrow();
    String file =
        "%s-%s-%s.dump"
            .formatted(
                made.name(), wanted.release(), MigrateBackup.STAMP.format(clocks.wall().instant()))
            .replaceAll("[^A-Za-z0-9._-]", "_");
    schema
        .backupBlocker()
        .await()
        .ifPresent(blocker -> reporter.report(rules.backupBlocked(asked, blocker)));
    String line =
        schema.backup(made.terms().backups().resolve(file), Unfenced.of(made.name())).await();
    reporter.report(StepResult.NOTHING.line("backup", line).done(Item.BACKUP, line));
  }

  private void replace(Platform platform, Release release) throws IOException {
    try (PausedWatch held = PausedWatch.of(assembly.vertx(), settings, service, wanted.release())) {
      assembly.ending(held::letGo);
      phase = DeployPhase.IMAGE;
      switchTo(platform, release);
      held.keep();
      phase = DeployPhase.PLACED;
    }
  }

  private void switchTo(Platform platform, Release release) {
    try {
      String line =
          platform.switchTo(release, wanted.image(), Unfenced.of(release.service())).await();
      reporter.report(StepResult.NOTHING.line("image", line).done(Item.CODE, line));
    } catch (RuntimeException e) {
      reporter.report(rules.notPlaced(CommandRunner.message(e), migrations.applied()));
    }
  }
}
