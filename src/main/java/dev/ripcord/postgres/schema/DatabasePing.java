package dev.ripcord.postgres.schema;

import dev.ripcord.health.DatabaseState;
import dev.ripcord.postgres.Database;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a database whether it answers, over a connection of its own. A connection that did not
 * answer in time is thrown away: a pool would hand it out again.
 */
final class DatabasePing {
  private static final Logger LOG = LoggerFactory.getLogger(DatabasePing.class);
  private static final Duration DEADLINE = Duration.ofSeconds(2);

  /** A service that is configured otherwise asks another one. */
  private static final Duration IDLE = Duration.ofMinutes(2);

  // Connections are counted where every role may read them. Of others' transactions a role without
  // pg_monitor sees none, so the oldest one is that of its own sessions then.
  private static final String ACTIVITY =
      """
      SELECT (SELECT sum(numbackends) FROM pg_stat_database)::int AS connections,
        current_setting('max_connections')::int
          - current_setting('superuser_reserved_connections')::int AS most,
        coalesce((SELECT extract(epoch FROM max(clock_timestamp() - l.waitstart))
          FROM pg_locks l JOIN pg_stat_activity a USING (pid)
          WHERE NOT l.granted AND a.datname = current_database()), 0)::float8 AS lock_wait,
        coalesce((SELECT extract(epoch FROM max(clock_timestamp() - xact_start))
          FROM pg_stat_activity WHERE datname = current_database()
            AND pid <> pg_backend_pid() AND backend_type = 'client backend'), 0)::float8
          AS transaction
      """;

  private final Vertx vertx;
  private final Database database;
  private final LongSupplier nanos;
  private final Duration idle;
  private final AtomicReference<@Nullable Kept> kept = new AtomicReference<>();

  /**
   * A connection for the next time.
   *
   * @param timer closes it when there is none
   */
  private record Kept(PgConnection connection, long timer) {}

  DatabasePing(Vertx vertx, Database database, LongSupplier nanos) {
    this(vertx, database, nanos, IDLE);
  }

  /**
   * The same.
   *
   * @param idle how long a connection is kept that nobody asks over
   */
  DatabasePing(Vertx vertx, Database database, LongSupplier nanos, Duration idle) {
    this.vertx = vertx;
    this.database = database;
    this.nanos = nanos;
    this.idle = idle;
  }

  /**
   * One round trip; connecting counts towards the deadline and not towards the latency. What its
   * sessions do is asked after it, and is missing where the server does not tell.
   */
  Future<DatabaseState> state() {
    return connection()
        .compose(
            connection ->
                roundTrip(connection)
                    .compose(seconds -> activity(connection, seconds))
                    .onSuccess(state -> keep(connection))
                    .onFailure(failure -> drop(connection)))
        .timeout(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
        .otherwise(failure -> new DatabaseState(false, OptionalDouble.empty()));
  }

  private static Future<DatabaseState> activity(PgConnection connection, double seconds) {
    return connection
        .query(ACTIVITY)
        .execute()
        .timeout(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
        .map(
            rows -> {
              Row row = rows.iterator().next();
              return new DatabaseState(
                  true,
                  OptionalDouble.of(seconds),
                  OptionalInt.of(row.getInteger("connections")),
                  OptionalInt.of(row.getInteger("most")),
                  OptionalDouble.of(row.getDouble("lock_wait")),
                  OptionalDouble.of(row.getDouble("transaction")));
            })
        .recover(
            failure -> {
              if (!(failure instanceof PgException)) {
                return Future.failedFuture(failure);
              }
              LOG.debug("The server does not tell what its sessions do", failure);
              return Future.succeededFuture(new DatabaseState(true, OptionalDouble.of(seconds)));
            });
  }

  private Future<Double> roundTrip(PgConnection connection) {
    long start = nanos.getAsLong();
    return connection
        .query("SELECT 1")
        .execute()
        .timeout(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
        .map(rows -> (nanos.getAsLong() - start) / 1e9);
  }

  private Future<PgConnection> connection() {
    @Nullable PgConnection open = taken(kept.get());
    return open != null
        ? Future.succeededFuture(open)
        : PgConnection.connect(vertx, database.options())
            .onSuccess(made -> made.closeHandler(closed -> forget(made)));
  }

  private @Nullable PgConnection taken(@Nullable Kept now) {
    if (now == null || !kept.compareAndSet(now, null)) {
      return null;
    }
    vertx.cancelTimer(now.timer());
    return now.connection();
  }

  private void forget(PgConnection closed) {
    @Nullable Kept now = kept.get();
    if (now != null && now.connection().equals(closed)) {
      var _ = taken(now);
    }
  }

  /** Keeps a connection for the next time, unless another one is kept already. */
  private void keep(PgConnection connection) {
    long timer = vertx.setTimer(Math.max(1, idle.toMillis()), this::unused);
    if (!kept.compareAndSet(null, new Kept(connection, timer))) {
      vertx.cancelTimer(timer);
      drop(connection);
    }
  }

  private void unused(long timer) {
    @Nullable Kept now = kept.get();
    if (now != null && now.timer() == timer && kept.compareAndSet(now, null)) {
      drop(now.connection());
    }
  }

  private static void drop(PgConnection connection) {
    var _ = connection.close();
  }

  Future<Void> close() {
    @Nullable PgConnection open = taken(kept.get());
    return open == null ? Future.succeededFuture() : open.close();
  }
}
