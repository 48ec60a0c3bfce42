package dev.ripcord.postgres.schema;

import dev.ripcord.health.DatabaseState;
import dev.ripcord.postgres.Database;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks a database whether it answers, over a connection of its own. A connection that did not
 * answer in time is thrown away: a pool would hand it out again.
 */
final class DatabasePing {
  private static final Duration DEADLINE = Duration.ofSeconds(2);

  private final Vertx vertx;
  private final Database database;
  private final LongSupplier nanos;
  private final AtomicReference<@Nullable PgConnection> kept = new AtomicReference<>();

  DatabasePing(Vertx vertx, Database database, LongSupplier nanos) {
    this.vertx = vertx;
    this.database = database;
    this.nanos = nanos;
  }

  /** One round trip; connecting counts towards the deadline and not towards the latency. */
  Future<DatabaseState> state() {
    return connection()
        .compose(this::roundTrip)
        .timeout(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
        .map(seconds -> new DatabaseState(true, OptionalDouble.of(seconds)))
        .otherwise(failure -> new DatabaseState(false, OptionalDouble.empty()));
  }

  private Future<Double> roundTrip(PgConnection connection) {
    long start = nanos.getAsLong();
    return connection
        .query("SELECT 1")
        .execute()
        .timeout(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
        .map(rows -> (nanos.getAsLong() - start) / 1e9)
        .onSuccess(seconds -> keep(connection))
        .onFailure(failure -> drop(connection));
  }

  private Future<PgConnection> connection() {
    @Nullable PgConnection open = kept.getAndSet(null);
    return open != null
        ? Future.succeededFuture(open)
        : PgConnection.connect(vertx, database.options())
            .onSuccess(made -> made.closeHandler(closed -> kept.compareAndSet(made, null)));
  }

  /** Keeps a connection for the next time, unless another one is kept already. */
  private void keep(PgConnection connection) {
    if (!kept.compareAndSet(null, connection)) {
      drop(connection);
    }
  }

  private static void drop(PgConnection connection) {
    var _ = connection.close();
  }

  Future<Void> close() {
    @Nullable PgConnection open = kept.getAndSet(null);
    return open == null ? Future.succeededFuture() : open.close();
  }
}
