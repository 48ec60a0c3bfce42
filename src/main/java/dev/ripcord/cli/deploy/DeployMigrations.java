package dev.ripcord.cli.deploy;

import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.console.Format;
import dev.ripcord.cli.migrate.context.ExitException;
import dev.ripcord.cli.migrate.context.Forecasts;
import dev.ripcord.cli.migrate.context.MigrateAlarm;
import dev.ripcord.cli.migrate.context.MigrateContext;
import dev.ripcord.cli.migrate.context.MigrateOptions;
import dev.ripcord.cli.migrate.context.MigrateReport;
import dev.ripcord.cli.wiring.EventLoops;
import dev.ripcord.cli.wiring.ToolFolder;
import dev.ripcord.config.MigrationSettings;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.proof.StoredProof;
import dev.ripcord.migration.proof.Verdict;
import dev.ripcord.migration.risk.Forecast;
import dev.ripcord.migration.risk.GradePolicy;
import dev.ripcord.migration.selection.MigrationSelection;
import dev.ripcord.migration.selection.PendingSelection;
import dev.ripcord.migration.statement.Grade;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.migrate.MigrationRunner;
import dev.ripcord.postgres.migrate.execution.MigrationOutcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The migrations of a service that is deployed. Blocks; for the main thread. */
final class DeployMigrations {
  private final MigrateContext tools;
  private final Optional<MigrationSettings> settings;
  private final Optional<String> tool;
  private final String release;
  private final List<String> applied = new CopyOnWriteArrayList<>();
  private Optional<Folder> folder = Optional.empty();
  private List<MigrationFile> stage1 = List.of();
  private List<MigrationFile> stage2 = List.of();
  private List<StoredProof> proofs = List.of();
  private String known = "";
  private GradePolicy.Backup backup = GradePolicy.Backup.OPTIONAL;

  DeployMigrations(
      Console console,
      EventLoops loops,
      MigrateAlarm alarm,
      ServiceSettings service,
      String release) {
    this.tool = service.migrations().filter(m -> !m.isRunHere()).map(m -> m.tool().text());
    this.settings =
        service
            .migrations()
            .filter(m -> m.isRunHere() && m.dir().isPresent() && m.database().isPresent());
    this.tools =
        new MigrateContext(
            console, loops, alarm, (common, options) -> settings, () -> Path.of("data"));
    this.release = release;
  }

  boolean configured() {
    return settings.isPresent();
  }

  /** Why there is nothing to migrate here. */
  String why() {
    return tool.map(name -> name + " runs the migrations").orElse("no migrations are configured");
  }

  String release() {
    return release;
  }

  /**
   * Compares the folder with the database.
   *
   * @param forwardOnly whether what is irreversible may be applied
   */
  void read(boolean forwardOnly) {
    MigrateOptions options = new MigrateOptions();
    options.dir = settings.orElseThrow().dir().orElseThrow();
    Folder found = tools.folder(new CommonOptions(), options);
    PendingSelection ups =
        new PendingSelection(found, run(step -> {}, MigrationRunner::status).history());
    stage1 =
        switch (ups.stage1()) {
          case MigrationSelection.Chosen<MigrationFile> chosen -> chosen.items();
          case MigrationSelection.Refused<MigrationFile> refused ->
              throw new ExitException(ExitCode.REFUSED, String.join("; ", refused.reasons()));
        };
    stage2 = ups.pending().stream().filter(file -> file.stage() == 2).toList();
    folder = Optional.of(found);
    List<String> oneWay =
        stage1.stream()
            .filter(file -> file.down().isEmpty() || file.header().irreversible().isPresent())
            .map(MigrationFile::label)
            .toList();
    proofs = run(step -> {}, MigrationRunner::proofs);
    if (!oneWay.isEmpty() && !forwardOnly) {
      throw new ExitException(
          ExitCode.REFUSED,
          String.join(", ", oneWay)
              + (oneWay.size() == 1 ? " has" : " have")
              + " no down migration, so the release could not be rolled back: write a down, or"
              + " confirm it: --forward-only");
    }
  }

