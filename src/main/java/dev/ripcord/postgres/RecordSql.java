package dev.ripcord.postgres;

/** What a run writes of each migration; the parameters are in the order of {@link RunnerBooks}. */
final class RecordSql {
  /** A row of the history alone. */
  static final String HISTORY =
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
  static final String UP =
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
  static final String DOWN =
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

  private RecordSql() {}
}
