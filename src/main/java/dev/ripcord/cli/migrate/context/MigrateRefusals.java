package dev.ripcord.cli.migrate.context;

import dev.ripcord.migration.file.Folder;
import dev.ripcord.migration.proof.StoredProof;
import dev.ripcord.migration.selection.PendingSelection;
import dev.ripcord.postgres.history.MigrationStatus;
import java.util.List;
import java.util.stream.Stream;

/**
 * Why {@code migrate up} would refuse to run what is pending. {@code check} and {@code status} ask
 * here, so that they say what {@code up} says.
 */
public final class MigrateRefusals {
  private MigrateRefusals() {}

  /**
   * Every reason, each once; empty when it would run.
   *
   * @param views as {@link dev.ripcord.postgres.migrate.MigrationRunner#batchesOfViews} has them
   */
  public static List<String> of(
      Folder folder, MigrationStatus status, List<StoredProof> proofs, List<String> views) {
    PendingSelection ups = new PendingSelection(folder, status.history());
    return Stream.of(
            ups.refusals(status.unfinished()),
            status.blockers(),
            views,
            MigrateGate.impossible(ups.pending(), proofs))
        .flatMap(List::stream)
        .distinct()
        .toList();
  }
}
