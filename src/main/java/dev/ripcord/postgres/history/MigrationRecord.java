package dev.ripcord.postgres.history;

import dev.ripcord.migration.Applied;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One row of a database's migration history.
 *
 * @param applied the migration
 * @param stage 1 or 2
 * @param took how long the up took
 * @param by who ran it
 * @param approvedBy who approved it
 * @param error why it failed; empty when it was applied
 * @param revertedAt when it was reverted; empty while it is applied
 */
public record MigrationRecord(
    Applied applied,
    int stage,
    Duration took,
    String by,
    Optional<String> approvedBy,
    Optional<String> error,
    Optional<Instant> revertedAt) {
  /** Whether it is applied now. */
  public boolean isApplied() {
    return error.isEmpty() && revertedAt.isEmpty();
  }
}
