package dev.ripcord.cli.migrate;

import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.console.ExitCode;
import dev.ripcord.cli.migrate.context.ExitException;
import dev.ripcord.cli.migrate.context.MigrateContext;
import dev.ripcord.cli.migrate.context.MigrateOptions;
import dev.ripcord.migration.Version;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.selection.Repair;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ripcord migrate repair}. */
@Command(
    name = "repair",
    mixinStandardHelpOptions = true,
    description = {
      "Repair the migration history, after work by hand, a crash, or a file that was"
          + " changed. It changes the history, never the schema.",
      "Without options only leftovers are removed, and the rest is listed."
    },
    footer = {"", "Example: ripcord migrate repair --accept 03 --because \"a comment\" --dry-run"})
final class MigrateRepair implements Callable<Integer> {
  private final MigrateContext tools;

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private MigrateOptions options = new MigrateOptions();

  @Option(
      names = "--accept",
      paramLabel = "VERSION|all",
      description = "the files of this version, changed since, count as they are now")
  private List<String> accept = new ArrayList<>();

  @Option(names = "--applied", paramLabel = "VERSION", description = "this one was applied by hand")
  private List<String> applied = new ArrayList<>();

  @Option(
      names = "--taken-back",
      paramLabel = "VERSION",
      description = "this one was reverted by hand")
  private List<String> takenBack = new ArrayList<>();

  @Option(
      names = "--forget",
      paramLabel = "VERSION",
      description = "its run broke off, was cleaned up by hand, and is not to be continued")
  private List<String> forget = new ArrayList<>();

  @Option(names = "--because", paramLabel = "TEXT", description = "why, for the audit")
  private @Nullable String because;

  @Option(names = "--dry-run", description = "only print what would be changed")
  private boolean dryRun;

  MigrateRepair(MigrateContext tools) {
    this.tools = tools;
  }

  @Override
  public Integer call() throws Exception {
    return tools.call(this::run);
  }

  private int run() {
    Repair.Wish wish =
        new Repair.Wish(
            versions("--accept", accept.stream().filter(each -> !each.equals("all")).toList()),
            accept.contains("all"),
            versions("--applied", applied),
            versions("--taken-back", takenBack),
            versions("--forget", forget));
    tools.needNative(common, options);
    if (!accept.isEmpty() || !applied.isEmpty() || !takenBack.isEmpty()) {
      tools.needOwnBooks(common, options);
    }
    Folder folder = tools.folder(common, options);
    AmendmentReport report = new AmendmentReport(tools.console(), common.json(), dryRun);
    return report.end(
        tools.withHistory(
            tools.database(common, options),
            books ->
                books.repair(
                    folder,
                    wish,
                    tools.note(Optional.empty()),
                    Optional.ofNullable(because),
                    dryRun)));
  }

  private static Set<Version> versions(String option, List<String> texts) {
    Set<Version> versions = new HashSet<>();
    for (String text : texts) {
      if (!Version.isValid(text)) {
        throw new ExitException(
            ExitCode.USAGE, option + " " + text + ": a version such as 05 is needed");
      }
      versions.add(new Version(text));
    }
    return versions;
  }
}
