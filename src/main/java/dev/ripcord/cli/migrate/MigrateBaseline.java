package dev.ripcord.cli.migrate;

import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.migrate.context.ExitException;
import dev.ripcord.cli.migrate.context.MigrateContext;
import dev.ripcord.cli.migrate.context.MigrateOptions;
import dev.ripcord.migration.Version;
import dev.ripcord.migration.file.Folder;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ripcord migrate baseline}. */
@Command(
    name = "baseline",
    mixinStandardHelpOptions = true,
    description = {
      "Record that a database already stands at a version: all up to it counts as applied, and"
          + " nothing is run.",
      "What is recorded this way cannot be reverted by Ripcord."
    },
    footer = {"", "Example: ripcord migrate baseline 07 --dry-run"})
final class MigrateBaseline implements Callable<Integer> {
  private final MigrateContext tools;

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private MigrateOptions options = new MigrateOptions();

  @Parameters(paramLabel = "VERSION", description = "a version of the folder")
  private String version = "";

  @Option(names = "--force", description = "also where there is a history: add what it lacks")
  private boolean force;

  @Option(names = "--dry-run", description = "only print what would be recorded")
  private boolean dryRun;

  MigrateBaseline(MigrateContext tools) {
    this.tools = tools;
  }

  @Override
  public Integer call() throws Exception {
    return tools.call(this::run);
  }

  private int run() {
    if (!Version.isValid(version)) {
      throw new ExitException(
          ExitCode.USAGE, "baseline " + version + ": a version such as 05 is needed");
    }
    tools.needOwnBooks(common, options);
    Folder folder = tools.folder(common, options);
    AmendmentReport report = new AmendmentReport(tools.console(), common.json(), dryRun);
    return report.end(
        tools.withHistory(
            tools.database(common, options),
            books ->
                books.baseline(
                    folder, new Version(version), force, tools.note(Optional.empty()), dryRun)));
  }
}
