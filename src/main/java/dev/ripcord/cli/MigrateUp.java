package dev.ripcord.cli;

import dev.ripcord.migration.Choice;
import dev.ripcord.migration.Folder;
import dev.ripcord.migration.MigrationFile;
import dev.ripcord.migration.Ups;
import dev.ripcord.migration.Version;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ripcord migrate up}. */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = "Apply pending migrations, of both stages.",
    footer = {"", "Example: ripcord migrate up --to 05 --release v42"})
final class MigrateUp implements Callable<Integer> {
  private final MigrateTools tools;

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private MigrateOptions options = new MigrateOptions();

  @Option(names = "--to", paramLabel = "VERSION", description = "up to this version and with it")
  private @Nullable String to;

  @Option(names = "-n", paramLabel = "COUNT", description = "only the next COUNT")
  private @Nullable Integer count;

  @Option(names = "--release", paramLabel = "NAME", description = "the release they belong to")
  private @Nullable String release;

  MigrateUp(MigrateTools tools) {
    this.tools = tools;
  }

  @Override
  public Integer call() throws Exception {
    return tools.call(this::run);
  }

  private int run() {
    MigrateTarget target = MigrateTarget.of(to, count);
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
                    past -> choose(new Ups(folder, past), target),
                    tools.note(Optional.ofNullable(release)))));
  }

  private static Choice<MigrationFile> choose(Ups ups, MigrateTarget target) {
    return switch (target) {
      case MigrateTarget.All ignored -> ups.all();
      case MigrateTarget.Count(int number) -> ups.next(number);
      case MigrateTarget.To(Version version) -> ups.to(version);
    };
  }
}
