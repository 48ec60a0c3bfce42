package dev.ripcord.postgres.history;

import dev.ripcord.migration.Applied;
import dev.ripcord.migration.History;
import dev.ripcord.migration.Interrupted;
import dev.ripcord.migration.Kind;
import dev.ripcord.migration.Savepoint;
import dev.ripcord.migration.Version;
import dev.ripcord.migration.file.PartialRun;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads what a database remembers of its migrations. A database without tables remembers nothing.
 */
public final class MigrationHistory {
  private static final String RECORDS =
      """
      SELECT id, version, name, kind, stage, release, executed_at, execution_time_ms, executed_by,
        approved_by, additive, checksum, down_text, down_checksum, irreversible, error_message,
        success, reverted_at
      FROM $schema.migration_history ORDER BY id
      """;
  private static final String SAVEPOINTS =
      """
      SELECT DISTINCT ON (name) name, history_id, version, release, set_at
      FROM $schema.savepoint ORDER BY name, id DESC
      """;
  private static final String RELEASES =
      """
      SELECT DISTINCT release FROM $schema.migration_attempt
      WHERE release IS NOT NULL AND direction = 'up'
      """;
  private static final String PARTS_THERE =
      "SELECT to_regclass($1) IS NOT NULL AS tables, to_regclass($2) IS NOT NULL AS attempts";

  private static final String INTERRUPTED =
      """
      SELECT label, direction, done, total FROM $schema.migration_progress ORDER BY version
      """;

  private static final String UNFINISHED =
      """
      SELECT version::text AS version, direction, done, coalesce(done_checksum, '') AS done_checksum
      FROM $schema.migration_progress ORDER BY migration_progress.version
      """;
  private static final String BROKEN_OFF =
      """
      SELECT version::text AS version, label, direction, done, total
      FROM $schema.migration_progress p
      WHERE NOT EXISTS (SELECT FROM pg_stat_activity a
        WHERE a.pid = p.backend_pid AND a.application_name LIKE 'ripcord%')
      ORDER BY version
      """;

  private final MigrationTables tables;

  public MigrationHistory(MigrationTables tables) {
    this.tables = tables;
  }

  /** Every row, oldest first: applied, reverted and failed. */
  public Future<List<MigrationRecord>> records(SqlClient client) {
    return rows(client, RECORDS).map(rows -> rows.stream().map(MigrationHistory::record).toList());
  }

  public Future<History> history(SqlClient client) {
    return client
        .preparedQuery(PARTS_THERE)
        .execute(Tuple.of(tables.sql("$schema.floor"), tables.sql("$schema.migration_attempt")))
        .compose(
            there -> {
              Row row = there.iterator().next();
              return history(client, row.getBoolean("tables"), row.getBoolean("attempts"));
            });
  }

  /** Sends all that is asked at once. */
  private Future<History> history(SqlClient client, boolean tablesThere, boolean attemptsThere) {
    Future<List<Row>> records = asked(client, RECORDS, tablesThere);
    Future<List<Row>> savepoints = asked(client, SAVEPOINTS, tablesThere);
    Future<List<Row>> releases = asked(client, RELEASES, tablesThere && attemptsThere);
    return Future.join(records, savepoints, releases)
        .map(
            all -> {
              List<MigrationRecord> read =
                  records.result().stream().map(MigrationHistory::record).toList();
              Set<String> known =
                  Stream.concat(
                          read.stream().flatMap(each -> each.applied().release().stream()),
                          releases.result().stream().map(row -> row.getString(0)))
                      .collect(Collectors.toSet());
              return new History(
                  applied(read),
                  savepoints.result().stream().map(MigrationHistory::savepoint).toList(),
                  known);
            });
  }

  private Future<List<Row>> asked(SqlClient client, String sql, boolean there) {
    return there
        ? client.preparedQuery(tables.sql(sql)).execute().map(rows -> rows.stream().toList())
        : Future.succeededFuture(List.of());
  }

  /** Migrations that broke off half-way outside a transaction, in words for people. */
  public Future<List<String>> interrupted(SqlClient client) {
    return rows(client, INTERRUPTED)
        .map(rows -> rows.stream().map(MigrationHistory::interruption).toList());
  }

  /** The same as values. */
  public Future<List<PartialRun>> unfinished(SqlClient client) {
    return rows(client, UNFINISHED)
        .map(
            rows ->
                rows.stream()
                    .map(
                        row ->
                            new PartialRun(
                                new Version(row.getString("version")),
                                row.getString("direction"),
                                row.getInteger("done"),
                                row.getString("done_checksum")))
                    .toList());
  }

  /** The same, as far as no run is at it now. */
  public Future<List<Interrupted>> brokenOff(SqlClient client) {
    return rows(client, BROKEN_OFF)
        .map(rows -> rows.stream().map(MigrationHistory::brokenOff).toList());
  }

  private static Interrupted brokenOff(Row row) {
    return new Interrupted(
        new Version(row.getString("version")),
        row.getString("label"),
        row.getString("direction"),
        row.getInteger("done"),
        row.getInteger("total"));
  }

  public static List<Applied> applied(List<MigrationRecord> records) {
    return records.stream()
        .filter(MigrationRecord::isApplied)
        .map(MigrationRecord::applied)
        .toList();
  }

  private Future<List<Row>> rows(SqlClient client, String sql) {
    return tables.areThere(client).compose(there -> asked(client, sql, there));
  }

  private static MigrationRecord record(Row row) {
    Applied applied =
        new Applied(
            row.getLong("id"),
            new Version(row.getString("version")),
            row.getString("name"),
            Kind.of(row.getString("kind")),
            text(row, "release"),
            row.getOffsetDateTime("executed_at").toInstant(),
            row.getBoolean("additive"),
            row.getString("checksum"),
            text(row, "down_text"),
            text(row, "down_checksum"),
            text(row, "irreversible"));
    return new MigrationRecord(
        applied,
        row.getInteger("stage"),
        Duration.ofMillis(row.getLong("execution_time_ms")),
        row.getString("executed_by"),
        text(row, "approved_by"),
        row.getBoolean("success")
            ? Optional.empty()
            : text(row, "error_message").or(() -> Optional.of("failed")),
        Optional.ofNullable(row.getOffsetDateTime("reverted_at")).map(OffsetDateTime::toInstant));
  }

  private static Savepoint savepoint(Row row) {
    return new Savepoint(
        row.getString("name"),
        row.getLong("history_id"),
        text(row, "version").map(Version::new),
        text(row, "release"),
        row.getOffsetDateTime("set_at").toInstant());
  }

  private static String interruption(Row row) {
    boolean up = row.getString("direction").equals("up");
    return row.getString("label")
        + ": its "
        + row.getString("direction")
        + " broke off after "
        + row.getInteger("done")
        + " of "
        + row.getInteger("total")
        + " statements; \"ripcord migrate "
        + (up ? "up" : "down")
        + "\" goes on there";
  }

  private static Optional<String> text(Row row, String column) {
    return Optional.ofNullable(row.getString(column));
  }
}
