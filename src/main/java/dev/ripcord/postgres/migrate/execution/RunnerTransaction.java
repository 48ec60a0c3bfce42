package dev.ripcord.postgres.migrate.execution;

import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.RunnerFailure;
import dev.ripcord.postgres.RunnerPause;
import dev.ripcord.postgres.ServerMessage;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A transaction on the working session in which no statement waits long for a lock. One that met a
 * lock, a deadlock or a serialization conflict is run again as a whole, with a pause, as long as
 * the budget lasts; nothing of it was committed.
 */
public final class RunnerTransaction {
  private static final Logger LOG = LoggerFactory.getLogger(RunnerTransaction.class);
  private static final int PAUSE_MILLIS = 250;

  private final RunnerDesk desk;
  private final boolean fresh;
  private final String settings;

  /** Keeps the settings that the session has. */
  RunnerTransaction(RunnerDesk desk) {
    this(desk, false);
  }

  private RunnerTransaction(RunnerDesk desk, boolean fresh) {
    this.desk = desk;
    this.fresh = fresh;
    this.settings = String.join("; ", desk.settings());
  }

  /** Begins with the settings that the session had at first. */
  public static RunnerTransaction fresh(RunnerDesk desk) {
    return new RunnerTransaction(desk, true);
  }

  /**
   * Makes the session as it was at first where that was asked for, and begins. Two texts: a
   * transaction takes some settings from where the text stands that begins it.
   */
  Future<?> begin() {
    Future<?> reset =
        fresh
            ? desk.work().send(MigrationSession.RESET + "; " + MigrationSession.CLEAN)
            : Future.succeededFuture();
    Future<?> begun = desk.work().send("BEGIN; " + settings);
    return reset.compose(done -> begun);
  }

  /**
   * Commits, and begins the next one in a session that is as it was at first. What is taken away in
   * between is a transaction of its own, since the next one's must not have begun to read.
   */
  Future<?> commitAndBegin() {
    return desk.work()
        .send(
            MigrationSession.RESET
                + "; COMMIT; BEGIN; "
                + MigrationSession.CLEAN
                + "; COMMIT; BEGIN; "
                + settings);
  }

  /** Runs a body, which may run several times, and commits. */
  public <T> T run(Supplier<T> body) {
    return again(() -> once(body));
  }

  /**
   * Runs a transaction until it ends well or the budget is spent.
   *
   * @param attempt the whole transaction; nothing of it stays when it throws
   */
  <T> T again(Supplier<T> attempt) {
    long start = desk.nanos().getAsLong();
    RunnerPause pause = new RunnerPause(desk.vertx(), desk.nanos());
    while (true) {
      try {
        return attempt.get();
      } catch (RunnerFailure failure) {
        if (!failure.isPassing() || isSpent(start)) {
          throw failure;
        }
        tell(start, String.valueOf(failure.getMessage()));
      } catch (PgException failure) {
        if (!RunnerFailure.isPassing(failure) || isSpent(start)) {
          throw failure;
        }
        LOG.debug("once more: {}", ServerMessage.withoutRows(failure));
      }
      pause.about(PAUSE_MILLIS);
    }
  }

  private void tell(long start, String failure) {
    long left = desk.setup().retryBudget().toMillis() - desk.millisSince(start);
    desk.meanwhile()
        .accept(
            failure.lines().filter(line -> !line.isBlank()).findFirst().orElse("")
                + "; all of it is undone and tried again, for another "
                + Math.max(0, left) / 1000
                + " s");
  }

  private boolean isSpent(long startNanos) {
    return desk.nanos().getAsLong() - startNanos > desk.setup().retryBudget().toNanos();
  }

  private <T> T once(Supplier<T> body) {
    desk.pulse().check();
    try {
      var _ = desk.work().await(begin());
      T result = body.get();
      var _ = desk.work().await(desk.fence().beforeCommit(desk.work()));
      desk.pulse().check();
      desk.work().run("COMMIT");
      return result;
    } catch (RuntimeException failure) {
      desk.work().quietly("ROLLBACK");
      throw failure;
    }
  }
}