  /**
   * What is known of the downs, from {@code migrate verify}.
   *
   * @param forwardOnly whether what was found impossible may be applied all the same
   * @return one line for people; empty when some are not verified
   */
  Optional<String> proved(boolean forwardOnly) {
    List<String> verdicts = new ArrayList<>();
    boolean untried = false;
    for (MigrationFile file : stage1) {
      Optional<StoredProof> proof = proofs.stream().filter(p -> p.isOf(file)).findFirst();
      if (proof.filter(p -> p.verdict() == Verdict.IMPOSSIBLE).isPresent() && !forwardOnly) {
        throw new ExitException(
            ExitCode.REFUSED,
            file.label()
                + " was verified and cannot be reverted: ripcord migrate verify says why. Fix its"
                + " down, or confirm it: --forward-only");
      }
      verdicts.add(file.label() + " " + proof.map(StoredProof::text).orElse("not verified yet"));
      untried |= proof.isEmpty();
    }
    known = "reversibility: " + String.join(", ", verdicts);
    return untried ? Optional.empty() : Optional.of(known);
  }

  /** The same whether each was tried or not; after {@link #proved}. */
  String known() {
    return known;
  }

  /**
   * Grades what is pending, by what it will do to the database as it stands, and refuses what the
   * policy does not let run by itself.
   *
   * @param accepted the highest risk that is applied whatever the policy says, where one is named
   * @return one line for people
   */
  String grade(Optional<Grade> accepted) {
    Forecast forecast = Forecasts.read(tools.loops().vertx(), database());
    GradePolicy policy = settings.orElseThrow().policy();
    List<String> graded = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    for (MigrationFile file : stage1) {
      Grade risk = forecast.run(file.script()).risk();
      graded.add(file.label() + " " + risk.text());
      backup = backup.or(policy.rule(risk).backup());
      boolean meant = accepted.filter(most -> risk.compareTo(most) <= 0).isPresent();
      policy
          .against(risk, file.header().reviewer())
          .filter(why -> !meant)
          .ifPresent(why -> refused.add(file.label() + ": " + why));
    }
    if (!refused.isEmpty()) {
      throw new ExitException(
          ExitCode.REFUSED,
          String.join("; ", refused)
              + ". Read what it will do: ripcord migrate check; then run it by hand (ripcord"
              + " migrate stage1 --release "
              + release
              + "), or confirm it: --accept-risk GRADE. The policy is"
              + " services.NAME.migrations.policy");
    }
    return "risk: " + String.join(", ", graded);
  }

  /** What the policy asks of a backup before what was graded. */
  GradePolicy.Backup backup() {
    return backup;
  }

  private <T> T run(Consumer<MigrationOutcome.Step> progress, MigrateContext.Work<T> work) {
    MigrationSettings configured = settings.orElseThrow();
    return tools.withRunner(
        database(), ToolFolder.of(configured, configured.dir()), progress, work);
  }

  private Database database() {
    return Database.of(settings.orElseThrow().database().orElseThrow());
  }

  /** What is pending before the code. */
  List<String> stage1() {
    return stage1.stream().map(MigrationFile::label).toList();
  }

  /** What waits until after the code. */
  List<String> stage2() {
    return stage2.stream().map(MigrationFile::label).toList();
  }

  String line() {
    return stage1.isEmpty()
        ? "no migration of stage 1 is pending"
        : Format.count(stage1.size(), "migration of stage 1 is", "migrations of stage 1 are")
            + " pending: "
            + String.join(", ", stage1());
  }

  /** Applies stage 1; reports each when it is done. */
  void apply(Consumer<String> progress) {
    if (stage1.isEmpty()) {
      return;
    }
    MigrationOutcome outcome =
        run(
            step -> {
              applied.add(step.label());
              progress.accept(
                  step.label()
                      + (step.already()
                          ? " was applied already"
                          : " applied in " + MigrateReport.span(step.took())));
            },
            runner ->
                runner.up(
                    past -> new PendingSelection(folder.orElseThrow(), past).stage1(),
                    tools.note(Optional.of(release)).savepoint("before_schema_add")));
    switch (outcome) {
      case MigrationOutcome.Done done -> {}
      case MigrationOutcome.Refused refused ->
          throw new ExitException(ExitCode.REFUSED, String.join("; ", refused.reasons()));
      case MigrationOutcome.Failed failed ->
          throw new ExitException(
              ExitCode.MIGRATION_FAILED, failed.message() + "\nThe image was not touched.");
    }
  }

  /** What was applied by this command. */
  List<String> applied() {
    return List.copyOf(applied);
  }
}
