package dev.ripcord.cli.watch;

import dev.ripcord.cli.console.Ansi;
import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.Configuration;
import dev.ripcord.cli.console.Console;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.console.OutputFormat;
import dev.ripcord.cli.console.UsageException;
import dev.ripcord.cli.plan.ReleaseOptions;
import dev.ripcord.config.ServiceSettings;
import dev.ripcord.config.Settings;
import dev.ripcord.port.Clocks;
import dev.ripcord.rollback.Policy;
import dev.ripcord.watch.Outcome;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rollback}: by hand. */
@Command(
    name = "rollback",
    mixinStandardHelpOptions = true,
    description = {
      "Rolls a service back now, after it has asked.",
      "Shows the plan, asks, rolls back, and watches whether it helped."
    },
    footer = {
      "",
      "Exit: 0 rolled back and healthy, 11 rolled back and still unhealthy, 12 it failed or was"
          + " refused, 14 not wanted after all.",
      "Example: ripcord rollback shop --yes"
    })
public final class RollbackCommand implements Callable<Integer> {
  private final Console console;
  private final Clocks clocks;

  @Mixin private final CommonOptions common = new CommonOptions();
  @Mixin private final ReleaseOptions options = new ReleaseOptions();

  @Option(names = "--image-only", description = "leave the schema as it is")
  private boolean imageOnly;

  @Option(
      names = {"-y", "--yes"},
      description = "do not ask")
  private boolean yes;

  public RollbackCommand(Console console, Clocks clocks) {
    this.console = console;
    this.clocks = clocks;
  }

  @Override
  public Integer call() throws IOException {
    OutputFormat format = OutputFormat.of(common, false);
    Optional<Settings> loaded = new Configuration(console).load(common);
    if (loaded.isEmpty()) {
      return ExitCode.USAGE;
    }
    ServiceSettings chosen = options.service(loaded.get());
    if (!yes && !console.interactive()) {
      throw new UsageException("stdin is not a terminal; pass --yes to skip the confirmation");
    }
    ManualRollback.Wanted wanted =
        new ManualRollback.Wanted(
            options.release(),
            options.previousImage(),
            imageOnly ? Policy.Scope.IMAGE_ONLY : Policy.Scope.BOTH,
            yes);
    LocalWatch.Look look = new LocalWatch.Look(format, Ansi.of(console, common.noColor));
    Outcome outcome =
        new ManualRollback(console, clocks, loaded.get(), look).rollBack(chosen, wanted);
    return outcome == Outcome.ROLLED_BACK ? 0 : outcome.exitCode();
  }
}
