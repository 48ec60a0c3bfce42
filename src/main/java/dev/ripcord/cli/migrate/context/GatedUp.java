package dev.ripcord.cli.migrate.context;

import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.selection.MigrationSelection;
import dev.ripcord.migration.selection.PendingSelection;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.history.RunMetadata;
import java.util.Optional;
import java.util.function.Function;

/**
 * Applies pending migrations once the gate lets them pass, and reports how it went.
 *
 * @param tools the folder, the database, the policy
 * @param common the common options
 * @param options which migrations
 */
public record GatedUp(MigrateContext tools, CommonOptions common, MigrateOptions options) {
  /**
   * What comes before the code: what is pending up to the first removal, with a savepoint before
   * it. Gives the exit code; blocks.
   *
   * @param release the release they belong to
   */
  public int stage1(MigrateGate.Wish wish, Optional<String> release) {
    return apply(
        wish, false, PendingSelection::stage1, tools.note(release).savepoint("before_schema_add"));
  }

  /**
   * Applies what is chosen; gives the exit code. Blocks.
   *
   * @param wish how strict the policy is taken
   * @param acceptLoss whether what of a stage 2 cannot be kept is dropped all the same
   * @param choice which of the pending ones
   * @param note what the history keeps of the run
   */
  public int apply(
      MigrateGate.Wish wish,
      boolean acceptLoss,
      Function<PendingSelection, MigrationSelection<MigrationFile>> choice,
      RunMetadata note) {
    tools.needNative(common, options);
    Folder folder = tools.folder(common, options);
    MigrateReport report = new MigrateReport(tools.console(), common.json(), "applied");
    Database database = tools.database(common, options);
    MigrateGate gate = tools.gate(common, options, database, wish);
    return tools.run(
        common,
        options,
        report,
        runner ->
            runner
                .stageTwo(tools.stageTwo(common, options, report).acceptingLoss(acceptLoss))
                .up(
                    past -> gate.pass(choice.apply(new PendingSelection(folder, past)), runner),
                    note));
  }
}
