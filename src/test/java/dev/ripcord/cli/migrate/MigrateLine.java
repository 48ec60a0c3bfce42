package dev.ripcord.cli.migrate;

import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.Console;
import dev.ripcord.config.AlertSettings;
import dev.ripcord.config.MigrationSettings;
import dev.ripcord.port.Clocks;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine;

/** The migrate subcommands for tests: the real time, and nobody is told. */
public final class MigrateLine {
  private MigrateLine() {}

  public static CommandLine of(
      Console console, Function<CommonOptions, Optional<MigrationSettings>> configured) {
    return MigrateCommand.commandLine(
        console,
        new Clocks(InstantSource.system(), System::nanoTime),
        (common, options) -> configured.apply(common),
        () -> AlertSettings.NONE,
        () -> Path.of("target"));
  }
}
