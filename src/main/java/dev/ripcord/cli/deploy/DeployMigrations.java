package dev.ripcord.cli.deploy;

import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.migrate.context.ExitException;
import dev.ripcord.cli.migrate.context.Forecasts;
import dev.ripcord.cli.migrate.context.MigrateAlarm;
import dev.ripcord.cli.migrate.context.MigrateContext;
import dev.ripcord.cli.migrate.context.MigrateOptions;
import dev.ripcord.cli.migrate.context.MigrateReport;
import dev.ripcord.cli.migrate.context.TlsNotice;
import dev.ripcord.cli.wiring.EventLoops;
import dev.ripcord.cli.wiring.MigrationLimits;
import dev.ripcord.cli.wiring.ToolFolder;
import dev.ripcord.config.MigrationSettings;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.proof.StoredProof;
import dev.ripcord.migration.risk.Forecast;
import dev.ripcord.migration.risk.GradePolicy;
import dev.ripcord.migration.selection.MigrationSelection;
import dev.ripcord.migration.selection.PendingSelection;
import dev.ripcord.migration.statement.Grade;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.migrate.MigrationRunner;
import dev.ripcord.postgres.migrate.execution.MigrationOutcome;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
            console,
            loops,
            alarm,
            new TlsNotice(console),
            (common, options) -> settings,
            () -> Path.of("data"));
    this.release = release;
  }

  /** Why there is nothing to migrate here; empty where there is. */
  Optional<String> unconfigured() {
    return settings.isPresent()
        ? Optional.empty()
        : Optional.of(
            tool.map(name -> name + " runs the migrations").orElse("no migrations are configured"));
  }

  String release() {
    return release;
  }

  /** Compares the folder with the database. */
  void read() {
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
  }

  /** What {@code migrate verify} has found of downs. */
  List<StoredProof> proofs() {
    return run(step -> {}, MigrationRunner::proofs);
  }

  /** Grades what is pending, by what it will do to the database as it stands. */
  Map<MigrationFile, Grade> risks() {
    if (stage1.isEmpty()) {
      return Map.of();
    }
    Forecast forecast = Forecasts.read(tools.loops().vertx(), database());
    Map<MigrationFile, Grade> risks = new LinkedHashMap<>();
    stage1.forEach(file -> risks.put(file, forecast.run(file.script()).risk()));
    return risks;
  }

  /** What each grade needs here. */
  GradePolicy policy() {
    return settings.orElseThrow().policy();
  }

  private <T> T run(Consumer<MigrationOutcome.Step> progress, MigrateContext.Work<T> work) {
    MigrationSettings configured = settings.orElseThrow();
    return tools.withRunner(
        database(),
        ToolFolder.of(configured, configured.dir()),
        MigrationLimits.of(MigrateContext.SCHEMA, settings),
        progress,
        work);
  }

  private Database database() {
    return Database.of(settings.orElseThrow().database().orElseThrow());
  }

  /** What is pending before the code; after {@link #read}. */
  List<MigrationFile> stage1() {
    return stage1;
  }

  /** What waits until after the code. */
  List<String> stage2() {
    return stage2.stream().map(MigrationFile::label).toList();
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
