package dev.ripcord.cli.wiring;

import dev.ripcord.postgres.migrate.salvage.SalvageEntry;
import dev.ripcord.postgres.schema.PostgresSchema;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes for good, in each database that the daemon knows, what a stage 2 has dropped and whose
 * time is over. The databases are asked one after the other; one that does not answer is asked
 * again the next time. Several daemons may do so at once: each thing is deleted once.
 */
final class SalvagePurger {
  private static final Logger LOG = LoggerFactory.getLogger(SalvagePurger.class);
  private static final long PAUSE_MILLIS = 10 * 60_000;
  private static final String WHO = "ripcord";

  private final Vertx vertx;
  private final Supplier<List<PostgresSchema>> databases;
  private volatile boolean stopped;

  SalvagePurger(Vertx vertx, Supplier<List<PostgresSchema>> databases) {
    this.vertx = vertx;
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
    for (PostgresSchema database : databases.get()) {
      turns = turns.compose(done -> stopped ? Future.succeededFuture() : purge(database));
    }
    turns.onComplete(
        done -> {
          if (!stopped) {
            vertx.setTimer(PAUSE_MILLIS, again -> round());
          }
        });
  }

  private static Future<Void> purge(PostgresSchema database) {
    return database
        .purgeDue(WHO)
        .onSuccess(all -> all.forEach(SalvagePurger::log))
        .onFailure(e -> LOG.warn("what stage 2 has kept is not purged for now: {}", e.getMessage()))
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }

  private static void log(SalvageEntry purged) {
    LOG.info("{}: its time is over, deleted for good: {}", purged.migration(), purged.what());
  }
}
