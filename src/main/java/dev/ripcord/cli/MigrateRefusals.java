package dev.ripcord.cli;

import dev.ripcord.migration.Folder;
import dev.ripcord.migration.Ups;
import dev.ripcord.postgres.MigrationStatus;
import dev.ripcord.proof.StoredProof;
import java.util.List;
import java.util.stream.Stream;

/**
 * Why {@code migrate up} would refuse to run what is pending. {@code check} and {@code status} ask
 * here, so that they say what {@code up} says.
 */
final class MigrateRefusals {
  private MigrateRefusals() {}

  /**
   * Every reason, each once; empty when it would run.
   *
   * @param views as {@link dev.ripcord.postgres.MigrationRunner#batchesOfViews} has them
   */
  static List<String> of(
      Folder folder, MigrationStatus status, List<StoredProof> proofs, List<String> views) {
    Ups ups = new Ups(folder, status.history());
    return Stream.of(
            ups.refusals(status.unfinished()),
            status.hindrances(),
            views,
            MigrateGate.impossible(ups.pending(), proofs))
        .flatMap(List::stream)
        .distinct()
        .toList();
  }
}
