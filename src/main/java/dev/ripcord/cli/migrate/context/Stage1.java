package dev.ripcord.cli.migrate.context;

import dev.ripcord.cli.console.CommonOptions;
import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.selection.PendingSelection;
import dev.ripcord.postgres.Database;
import java.util.Optional;

/**
 * What comes before the code: what is pending up to the first removal is applied, and the savepoint
 * before it is set.
 *
 * @param tools the folder, the database, the policy
 * @param common the common options
 * @param options which migrations
 */
public record Stage1(MigrateContext tools, CommonOptions common, MigrateOptions options) {
  /**
   * Applies it; gives the exit code. Blocks.
   *
   * @param wish how strict the policy is taken
   * @param release the release they belong to
   */
  public int apply(MigrateGate.Wish wish, Optional<String> release) {
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
            runner.up(
                past -> gate.pass(new PendingSelection(folder, past).stage1(), runner),
                tools.note(release).savepoint("before_schema_add")));
  }
}
