package dev.ripcord.postgres.history;

import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.file.SourceFile;
import dev.ripcord.postgres.MigrationSession;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps the queries that are asked after a down beside the down itself, as they were when the up
 * was applied: a rollback has no files.
 */
public final class CheckStore {
  private static final String STORE =
      """
      INSERT INTO $schema.migration_check (history_id, file, text)
      SELECT max(id), $2, $3 FROM $schema.migration_history
      WHERE version::numeric = $1::text::numeric AND success AND reverted_at IS NULL
      """;
  private static final String READ =
      """
      SELECT c.history_id, c.file, c.text FROM $schema.migration_check c
        JOIN $schema.migration_history h ON h.id = c.history_id AND h.reverted_at IS NULL
      ORDER BY c.history_id, c.file
      """;

  private final MigrationTables tables;

  public CheckStore(MigrationTables tables) {
    this.tables = tables;
  }

  /** Stores those of a migration whose row was written in this same transaction. */
  public void store(MigrationSession session, MigrationFile file) {
    for (SourceFile check : file.checks().down()) {
      session.change(tables.sql(STORE), file.version().text(), check.name(), check.text());
    }
  }

  /** Those of what is applied, by the number of its row in the history. */
  public Map<Long, List<SourceFile>> read(MigrationSession session) {
    Map<Long, List<SourceFile>> checks = new LinkedHashMap<>();
    for (Row row : session.ask(tables.sql(READ))) {
      checks
          .computeIfAbsent(row.getLong("history_id"), id -> new ArrayList<>())
          .add(new SourceFile(row.getString("file"), row.getString("text")));
    }
    return checks;
  }
}
