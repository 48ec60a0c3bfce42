package dev.ripcord.cli.wiring;

import dev.ripcord.postgres.history.MigrationRan;
import dev.ripcord.postgres.schema.PostgresSchema;
import dev.ripcord.release.Secret;
import dev.ripcord.web.Metrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts for the daemon's metrics what other processes migrate: a command line has ended long
 * before Prometheus comes by, but its database remembers. The databases are asked one after the
 * other, so that many of them are no burden; one that does not answer is asked again the next time,
 * and nothing is lost by that.
 */
final class MigrationTally {
  private static final Logger LOG = LoggerFactory.getLogger(MigrationTally.class);
  private static final long PAUSE_MILLIS = 10_000;

  private final Vertx vertx;
  private final Metrics metrics;
  private final LongSupplier nanos;
  private final long begun;
  private final Supplier<Map<Secret, PostgresSchema>> databases;

  /** Where each database was read up to; used by one asking after the other. */
  private final Map<Secret, Long> places = new HashMap<>();

  private volatile boolean stopped;

  /**
   * Reads nothing yet.
   *
   * @param begun when this process began; what ran before that is another one's to count
   * @param nanos the clock that {@code begun} was read from
   */
  MigrationTally(
      Vertx vertx,
      Supplier<Map<Secret, PostgresSchema>> databases,
      Metrics metrics,
      long begun,
      LongSupplier nanos) {
    this.vertx = vertx;
    this.metrics = metrics;
    this.nanos = nanos;
    this.begun = begun;
    this.databases = databases;
  }

  void start() {
    vertx.runOnContext(go -> round());
  }

  /** No round begins any more. */
  void stop() {
    stopped = true;
  }

  private void round() {
    Future<Void> turns = Future.succeededFuture();
    for (Map.Entry<Secret, PostgresSchema> each : databases.get().entrySet()) {
      turns =
          turns.compose(
              done -> stopped ? Future.succeededFuture() : read(each.getKey(), each.getValue()));
    }
    turns.onComplete(
        done -> {
          if (!stopped) {
            vertx.setTimer(PAUSE_MILLIS, again -> round());
          }
        });
  }

  private Future<Void> read(Secret url, PostgresSchema database) {
    Duration within = Duration.ofNanos(nanos.getAsLong() - begun);
    return database
        .ran(places.getOrDefault(url, 0L), within)
        .onSuccess(
            all -> {
              for (MigrationRan ran : all) {
                places.put(url, ran.id());
                count(ran);
              }
            })
        .onFailure(e -> LOG.debug("migrations are not counted for now: {}", e.getMessage()))
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }

  private void count(MigrationRan ran) {
    if (ran.success()) {
      metrics.migrated(ran.took());
    } else {
      metrics.migrationFailed();
    }
  }
}
