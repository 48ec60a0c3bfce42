package dev.ripcord.cli.migrate.context;

import dev.ripcord.cli.console.CommandRunner;
import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.console.PollOptions;
import dev.ripcord.cli.console.ShutdownHook;
import dev.ripcord.cli.console.UsageException;
import dev.ripcord.cli.wiring.EventLoops;
import dev.ripcord.cli.wiring.MigrationLimits;
import dev.ripcord.cli.wiring.SalvageRules;
import dev.ripcord.cli.wiring.ToolFolder;
import dev.ripcord.config.MigrationSettings;
import dev.ripcord.config.ShadowChoice;
import dev.ripcord.migration.Applied;
import dev.ripcord.migration.History;
import dev.ripcord.migration.Tool;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.risk.GradePolicy;
import dev.ripcord.migration.selection.MigrationSelection;
import dev.ripcord.port.SchemaException;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.history.MigrationSetup;
import dev.ripcord.postgres.history.RunMetadata;
import dev.ripcord.postgres.migrate.HistoryAdmin;
import dev.ripcord.postgres.migrate.MigrationRunner;
import dev.ripcord.postgres.migrate.ProgressListener;
import dev.ripcord.postgres.migrate.execution.MigrationOutcome;
import dev.ripcord.postgres.migrate.salvage.StageTwo;
import dev.ripcord.postgres.schema.ToolSchema;
import dev.ripcord.postgres.tool.ManagedToolFiles;
import dev.ripcord.release.ReleaseName;
import dev.ripcord.release.Secret;
import io.vertx.core.Future;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What every migrate subcommand needs: the folder, the database, a runner, and the way from an
 * outcome to words and an exit code.
 *
 * @param console where to write
 * @param loops the event loops of the command
 * @param alarm alerts people of a failure
 * @param tls warns of a connection that may not be encrypted
 * @param configured the migrations of the configuration, where there is one
 * @param data the folder of what is kept on this machine
 */
