package dev.ripcord.cli.migrate;

import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.cli.migrate.context.ForeignToolCommands;
import dev.ripcord.cli.migrate.context.MigrateContext;
import dev.ripcord.cli.migrate.context.MigrateOptions;
import dev.ripcord.migration.selection.RevertSelection;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ripcord migrate rollback}. */
@Command(
    name = "rollback",
    mixinStandardHelpOptions = true,
    description = {
      "Revert everything that was applied after a savepoint.",
      "What would be lost is counted first: it is asked for on a terminal, and refused elsewhere."
    },
    footer = {"", "Example: ripcord migrate rollback before_schema_add"})
final class MigrateRollback implements Callable<Integer> {
  private final MigrateContext tools;

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private MigrateOptions options = new MigrateOptions();

  @Parameters(paramLabel = "SAVEPOINT", description = "a name that \"migrate status\" lists")
  private String savepoint = "";

  @Option(
      names = "--accept-loss",
      description = "revert also where rows or values are lost, or where that is not known")
  private boolean acceptLoss;

  @Option(
      names = "--no-restore",
      description = "do not bring back what a stage 2 has kept: it stays for \"ripcord salvage\"")
  private boolean noRestore;

  MigrateRollback(MigrateContext tools) {
    this.tools = tools;
  }

  @Override
  public Integer call() throws Exception {
    return tools.call(this::run);
  }

  private int run() {
    Optional<ForeignToolCommands> other = tools.otherTool(common, options);
    if (other.isPresent()) {
      return other.get().rollback(savepoint, tools.note(Optional.empty()), acceptLoss);
    }
    return tools.down(
        common,
        options,
        acceptLoss,
        !noRestore,
        past -> new RevertSelection(past).toSavepoint(savepoint),
        tools.note(Optional.empty()));
  }
}
