package dev.ripcord.postgres.history;

import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What people and pipelines ran on a database, from the audit that every run writes. */
public final class AuditReader {
  private static final String RAN =
      """
      SELECT id, success, execution_time_ms FROM $schema.migration_audit
      WHERE id > $1 AND executed_at > clock_timestamp() - make_interval(secs => $2)
        AND direction IN ('up', 'down') AND executed_by <> $3
      ORDER BY id LIMIT 10000
      """;

  /** No such table, no such schema, no right to read it: nothing that could be counted. */
  private static final Set<String> NOTHING = Set.of("42P01", "3F000", "42501");

  private final MigrationTables tables;

  public AuditReader(MigrationTables tables) {
    this.tables = tables;
  }

  public Future<List<MigrationRan>> after(SqlClient client, long id, Duration within) {
    return client
        .preparedQuery(tables.sql(RAN))
        .execute(Tuple.of(id, within.toMillis() / 1e3, RunMetadata.ROLLBACK))
        .map(
            rows -> {
              List<MigrationRan> ran = new ArrayList<>(rows.size());
              for (Row row : rows) {
                ran.add(
                    new MigrationRan(
                        row.getLong(0), row.getBoolean(1), Duration.ofMillis(row.getLong(2))));
              }
              return List.copyOf(ran);
            })
        .recover(
            failure ->
                failure instanceof PgException refused && NOTHING.contains(refused.getSqlState())
                    ? Future.succeededFuture(List.of())
                    : Future.failedFuture(failure));
  }
}
