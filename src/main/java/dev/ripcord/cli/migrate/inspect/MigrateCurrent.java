package dev.ripcord.cli.migrate.inspect;

import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.migrate.context.ForeignToolCommands;
import dev.ripcord.cli.migrate.context.MigrateContext;
import dev.ripcord.cli.migrate.context.MigrateOptions;
import dev.ripcord.migration.Version;
import dev.ripcord.postgres.history.MigrationStatus;
import dev.ripcord.postgres.migrate.MigrationRunner;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ripcord migrate current}. */
@Command(
    name = "current",
    mixinStandardHelpOptions = true,
    description = "The highest version that is applied.",
    footer = {"", "Example: ripcord migrate current"})
public final class MigrateCurrent implements Callable<Integer> {
  private final MigrateContext tools;

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private MigrateOptions options = new MigrateOptions();

  public MigrateCurrent(MigrateContext tools) {
    this.tools = tools;
  }

  @Override
  public Integer call() throws Exception {
    return tools.call(this::run);
  }

  private int run() {
    Optional<ForeignToolCommands> other = tools.otherTool(common, options);
    if (other.isPresent()) {
      return other.get().current();
    }
    MigrationStatus status = tools.withRunner(common, options, step -> {}, MigrationRunner::status);
    Optional<String> current = status.history().current().map(Version::text);
    return ForeignToolCommands.current(
        tools.console(), common.json(), Optional.empty(), current, status.blockers());
  }
}