public record MigrateContext(
    Console console,
    EventLoops loops,
    MigrateAlarm alarm,
    TlsNotice tls,
    BiFunction<CommonOptions, MigrateOptions, Optional<MigrationSettings>> configured,
    Supplier<Path> data) {

  /** The schema of the history in the migrated database. */
  public static final String SCHEMA = "ripcord";

  /** Runs a subcommand as {@link #exitCode} does, and closes its event loops. */
  public int call(Callable<Integer> verb) throws Exception {
    try (loops) {
      return exitCode(verb);
    }
  }

  /** Does something, and turns what goes wrong into words and an exit code. */
  public int exitCode(Callable<Integer> verb) throws Exception {
    try {
      return verb.call();
    } catch (ExitException stop) {
      console.err().println(stop.getMessage());
      return stop.exitCode();
    } catch (SchemaException failure) {
      console.err().println("✖ " + failure.getMessage());
      return ExitCode.FAILED;
    }
  }

  /** Where the folder of migrations is, or would be. */
  public Path dir(CommonOptions common, MigrateOptions options) {
    return Optional.ofNullable(options.dir)
        .or(() -> configured.apply(common, options).flatMap(MigrationSettings::dir))
        .orElseGet(MigrateContext::usual);
  }

  /** The folder where a project has its migrations, unless it is that of Ripcord's own journal. */
  private static Path usual() {
    Path usual = Path.of("migrations");
    if (JournalMigrations.areIn(usual)) {
      throw new ExitException(
          ExitCode.USAGE,
          usual.toAbsolutePath()
              + " holds the migrations of Ripcord's own journal, not yours. Name the folder of"
              + " yours with --dir, or run the command in your project");
    }
    return usual;
  }

  /**
   * The subcommands for another tool's database; empty where Ripcord runs the migrations itself.
   */
  public Optional<ForeignToolCommands> otherTool(CommonOptions common, MigrateOptions options) {
    return rules(common, options)
        .filter(settings -> !settings.isRunHere())
        .map(
            it ->
                new ForeignToolCommands(
                    console,
                    loops,
                    common.json(),
                    new ToolSchema.Means(it.tool(), it.down(), data.get().resolve("programs")),
                    database(common, options)));
  }

  /**
   * The configuration's word on how migrations are run, unless folder and database were both named
   * and so have nothing to do with it.
   */
  private Optional<MigrationSettings> rules(CommonOptions common, MigrateOptions options) {
    return options.service == null && options.dir != null && options.databaseUrl != null
        ? Optional.empty()
        : configured.apply(common, options);
  }

  /** Whose files they are. */
  public Tool tool(CommonOptions common, MigrateOptions options) {
    return rules(common, options).map(MigrationSettings::tool).orElse(Tool.NATIVE);
  }

  /** Refuses a subcommand that would run files which another tool runs. */
  public void needNative(CommonOptions common, MigrateOptions options) {
    Optional<MigrationSettings> settings = rules(common, options);
    if (settings.isPresent() && !settings.get().isRunHere()) {
      throw new ExitException(
          ExitCode.REFUSED,
          "✖ "
              + settings.get().tool().text()
              + " runs the migrations of this service (services.NAME.migrations.tool): set a"
              + " savepoint with \"ripcord migrate savepoint NAME\", then run its own command");
    }
  }

  /** Refuses to say what is applied where another tool's table says it. */
  public void needOwnBooks(CommonOptions common, MigrateOptions options) {
    needNative(common, options);
    String own =
        switch (tool(common, options)) {
          case SQLX -> "_sqlx_migrations, and Ripcord follows it: put that table right";
          case GOLANG_MIGRATE ->
              "schema_migrations, and Ripcord follows it: say \"migrate force VERSION\"";
          case NATIVE, ALEMBIC, FLYWAY, LIQUIBASE -> "";
        };
    if (!own.isEmpty()) {
      throw new ExitException(
          ExitCode.REFUSED,
          "✖ what is applied is recorded by " + tool(common, options).text() + "'s " + own);
    }
  }

  /** Whether who approves must be somebody else than who wrote. */
  public boolean twoPerson(CommonOptions common, MigrateOptions options) {
    return rules(common, options).map(MigrationSettings::twoPerson).orElse(false);
  }

  /** What becomes of what stage 2 drops; told to a report. */
  public StageTwo stageTwo(CommonOptions common, MigrateOptions options, MigrateReport report) {
    return SalvageRules.stageTwo(rules(common, options)).telling(report::kept);
  }

  /** Where downs are proved. */
  public ShadowChoice shadow(CommonOptions common, MigrateOptions options) {
    return rules(common, options).map(MigrationSettings::shadow).orElse(ShadowChoice.AUTO);
  }

  /** What is said and refused before a person's own run. */
  public MigrateGate gate(
      CommonOptions common, MigrateOptions options, Database database, MigrateGate.Wish wish) {
    return new MigrateGate(
        console,
        loops.vertx(),
        database,
        rules(common, options).map(MigrationSettings::policy).orElse(GradePolicy.STANDARD),
        wish,
        new MigrateBackups(Path.of("backups"), alarm.clocks().wall()));
  }

  /** Reads the folder of migrations. */
  public Folder folder(CommonOptions common, MigrateOptions options) {
    return MigrateFiles.folder(dir(common, options), tool(common, options));
  }

  /** The same where there is one that can be read; a down runs without. */
  public Optional<Folder> folderIfAny(CommonOptions common, MigrateOptions options) {
    if (!Files.isDirectory(dir(common, options))) {
      return Optional.empty();
    }
    try {
      return Optional.of(folder(common, options));
    } catch (ExitException unreadable) {
      return Optional.empty();
    }
  }

  /** Reads the folder that all of these files are in. */
  public Folder folderOf(CommonOptions common, MigrateOptions options, List<Path> chosen) {
    Tool tool = tool(common, options);
    List<Path> parents =
        chosen.stream()
            .map(file -> Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file))
            .distinct()
            .toList();
    if (parents.size() != 1) {
      throw new ExitException(
          ExitCode.USAGE, "the files are of several folders; name files of one");
    }
    return MigrateFiles.folder(parents.getFirst(), tool);
  }

  /** Which database: the option, the environment, the configuration. */
  public Database database(CommonOptions common, MigrateOptions options) {
    try {
      return Optional.ofNullable(options.databaseUrl)
          .map(url -> Database.of(new Secret(url)))
          .or(() -> options.service == null ? Optional.empty() : configured(common, options))
          .or(() -> Database.ofEnvironment(console.environment()))
          .or(() -> configured(common, options))
          .map(tls::seen)
          .orElseThrow(
              () ->
                  new ExitException(
                      ExitCode.USAGE,
                      "no database is named: give --database-url, or set DATABASE_URL, or DB_HOST,"
                          + " DB_NAME, DB_USER and DB_PASSWORD"));
    } catch (IllegalArgumentException e) {
      throw new ExitException(ExitCode.USAGE, String.valueOf(e.getMessage()));
    }
  }

  private Optional<Database> configured(CommonOptions common, MigrateOptions options) {
    return configured.apply(common, options).flatMap(MigrationSettings::database).map(Database::of);
  }

  /** Opens a runner for one piece of work and waits for its end. */
  public <T> T withRunner(
      CommonOptions common,
      MigrateOptions options,
      Consumer<MigrationOutcome.Step> progress,
      Work<T> work) {
    return withRunner(
        database(common, options),
        kept(common, options),
        MigrationLimits.of(SCHEMA, rules(common, options)),
        progress,
        work);
  }

  /** What Ripcord runs for another tool. */
  public Optional<ManagedToolFiles> kept(CommonOptions common, MigrateOptions options) {
    return rules(common, options)
        .flatMap(it -> ToolFolder.of(it, Optional.of(dir(common, options))));
  }

  /** The same where it is known which database, and what Ripcord runs there for another tool. */
  public <T> T withRunner(
      Database database,
      Optional<ManagedToolFiles> kept,
      MigrationSetup setup,
      Consumer<MigrationOutcome.Step> progress,
      Work<T> work) {
    MigrateLive live = new MigrateLive(console, System::nanoTime);
    ProgressListener telling =
        new ProgressListener(
            step -> {
              live.clear();
              progress.accept(step);
            },
            live::show);
    try {
      MigrationRunner runner =
          new MigrationRunner(loops.vertx(), database, setup, System::nanoTime, telling);
      T result = work.on(kept.map(runner::keeping).orElse(runner)).await();
      if (result instanceof MigrationOutcome.Failed failed) {
        alarm.failed(loops.vertx(), database, failed);
      }
      return result;
    } finally {
      live.clear();
    }
  }

  /**
   * Reverts what is chosen, once it is agreed what that loses; gives the exit code.
   *
   * @param restore whether what a stage 2 has kept is brought back
   */
  public int down(
      CommonOptions common,
      MigrateOptions options,
      boolean acceptLoss,
      boolean restore,
      Function<History, MigrationSelection<Applied>> choose,
      RunMetadata note) {
    MigrateReport report = new MigrateReport(console, common.json(), "reverted");
    StageTwo stage =
        stageTwo(common, options, report)
            .restoring(restore ? StageTwo.Restore.ALL : StageTwo.Restore.NONE);
    MigrateLoss loss = new MigrateLoss(console, acceptLoss, System.in);
    return run(
        common,
        options,
        report,
        runner -> {
          loss.ask(runner, choose);
          return runner.stageTwo(stage).down(past -> loss.pass(choose.apply(past), runner), note);
        });
  }

  /**
   * Runs migrations and prints what comes of it, also when it is interrupted; gives the exit code.
   */
  public int run(
      CommonOptions common,
      MigrateOptions options,
      MigrateReport report,
      Work<MigrationOutcome> work) {
    List<String> done = new CopyOnWriteArrayList<>();
    Consumer<MigrationOutcome.Step> progress =
        step -> {
          done.add(step.label());
          report.step(step);
        };
    try (ShutdownHook _ = ShutdownHook.printing(console, () -> report.interrupted(done))) {
      return report.end(withRunner(common, options, progress, work));
    }
  }

  /** Opens the history for one piece of work and waits for its end. */
  public <T> T withHistory(Database database, Function<HistoryAdmin, Future<T>> work) {
    MigrationSetup setup = MigrationSetup.of(SCHEMA);
    return work.apply(new HistoryAdmin(loops.vertx(), database, setup, System::nanoTime)).await();
  }

  /**
   * A piece of work on a runner.
   *
   * @param <T> what comes of it
   */
  public interface Work<T> {
    /** Begins the work. */
    Future<T> on(MigrationRunner runner);
  }

  /** Who runs it, for the audit. */
  public RunMetadata note(Optional<String> release) {
    return noteOfRecorded(release.flatMap(name -> read("--release", name, ReleaseName::parse)));
  }

  /** Reads an option's value; what is wrong with it names the option, and is bad usage. */
  public static <T> Optional<T> read(
      String name, @Nullable String text, Function<String, T> parse) {
    try {
      return PollOptions.read(name, text, parse);
    } catch (UsageException e) {
      throw new ExitException(ExitCode.USAGE, CommandRunner.message(e));
    }
  }

  /** For a release that may have been recorded before its name had a form. */
  public RunMetadata noteOfRecorded(Optional<String> release) {
    String user = Optional.ofNullable(System.getProperty("user.name")).orElse("unknown");
    return RunMetadata.by(user).release(release);
  }
}
