package dev.ripcord.postgres.history;

import dev.ripcord.migration.History;
import dev.ripcord.migration.file.PartialRun;
import java.util.List;

/**
 * What a database remembers of its migrations.
 *
 * @param records every row, oldest first: applied, reverted and failed
 * @param history what is applied now, and the savepoints
 * @param interrupted what broke off half-way outside a transaction, in words for people
 * @param unfinished the same as values
 * @param blockers why the table of another tool lets nothing new be applied, in words for people
 * @param open runs that have no end: under way, or broken off
 */
public record MigrationStatus(
    List<MigrationRecord> records,
    History history,
    List<String> interrupted,
    List<PartialRun> unfinished,
    List<String> blockers,
    List<MigrationAttempt> open) {
  public MigrationStatus {
    records = List.copyOf(records);
    interrupted = List.copyOf(interrupted);
    unfinished = List.copyOf(unfinished);
    blockers = List.copyOf(blockers);
    open = List.copyOf(open);
  }
}
