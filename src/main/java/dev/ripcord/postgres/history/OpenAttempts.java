package dev.ripcord.postgres.history;

import dev.ripcord.postgres.MigrationSession;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Reads the runs that have no end in the table; needs no lock and makes nothing. */
public final class OpenAttempts {
  private static final String THERE = "SELECT to_regclass($1) IS NOT NULL";

  /** Who may not see others' sessions sees no start of theirs; the number alone must do then. */
  private static final String OPEN =
      """
      SELECT a.direction, a.versions, a.names, a.release, a.executed_by, a.backend_pid, a.begun_at,
        EXISTS (SELECT FROM pg_stat_activity s WHERE s.pid = a.backend_pid
          AND (s.backend_start IS NULL OR s.backend_start = a.backend_start)) AS running,
        (SELECT count(*) FROM $schema.migration_audit u WHERE u.attempt = a.id AND u.success)::int
          AS done
      FROM $schema.migration_attempt a WHERE a.ended_at IS NULL ORDER BY a.id
      """;

  private OpenAttempts() {}

  public static List<MigrationAttempt> read(MigrationSession session, MigrationTables tables) {
    String table = tables.sql("$schema.migration_attempt");
    return session.ask(THERE, table).getFirst().getBoolean(0)
        ? session.ask(tables.sql(OPEN)).stream().map(OpenAttempts::attempt).toList()
        : List.of();
  }

  private static MigrationAttempt attempt(Row row) {
    String[] versions = row.getArrayOfStrings("versions");
    String[] names = row.getArrayOfStrings("names");
    return new MigrationAttempt(
        row.getString("direction"),
        IntStream.range(0, versions.length).mapToObj(i -> versions[i] + "_" + names[i]).toList(),
        row.getInteger("done"),
        row.getString("executed_by"),
        Optional.ofNullable(row.getString("release")),
        row.getOffsetDateTime("begun_at").toInstant(),
        row.getInteger("backend_pid"),
        row.getBoolean("running"));
  }
}
