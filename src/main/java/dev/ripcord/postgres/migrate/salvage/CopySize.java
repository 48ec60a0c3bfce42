package dev.ripcord.postgres.migrate.salvage;

import dev.ripcord.migration.sql.Quoting;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.migrate.salvage.DataSnapshot.Table;
import dev.ripcord.postgres.migrate.salvage.DataSnapshot.Target;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How large the copies of a migration get. The statistics know little of a column that is new, so
 * what they take for too large is read and counted.
 */
final class CopySize {
  private static final Logger LOG = LoggerFactory.getLogger(CopySize.class);

  /** What a row takes beside its values. */
  private static final int ROW_BYTES = 40;

  private static final String SIZE =
      """
      SELECT pg_table_size($1::bigint::oid) AS bytes,
        greatest(c.reltuples, 0)::bigint AS rows,
        (SELECT sum(s.avg_width)::bigint FROM pg_stats s JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE s.schemaname = n.nspname AND s.tablename = c.relname
           AND s.attname = ANY ($2::text[]::name[])) AS width
      FROM pg_class c WHERE c.oid = $1::bigint::oid
      """;

  private static final String READING =
      "BEGIN READ ONLY; SET LOCAL row_security = off; SET LOCAL statement_timeout = '2min'";

  private final Map<Target, Long> counted = new HashMap<>();

  /** By what was counted, else as far as the statistics tell. */
  long bytes(MigrationSession session, Target target, List<String> columns) {
    Long known = counted.get(target);
    return known != null ? known : estimate(session, target, columns);
  }

  private static long estimate(MigrationSession session, Target target, List<String> columns) {
    Row size =
        session.ask(SIZE, target.table(), (Object) columns.toArray(String[]::new)).getFirst();
    long bytes = size.getLong("bytes");
    if (target instanceof Target.Values && size.getLong("width") != null) {
      bytes = Math.min(bytes, size.getLong("rows") * (size.getLong("width") + ROW_BYTES));
    }
    return bytes;
  }

  /**
   * Counts what is to be copied; where that fails the statistics are believed. Not within a
   * transaction.
   *
   * @param columns that are copied
   * @param where which rows
   */
  void count(
      MigrationSession session, Target target, Table from, List<String> columns, String where) {
    String sizes =
        columns.stream()
            .map(name -> "coalesce(pg_column_size(%s), 0)".formatted(Quoting.name(name)))
            .collect(Collectors.joining(" + "));
    String sql =
        "SELECT count(*) AS rows, coalesce(sum(%s), 0)::bigint AS bytes FROM ONLY %s WHERE %s"
            .formatted(sizes, SalvageManifest.relation(from.schema(), from.name()), where);
    session.run(READING);
    try {
      Row found = session.ask(sql).getFirst();
      counted.put(target, found.getLong("bytes") + found.getLong("rows") * ROW_BYTES);
    } catch (PgException unknown) {
      LOG.debug("{} is not counted: {}", from, unknown.getErrorMessage());
    } finally {
      session.runIgnoringErrors("ROLLBACK");
    }
  }

  /** Whether it was counted. */
  boolean isCounted(Target target) {
    return counted.containsKey(target);
  }
}
