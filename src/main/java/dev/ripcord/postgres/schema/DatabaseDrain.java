package dev.ripcord.postgres.schema;

import dev.ripcord.port.SchemaException;
import dev.ripcord.vertx.AsyncLoop;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** Waits until the sessions of a replaced version are gone. */
final class DatabaseDrain {
  private static final long POLL_MILLIS = 250;
  private static final int NAMED_MAX = 5;

  private static final String LEFT =
      """
      SELECT pid, coalesce(state, 'state unknown') AS state, backend_start IS NULL AS hidden,
        coalesce(to_char(backend_start, 'YYYY-MM-DD HH24:MI:SS TZ'), '') AS since
      FROM pg_stat_activity
      WHERE application_name = $1 AND datname = current_database() AND pid <> pg_backend_pid()
        AND (backend_start < $2 OR backend_start IS NULL)
      ORDER BY backend_start
      """;

  private final Vertx vertx;
  private final Pool pool;
  private final String application;
  private final LongSupplier nanos;

  DatabaseDrain(Vertx vertx, Pool pool, String application, LongSupplier nanos) {
    this.vertx = vertx;
    this.pool = pool;
    this.application = application;
    this.nanos = nanos;
  }

  Future<String> drained(Instant before, Duration budget, Future<Void> revoked) {
    Wait wait = new Wait(before, budget, revoked, nanos.getAsLong());
    return AsyncLoop.until(() -> look(wait));
  }

  private record Wait(Instant before, Duration budget, Future<Void> revoked, long start) {}

  private Future<Optional<String>> look(Wait wait) {
    return wait.revoked().isComplete()
        ? Future.failedFuture(
            new SchemaException("it was not waited for the old sessions any more"))
        : left(wait.before()).compose(rows -> judge(rows, wait));
  }

  private Future<List<Row>> left(Instant before) {
    return pool.preparedQuery(LEFT)
        .execute(Tuple.of(application, before.atOffset(ZoneOffset.UTC)))
        .map(rows -> rows.stream().toList());
  }

  /** What there is to say; empty where it has to be looked again. */
  private Future<Optional<String>> judge(List<Row> rows, Wait wait) {
    if (rows.isEmpty()) {
      return Future.succeededFuture(
          Optional.of("no session of " + application + " from before is left"));
    }
    if (rows.stream().allMatch(row -> row.getBoolean("hidden"))) {
      return Future.succeededFuture(
          Optional.of(
              rows.size()
                  + " sessions of "
                  + application
                  + " cannot be distinguished by age: the database user lacks pg_read_all_stats"));
    }
    if (nanos.getAsLong() - wait.start() >= wait.budget().toNanos()) {
      return Future.failedFuture(
          new SchemaException(
              rows.size()
                  + " sessions of "
                  + application
                  + " from before are left after "
                  + wait.budget().toSeconds()
                  + " s: "
                  + named(rows)
                  + ". Stop what holds them, or end them with pg_terminate_backend(pid)"));
    }
    return vertx.timer(POLL_MILLIS, TimeUnit.MILLISECONDS).map(Optional.empty());
  }

  private static String named(List<Row> rows) {
    return rows.stream()
            .limit(NAMED_MAX)
            .map(
                row ->
                    "pid "
                        + row.getInteger("pid")
                        + " ("
                        + row.getString("state")
                        + ", since "
                        + row.getString("since")
                        + ")")
            .collect(Collectors.joining(", "))
        + (rows.size() > NAMED_MAX ? " and more" : "");
  }
}
