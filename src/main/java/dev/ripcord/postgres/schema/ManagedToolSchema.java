package dev.ripcord.postgres.schema;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.History;
import dev.ripcord.migration.proof.RevertCost;
import dev.ripcord.migration.risk.DownImpact;
import dev.ripcord.migration.selection.MigrationSelection;
import dev.ripcord.migration.selection.RevertSelection;
import dev.ripcord.migration.selection.ToolReconciliation;
import dev.ripcord.port.Permit;
import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.history.MigrationSetup;
import dev.ripcord.postgres.migrate.MigrationRunner;
import dev.ripcord.postgres.tool.ManagedToolFiles;
import dev.ripcord.postgres.tool.ToolSavepoints;
import dev.ripcord.rollback.DownRights;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The database of a service whose plain SQL migrations are another tool's, or Ripcord's, or both in
 * turn: what is applied is what the tool's own table says, and Ripcord's runner reverts it and
 * keeps that table true. May be called from any thread; never blocks.
 */
public final class ManagedToolSchema implements BesideTool {
  private final PostgresSchema plain;
  private final MigrationRunner runner;
  private final ToolSavepoints savepoints;

  /**
   * Opens nothing yet.
   *
   * @param plain the same database, for sessions and backups
   * @param kept the tool and its files
   * @param nanos a clock for durations, as {@code System::nanoTime}
   */
  public ManagedToolSchema(
      Vertx vertx,
      Database database,
      PostgresSchema plain,
      ManagedToolFiles kept,
      MigrationSetup setup,
      LongSupplier nanos) {
    this.plain = plain;
    this.runner = new MigrationRunner(vertx, database, setup, nanos, step -> {}).keeping(kept);
    this.savepoints = new ToolSavepoints(vertx, database, setup, kept.tool());
  }

  @Override
  public Future<List<Applied>> applied() {
    return runner.status().map(status -> status.history().applied());
  }

  @Override
  public Future<List<RevertCost>> waysBack(List<Applied> migrations) {
    return plain.waysBack(migrations);
  }

  @Override
  public Future<DownRights> rights(List<Applied> migrations) {
    return plain.rights(migrations);
  }

  @Override
  public Future<String> backupOfTables(Path file, List<Applied> downs, Permit permit) {
    return plain.backupOfTables(file, downs, permit);
  }

  @Override
  public Future<List<DownImpact>> impacts(List<Applied> migrations) {
    return plain.impacts(migrations);
  }

  @Override
  public Future<Reverted> down(Applied migration, String release, Permit permit) {
    return down(migration, release, permit, line -> {});
  }

  @Override
  public Future<Reverted> down(
      Applied migration, String release, Permit permit, Consumer<String> meanwhile) {
    return plain.reverted(
        runner.telling(plain.listener(meanwhile)),
        past -> one(past, migration),
        migration,
        release,
        permit);
  }

  /**
   * Exactly one migration, on which nothing else may stand; nothing when it is reverted. What was
   * planned with before it was recorded is known by its version and its down.
   */
  private static MigrationSelection<Applied> one(History past, Applied migration) {
    Optional<Applied> found =
        past.applied().stream().filter(each -> isSame(each, migration)).findFirst();
    if (found.isEmpty()) {
      return new MigrationSelection.Chosen<>(List.of());
    }
    Applied same = found.get();
    List<String> onTop =
        past.applied().stream()
            .filter(each -> each.order() > same.order())
            .map(each -> each.label() + " was applied on top; revert it first")
            .toList();
    List<String> reasons =
        onTop.isEmpty() ? RevertSelection.blocker(same).stream().toList() : onTop;
    return MigrationSelection.of(List.of(same), reasons);
  }

  private static boolean isSame(Applied applied, Applied planned) {
    return planned.order() < ToolReconciliation.UNRECORDED
        ? applied.order() == planned.order()
        : applied.version().equals(planned.version())
            && applied.downChecksum().equals(planned.downChecksum());
  }

  @Override
  public Future<Optional<String>> mark(String release) {
    return savepoints.mark(release);
  }

  @Override
  public Future<Optional<String>> caveat(String release) {
    return savepoints.caveat(release);
  }

  @Override
  public PostgresSchema plain() {
    return plain;
  }
}
