package dev.ripcord.postgres;

import io.vertx.pgclient.PgException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A transaction on the working session in which no statement waits long for a lock. One that met a
 * lock, a deadlock or a serialization conflict is run again as a whole, with a pause, as long as
 * the budget lasts; nothing of it was committed.
 */
final class RunnerTransaction {
  private static final Logger LOG = LoggerFactory.getLogger(RunnerTransaction.class);
  private static final int PAUSE_MILLIS = 250;

  private final RunnerDesk desk;

  RunnerTransaction(RunnerDesk desk) {
    this.desk = desk;
  }

  /** Runs a body, which may run several times, and commits. */
  <T> T run(Supplier<T> body) {
    long start = desk.nanos().getAsLong();
    RunnerPause pause = new RunnerPause(desk.vertx(), desk.nanos());
    for (int attempt = 1; ; attempt++) {
      try {
        return once(body);
      } catch (RunnerFailure failure) {
        if (!failure.isPassing() || isSpent(start)) {
          throw failure;
        }
        LOG.warn("attempt {} met a lock, trying again: {}", attempt, failure.getMessage());
      } catch (PgException failure) {
        if (!RunnerFailure.isPassing(failure) || isSpent(start)) {
          throw failure;
        }
        LOG.warn("attempt {} met a lock, trying again: {}", attempt, failure.getErrorMessage());
      }
      pause.about(PAUSE_MILLIS);
    }
  }

  private boolean isSpent(long startNanos) {
    return desk.nanos().getAsLong() - startNanos > desk.setup().retryBudget().toNanos();
  }

  private <T> T once(Supplier<T> body) {
    desk.holdTheDoor();
    try {
      desk.work().run("BEGIN");
      desk.work().run("SET LOCAL lock_timeout = " + desk.setup().statementLock().toMillis());
      T result = body.get();
      desk.holdTheDoor();
      desk.work().run("COMMIT");
      return result;
    } catch (RuntimeException failure) {
      desk.work().quietly("ROLLBACK");
      throw failure;
    }
  }
}
