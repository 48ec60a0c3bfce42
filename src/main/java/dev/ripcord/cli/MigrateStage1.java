package dev.ripcord.cli;

import dev.ripcord.migration.Folder;
import dev.ripcord.migration.Ups;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ripcord migrate stage1}. */
@Command(
    name = "stage1",
    mixinStandardHelpOptions = true,
    description =
        "Before the code is deployed: apply what is pending up to the first removal, and set the"
            + " savepoint before_schema_add.",
    footer = {"", "Example: ripcord migrate stage1 --release v42"})
final class MigrateStage1 implements Callable<Integer> {
  private final MigrateTools tools;

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private MigrateOptions options = new MigrateOptions();

  @Option(names = "--release", paramLabel = "NAME", description = "the release they belong to")
  private @Nullable String release;

  MigrateStage1(MigrateTools tools) {
    this.tools = tools;
  }

  @Override
  public Integer call() throws Exception {
    return tools.call(this::run);
  }

  private int run() {
    tools.needNative(common, options);
    Folder folder = tools.folder(common, options);
    MigrateReport report = new MigrateReport(tools.console(), common.json(), "applied");
    return report.end(
        tools.withRunner(
            common,
            options,
            report::step,
            runner ->
                runner.up(
                    past -> new Ups(folder, past).stage1(),
                    tools.note(Optional.ofNullable(release)).savepoint("before_schema_add"))));
  }
}
