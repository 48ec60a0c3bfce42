package dev.ripcord.postgres.history;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.Kind;
import dev.ripcord.migration.file.Checksum;
import dev.ripcord.migration.file.MigrationFile;
import dev.ripcord.migration.file.SourceFile;
import dev.ripcord.migration.sql.Additivity;
import dev.ripcord.migration.sql.Script;
import dev.ripcord.postgres.PreparedCommand;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a run writes of each migration.
 *
 * @param note what is written down beside it
 * @param attempt the number of the run; empty for what is no run
 */
public record RunnerRecords(MigrationTables tables, RunMetadata note, OptionalLong attempt) {
  /** A row of the history alone. */
  private static final String HISTORY =
      """
      INSERT INTO $schema.migration_history (version, description, execution_time_ms, success,
        error_message, name, kind, stage, release, executed_by, approved_by, checksum, up_file,
        up_text, down_file, down_text, down_checksum, irreversible, additive, transaction_id,
        fence, tool)
      VALUES ($1, $2, coalesce($3, (1000 * extract(epoch FROM clock_timestamp() - now()))::bigint),
        $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
        CASE WHEN $4 THEN txid_current()::text END, $20, $21)
      """;

  /** History and audit in one statement, so that they cost one round trip. */
  private static final String UP =
      "WITH history AS ("
          + HISTORY
          + """
          )
          INSERT INTO $schema.migration_audit (migration_version, executed_by, execution_time_ms,
            success, error_message, rollback_executed, name, direction, release, approved_by,
            attempt)
          VALUES ($1, $10,
            coalesce($3, (1000 * extract(epoch FROM clock_timestamp() - now()))::bigint),
            $4, $5, false, $6, 'up', $9, $11, $22)
          """;

  /** The same for a down. */
  private static final String DOWN =
      """
      WITH history AS (
        UPDATE $schema.migration_history
        SET reverted_at = clock_timestamp(), reverted_release = $6, reverted_by = $2
        WHERE id = $9 AND $4)
      INSERT INTO $schema.migration_audit (migration_version, executed_by, execution_time_ms,
        success, error_message, rollback_executed, name, direction, release, approved_by, attempt)
      VALUES ($1, $2, coalesce($3, (1000 * extract(epoch FROM clock_timestamp() - now()))::bigint),
        $4, $5, true, $7, 'down', $6, $8, $10)
      """;

  /** An up in history and audit; an empty time is that of the transaction so far. */
  public PreparedCommand up(
      MigrationFile file, Script script, OptionalLong millis, @Nullable String error) {
    List<@Nullable Object> columns = new ArrayList<>(columns(file, script, millis, error));
    columns.add(number(attempt));
    return new PreparedCommand("ripcord_up", tables.sql(UP), columns);
  }

  /** A down in both. */
  public PreparedCommand down(Applied applied, OptionalLong millis, @Nullable String error) {
    return new PreparedCommand(
        "ripcord_down",
        tables.sql(DOWN),
        Arrays.asList(
            applied.version().text(),
            note.by(),
            number(millis),
            error == null,
            error,
            note.release().orElse(null),
            applied.name(),
            note.approvedBy().orElse(null),
            applied.order(),
            number(attempt)));
  }

  /** The row of a migration that a person says is applied; the audit is the person's own. */
  PreparedCommand history(MigrationFile file) {
    return new PreparedCommand(
        "ripcord_history",
        tables.sql(HISTORY),
        columns(file, file.script(), OptionalLong.of(0), null));
  }

  private List<@Nullable Object> columns(
      MigrationFile file, Script script, OptionalLong millis, @Nullable String error) {
    Optional<SourceFile> down = file.down();
    return Arrays.asList(
        file.version().text(),
        file.description(),
        number(millis),
        error == null,
        error,
        file.name(),
        file.kind().text(),
        file.stage(),
        note.release().orElse(null),
        note.by(),
        note.approvedBy().orElse(null),
        file.checksum(),
        file.up().name(),
        file.up().text(),
        down.map(SourceFile::name).orElse(null),
        down.map(SourceFile::text).orElse(null),
        down.map(SourceFile::text).map(Checksum::of).orElse(null),
        file.header().irreversible().orElse(null),
        file.kind() != Kind.FIELD_REMOVE && Additivity.of(script).additive(),
        number(note.fence()),
        "ripcord");
  }

  private static @Nullable Long number(OptionalLong value) {
    return value.isPresent() ? value.getAsLong() : null;
  }
}
