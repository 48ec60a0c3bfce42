package dev.ripcord.cli.migrate;

import dev.ripcord.cli.console.CommandRunner;
import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.migrate.context.MigrateAlarm;
import dev.ripcord.cli.migrate.context.MigrateContext;
import dev.ripcord.cli.migrate.context.MigrateOptions;
import dev.ripcord.cli.migrate.context.TlsNotice;
import dev.ripcord.cli.migrate.inspect.MigrateCheck;
import dev.ripcord.cli.migrate.inspect.MigrateCurrent;
import dev.ripcord.cli.migrate.inspect.MigrateGenerateDown;
import dev.ripcord.cli.migrate.inspect.MigrateHistory;
import dev.ripcord.cli.migrate.inspect.MigrateInspect;
import dev.ripcord.cli.migrate.inspect.MigrateNew;
import dev.ripcord.cli.migrate.inspect.MigrateSplit;
import dev.ripcord.cli.migrate.inspect.MigrateSql;
import dev.ripcord.cli.migrate.inspect.MigrateStatus;
import dev.ripcord.cli.migrate.inspect.MigrateVerify;
import dev.ripcord.cli.wiring.EventLoops;
import dev.ripcord.config.AlertSettings;
import dev.ripcord.config.MigrationSettings;
import dev.ripcord.port.Clocks;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code ripcord migrate}: the migration manager. */
@Command(
    name = "migrate",
    mixinStandardHelpOptions = true,
    description = "Applies migrations to a PostgreSQL database, and reverts them.",
    footer = {
      "",
      "Exit codes: 0 done or nothing to do, 3 pending (check, status --exit-code), 4 refused, 5 a"
          + " migration failed.",
      "",
      "Example:",
      "  ripcord migrate status --dir migrations \\",
      "    --database-url postgresql://127.0.0.1/shop"
    })
public final class MigrateCommand implements Callable<Integer> {
  private final Console console;

  private MigrateCommand(Console console) {
    this.console = console;
  }

  /** The command with every subcommand, for what the configuration names. */
  public static CommandLine commandLine(Console console, Clocks clocks) {
    return commandLine(context(console, clocks), console, clocks);
  }

  /** What the subcommands need, for what the configuration names. */
  public static MigrateContext context(Console console, Clocks clocks) {
    MigrationConfiguration migrated = new MigrationConfiguration(console);
    return new MigrateContext(
        console,
        new EventLoops(console),
        new MigrateAlarm(console, clocks, migrated::alerts),
        new TlsNotice(console),
        migrated::settings,
        migrated::data);
  }

  /** Runs a subcommand, as the program does with the same arguments; gives its exit code. */
  public static int run(Console console, Clocks clocks, String... args) {
    CommandLine line = CommandRunner.prepare(commandLine(console, clocks), console);
    return CommandRunner.run(line, args, console);
  }

  /**
   * The command with its subcommands.
   *
   * @param configured the migrations of the configuration, where there is one; asked only when
   *     neither options nor environment say enough
   * @param alerts who is notified of a failure
   * @param data the folder of what is kept on this machine
   */
  static CommandLine commandLine(
      Console console,
      Clocks clocks,
      BiFunction<CommonOptions, MigrateOptions, Optional<MigrationSettings>> configured,
      Supplier<AlertSettings> alerts,
      Supplier<Path> data) {
    return commandLine(
        new MigrateContext(
            console,
            new EventLoops(console),
            new MigrateAlarm(console, clocks, alerts),
            new TlsNotice(console),
            configured,
            data),
        console,
        clocks);
  }

  private static CommandLine commandLine(MigrateContext tools, Console console, Clocks clocks) {
    return new CommandLine(new MigrateCommand(console))
        .addSubcommand(new MigrateUp(tools))
        .addSubcommand(new MigrateDown(tools))
        .addSubcommand(new MigrateStage1(tools))
        .addSubcommand(new MigrateStage2(tools))
        .addSubcommand(new MigrateStatus(tools))
        .addSubcommand(new MigrateVerify(tools))
        .addSubcommand(new MigrateSavepoint(tools))
        .addSubcommand(new MigrateRollback(tools))
        .addSubcommand(new MigrateCurrent(tools))
        .addSubcommand(new MigrateHistory(tools))
        .addSubcommand(new MigrateCheck(tools))
        .addSubcommand(new MigrateSplit(tools))
        .addSubcommand(new MigrateSql(tools))
        .addSubcommand(new MigrateNew(tools))
        .addSubcommand(new MigrateGenerateDown(tools))
        .addSubcommand(new MigrateInspect(tools))
        .addSubcommand(new MigrateRepair(tools))
        .addSubcommand(new MigrateBaseline(tools))
        .addSubcommand(new MigrateBackup(tools, clocks))
        .addSubcommand(new MigrateRestore(tools, clocks));
  }

  @Override
  public Integer call() {
    console.err().println("missing subcommand; see: ripcord migrate --help");
    return ExitCode.USAGE;
  }
}
