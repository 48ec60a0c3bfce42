package dev.ripcord.postgres;

import dev.ripcord.migration.Additivity;
import dev.ripcord.migration.Applied;
import dev.ripcord.migration.Checksum;
import dev.ripcord.migration.Kind;
import dev.ripcord.migration.MigrationFile;
import dev.ripcord.migration.SourceFile;
import dev.ripcord.migration.Version;
import io.vertx.core.VertxException;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes history, audit, savepoints and the fence. */
final class RunnerBooks {
  private static final Logger LOG = LoggerFactory.getLogger(RunnerBooks.class);
  private static final String TOOL = "ripcord";

  private static final String APPLIED =
      """
      INSERT INTO $schema.migration_history (version, description, execution_time_ms, success,
        error_message, name, kind, stage, release, executed_by, approved_by, checksum, up_file,
        up_text, down_file, down_text, down_checksum, irreversible, additive, transaction_id, fence,
        tool)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
        CASE WHEN $4 THEN txid_current()::text END, $20, $21)
      """;
  private static final String AUDIT =
      """
      INSERT INTO $schema.migration_audit (migration_version, executed_by, execution_time_ms, success,
        error_message, rollback_executed, name, direction, release, approved_by)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
      """;
  private static final String IS_APPLIED =
      """
      SELECT checksum FROM $schema.migration_history
      WHERE version::numeric = $1::text::numeric AND success AND reverted_at IS NULL
      """;
  private static final String STORED =
      """
      SELECT reverted_at IS NOT NULL AS reverted, down_file, down_text, down_checksum
      FROM $schema.migration_history WHERE id = $1 AND success FOR UPDATE
      """;
  private static final String REVERTED =
      """
      UPDATE $schema.migration_history
      SET reverted_at = clock_timestamp(), reverted_release = $2, reverted_by = $3 WHERE id = $1
      """;
  private static final String FENCE =
      """
      UPDATE $schema.fence SET token = $1, seen_at = clock_timestamp() WHERE token <= $1
      """;
  private static final String SAVEPOINT =
      """
      INSERT INTO $schema.savepoint (name, history_id, version, release, set_by)
      SELECT $1, coalesce(max(id), 0),
        (array_agg(version ORDER BY id DESC) FILTER (WHERE id IS NOT NULL))[1], $2, $3
      FROM $schema.migration_history WHERE success AND reverted_at IS NULL
      """;

  private final MigrationTables tables;
  private final MigrationNote note;

  RunnerBooks(MigrationTables tables, MigrationNote note) {
    this.tables = tables;
    this.note = note;
  }

  /** Refuses a run that a newer one has overtaken. Call it first in a transaction. */
  void checkFence(MigrationSession session) {
    if (note.fence().isEmpty()) {
      return;
    }
    long token = note.fence().getAsLong();
    if (session.change(tables.sql(FENCE), token) == 0) {
      throw new RunnerRefusal(
          "fence "
              + token
              + " is behind what the database has seen: a newer run has taken over, and this one"
              + " may not change anything any more");
    }
  }

  Optional<String> appliedChecksum(MigrationSession session, Version version) {
    List<Row> rows = session.ask(tables.sql(IS_APPLIED), version.text());
    return rows.stream().findFirst().map(row -> row.getString(0));
  }

  /** The row of an applied migration, locked until the transaction ends. */
  Row stored(MigrationSession session, Applied applied) {
    List<Row> rows = session.ask(tables.sql(STORED), applied.order());
    if (rows.isEmpty()) {
      throw new RunnerRefusal(
          applied.label() + ": its row " + applied.order() + " is not in the history any more");
    }
    return rows.getFirst();
  }

  void applied(MigrationSession session, MigrationFile file, long millis) {
    history(session, file, millis, null);
    audit(session, file.version(), file.name(), "up", new Ending(millis, null));
  }

  void reverted(MigrationSession session, Applied applied, long millis) {
    session.change(tables.sql(REVERTED), applied.order(), release(), note.by());
    audit(session, applied.version(), applied.name(), "down", new Ending(millis, null));
  }

  /** A failed up leaves a row in the history too; a session that did not fail writes it. */
  void failedUp(MigrationSession session, MigrationFile file, long millis, String error) {
    afterwards(
        () -> {
          history(session, file, millis, error);
          audit(session, file.version(), file.name(), "up", new Ending(millis, error));
        });
  }

  void failedDown(MigrationSession session, Applied applied, long millis, String error) {
    afterwards(
        () -> audit(session, applied.version(), applied.name(), "down", new Ending(millis, error)));
  }

  /** Writes down a failure; that it could not be written must not hide it. */
  private static void afterwards(Runnable record) {
    try {
      record.run();
    } catch (VertxException unwritten) {
      LOG.warn("the failure could not be written to the audit: {}", unwritten.getMessage());
    }
  }

  void savepoint(MigrationSession session, String name) {
    session.change(tables.sql(SAVEPOINT), name, release(), note.by());
  }

  private record Ending(long millis, @Nullable String error) {}

  private void audit(
      MigrationSession session, Version version, String name, String direction, Ending ending) {
    session.change(
        tables.sql(AUDIT),
        version.text(),
        note.by(),
        ending.millis(),
        ending.error() == null,
        ending.error(),
        direction.equals("down"),
        name,
        direction,
        release(),
        note.approvedBy().orElse(null));
  }

  void history(MigrationSession session, MigrationFile file, long millis, @Nullable String error) {
    Optional<SourceFile> down = file.down();
    session.change(
        tables.sql(APPLIED),
        file.version().text(),
        file.description(),
        millis,
        error == null,
        error,
        file.name(),
        file.kind().text(),
        file.stage(),
        release(),
        note.by(),
        note.approvedBy().orElse(null),
        file.checksum(),
        file.up().name(),
        file.up().text(),
        down.map(SourceFile::name).orElse(null),
        down.map(SourceFile::text).orElse(null),
        down.map(SourceFile::text).map(Checksum::of).orElse(null),
        file.header().irreversible().orElse(null),
        file.kind() != Kind.FIELD_REMOVE && Additivity.of(file.script()).additive(),
        note.fence().isPresent() ? note.fence().getAsLong() : null,
        TOOL);
  }

  private @Nullable String release() {
    return note.release().orElse(null);
  }
}
