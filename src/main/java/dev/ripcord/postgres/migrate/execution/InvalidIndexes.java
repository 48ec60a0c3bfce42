package dev.ripcord.postgres.migrate.execution;

import dev.ripcord.migration.sql.ConcurrentIndex;
import dev.ripcord.migration.sql.Statement;
import io.vertx.core.VertxException;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The invalid indexes that a failed {@code CREATE INDEX CONCURRENTLY} or {@code REINDEX …
 * CONCURRENTLY} has left: those that were not there before it and that no session builds. Where the
 * server chose the name, only such a comparison finds them.
 */
final class InvalidIndexes {
  private static final Logger LOG = LoggerFactory.getLogger(InvalidIndexes.class);

  private static final String INVALID =
      """
      SELECT i.indexrelid::bigint AS id,
        quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS index
      FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE NOT i.indisvalid AND c.relkind = 'i'
        AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = c.oid)
        AND CASE WHEN $1 THEN i.indrelid = to_regclass($2) ELSE c.relname ~ '_cc(new|old)[0-9]*$' END
      ORDER BY 1
      """;

  private final RunContext context;
  private final Optional<ConcurrentIndex> build;
  private final Set<Long> before = new HashSet<>();

  /** Looks what is there before a statement runs. */
  InvalidIndexes(RunContext context, Statement statement) {
    this.context = context;
    this.build = ConcurrentIndex.of(statement);
    invalid().forEach(row -> before.add(row.getLong("id")));
  }

  private List<Row> invalid() {
    return build
        .map(
            each ->
                context
                    .workSession()
                    .ask(INVALID, each.table().isPresent(), each.table().orElse("")))
        .orElse(List.of());
  }

  /** Drops what the statement has left; gives what could not be dropped, as SQL spells it. */
  List<String> drop() {
    List<String> stay = new ArrayList<>();
    for (Row row : invalid()) {
      String index = row.getString("index");
      if (!before.contains(row.getLong("id"))) {
        LOG.warn("dropping the invalid index {} that a failed statement has left", index);
        try {
          context
              .workSession()
              .run("SET lock_timeout = " + context.setup().standaloneLock().toMillis());
          context.workSession().run("DROP INDEX CONCURRENTLY IF EXISTS " + index);
        } catch (VertxException refused) {
          LOG.warn("{} stays: {}", index, refused.getMessage());
          stay.add(index);
        }
        context.workSession().runIgnoringErrors("RESET lock_timeout");
      }
    }
    return stay;
  }
}
