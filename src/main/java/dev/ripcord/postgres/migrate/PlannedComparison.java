package dev.ripcord.postgres.migrate;

import dev.ripcord.postgres.Database;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.history.MigrationTables;
import dev.ripcord.postgres.history.SchemaRecords;
import dev.ripcord.postgres.migrate.lock.RunnerSessions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session of its own that has the question after a down planned, which takes longer than all else
 * that a short down does, while the run reads the history. Where it cannot be opened the question
 * is planned when it is asked.
 */
final class PlannedComparison implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PlannedComparison.class);
  private static final int PATIENCE_SECONDS = 5;

  private final SchemaRecords records;
  private final Future<MigrationSession> planned;
  private final Future<MigrationSession> opened;

  /** Begins at once, and waits for nothing. */
  PlannedComparison(Vertx vertx, Database database, MigrationTables tables) {
    records = new SchemaRecords(tables);
    opened = RunnerSessions.another(vertx, database);
    planned =
        opened
            .compose(session -> records.prepare(session).map(session))
            .onFailure(failure -> LOG.debug("it is planned when it is asked", failure));
  }

  SchemaRecords records() {
    return records;
  }

  /** The session; empty where it is of no use. Waits until the question is planned. */
  Optional<MigrationSession> session() {
    try {
      MigrationSession session = planned.timeout(PATIENCE_SECONDS, TimeUnit.SECONDS).await();
      return Optional.of(session).filter(MigrationSession::isOpen);
    } catch (RuntimeException unplanned) {
      return Optional.empty();
    }
  }

  /** Waits for its end, unless the server still has something to answer. */
  @Override
  public void close() {
    if (planned.succeeded()) {
      var _ = planned.result().closing().otherwiseEmpty().await();
    } else {
      var _ = opened.onSuccess(MigrationSession::leave);
    }
  }
}
