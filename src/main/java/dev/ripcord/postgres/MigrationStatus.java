package dev.ripcord.postgres;

import dev.ripcord.migration.History;
import java.util.List;

/**
 * What a database remembers of its migrations.
 *
 * @param records every row, oldest first: applied, taken back and failed
 * @param history what is applied now, and the savepoints
 * @param interrupted what broke off half-way outside a transaction, in words for people
 */
public record MigrationStatus(
    List<MigrationRecord> records, History history, List<String> interrupted) {
  /** Copies the lists. */
  public MigrationStatus {
    records = List.copyOf(records);
    interrupted = List.copyOf(interrupted);
  }
}
