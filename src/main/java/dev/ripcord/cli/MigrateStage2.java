package dev.ripcord.cli;

import dev.ripcord.migration.Folder;
import dev.ripcord.migration.Ups;
import dev.ripcord.postgres.MigrationNote;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ripcord migrate stage2}. */
@Command(
    name = "stage2",
    mixinStandardHelpOptions = true,
    description =
        "After the code is deployed: apply the pending removals, with an approval, and set the"
            + " savepoint before_field_remove.",
    footer = {"", "Example: ripcord migrate stage2 --approved-by alice --release v42"})
final class MigrateStage2 implements Callable<Integer> {
  private final MigrateTools tools;

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private MigrateOptions options = new MigrateOptions();

  @Option(names = "--approved-by", paramLabel = "WHO", description = "who approved the removals")
  private @Nullable String approvedBy;

  @Option(names = "--release", paramLabel = "NAME", description = "the release they belong to")
  private @Nullable String release;

  MigrateStage2(MigrateTools tools) {
    this.tools = tools;
  }

  @Override
  public Integer call() throws Exception {
    return tools.call(this::run);
  }

  private int run() {
    MigrateReport report = new MigrateReport(tools.console(), common.json(), "applied");
    if (approvedBy == null || approvedBy.isBlank()) {
      return report.refuse(
          "stage 2 removes what cannot be brought back, and needs an approval: ripcord migrate"
              + " stage2 --approved-by NAME");
    }
    Folder folder = tools.folder(common, options);
    MigrationNote note =
        tools
            .note(Optional.ofNullable(release))
            .approvedBy(approvedBy)
            .savepoint("before_field_remove");
    return report.end(
        tools.withRunner(
            tools.database(common, options),
            report::step,
            runner -> runner.up(past -> new Ups(folder, past).stage2(), note)));
  }
}
