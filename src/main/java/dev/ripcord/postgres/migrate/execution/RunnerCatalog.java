package dev.ripcord.postgres.migrate.execution;

import dev.ripcord.migration.sql.NonTransactional;
import dev.ripcord.migration.sql.Quoting;
import dev.ripcord.migration.sql.Statement;
import dev.ripcord.postgres.PreconditionFailure;
import dev.ripcord.postgres.StatementFailure;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the catalog what became of a statement that ran outside a transaction. */
final class RunnerCatalog {
  private static final Logger LOG = LoggerFactory.getLogger(RunnerCatalog.class);
  private static final Set<String> EXISTS = Set.of("42P07", "42P04", "42710");
  private static final Set<String> ABSENT = Set.of("42704", "42P01", "3D000");

  private static final String INDEX =
      """
      SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS index, i.indisvalid AS valid,
        EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = c.oid) AS building
      FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE i.indrelid = to_regclass($1) AND c.relname = $2::text::name
      """;
  private static final String THERE = "SELECT to_regclass($1) IS NOT NULL";
  private static final String PARTITION =
      """
      SELECT inhdetachpending FROM pg_inherits
      WHERE inhparent = to_regclass($1) AND inhrelid = to_regclass($2)
      """;

  private final RunContext context;

  RunnerCatalog(RunContext context) {
    this.context = context;
  }

  /**
   * Whether a statement need not be run. An invalid index that an interrupted build has left is
   * dropped, so that the statement can build it anew; {@code IF NOT EXISTS} would take it for good.
   *
   * @param resumed whether the statement may have run before, in a run that broke off
   */
  boolean isDone(NonTransactional alone, boolean resumed) {
    return switch (alone) {
      case NonTransactional.BuildIndex build -> isBuilt(build, resumed);
      case NonTransactional.DropIndex drop ->
          resumed && !context.workSession().ask(THERE, drop.index()).getFirst().getBoolean(0);
      case NonTransactional.DetachPartition detach -> isDetached(detach, resumed);
      case NonTransactional.Repeatable ignored -> false;
      case NonTransactional.ByName ignored -> false;
    };
  }

  private boolean isBuilt(NonTransactional.BuildIndex build, boolean resumed) {
    if (build.index().isEmpty()) {
      if (resumed) {
        throw new PreconditionFailure(
            "an index without a name was being built on "
                + build.table()
                + " when the run broke off, and cannot be found again. Give it a name in the file,"
                + " and drop what is left of it");
      }
      return false;
    }
    for (Row row : index(build)) {
      if (row.getBoolean("valid")) {
        return resumed;
      }
      if (row.getBoolean("building")) {
        throw new PreconditionFailure(
            "index " + row.getString("index") + " is being built by another session");
      }
      drop(row.getString("index"));
    }
    return false;
  }

  private List<Row> index(NonTransactional.BuildIndex build) {
    String index = build.index().orElse("");
    return context
        .workSession()
        .ask(INDEX, build.table(), Quoting.unquoted(index.substring(index.lastIndexOf('.') + 1)));
  }

  private void drop(String index) {
    LOG.warn("dropping the invalid index {} that an interrupted build has left", index);
    context.workSession().run("SET lock_timeout = " + context.setup().standaloneLock().toMillis());
    context.workSession().run("DROP INDEX CONCURRENTLY IF EXISTS " + index);
    context.workSession().run("RESET lock_timeout");
  }

  /** One that failed before its last step waits for a FINALIZE, also for a run that begins anew. */
  private boolean isDetached(NonTransactional.DetachPartition detach, boolean resumed) {
    List<Row> rows = context.workSession().ask(PARTITION, detach.table(), detach.partition());
    if (rows.isEmpty()) {
      return resumed;
    }
    if (rows.getFirst().getBoolean(0)) {
      context
          .workSession()
          .run(
              "ALTER TABLE "
                  + detach.table()
                  + " DETACH PARTITION "
                  + detach.partition()
                  + " FINALIZE");
      return true;
    }
    return false;
  }

  /**
   * Whether the server's refusal means that an interrupted run had done it: what is made is there,
   * or what is dropped is not.
   */
  boolean saysDone(Statement statement, StatementFailure failure) {
    String first = statement.text().toLowerCase(Locale.ROOT);
    return (first.startsWith("create") && EXISTS.contains(failure.sqlState()))
        || (first.startsWith("drop") && ABSENT.contains(failure.sqlState()));
  }

  /** Takes away the invalid index that a failed build has left. */
  void tidy(NonTransactional alone) {
    if (alone instanceof NonTransactional.BuildIndex build && build.index().isPresent()) {
      index(build).stream()
          .filter(row -> !row.getBoolean("valid"))
          .forEach(row -> drop(row.getString("index")));
    }
  }
}
