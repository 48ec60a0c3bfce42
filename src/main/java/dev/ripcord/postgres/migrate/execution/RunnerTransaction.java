package dev.ripcord.postgres.migrate.execution;

import dev.ripcord.postgres.Backoff;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.RunProgress;
import dev.ripcord.postgres.ServerMessage;
import dev.ripcord.postgres.StatementFailure;
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

  private final RunContext context;
  private final boolean fresh;
  private final String settings;

  /** Keeps the settings that the session has. */
  RunnerTransaction(RunContext context) {
    this(context, false);
  }

  private RunnerTransaction(RunContext context, boolean fresh) {
    this.context = context;
    this.fresh = fresh;
    this.settings = String.join("; ", context.settings());
  }

  /** Begins with the settings that the session had at first. */
  public static RunnerTransaction fresh(RunContext context) {
    return new RunnerTransaction(context, true);
  }

  /**
   * Makes the session as it was at first where that was asked for, and begins. Two texts: a
   * transaction takes some settings from where the text stands that begins it.
   */
  Future<?> begin() {
    Future<?> reset =
        fresh
            ? context.workSession().send(MigrationSession.RESET + "; " + MigrationSession.CLEAN)
            : Future.succeededFuture();
    Future<?> begun = context.workSession().send("BEGIN; " + settings);
    return reset.compose(done -> begun);
  }

  /**
   * Commits, and begins the next one in a session that is as it was at first. What is taken away in
   * between is a transaction of its own, since the next one's must not have begun to read.
   */
  Future<?> commitAndBegin() {
    return context
        .workSession()
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
    long start = context.nanos().getAsLong();
    Backoff pause = new Backoff(context.vertx(), context.nanos());
    while (true) {
      try {
        return attempt.get();
      } catch (StatementFailure failure) {
        if (!failure.isPassing() || isSpent(start)) {
          throw failure;
        }
        report(start, String.valueOf(failure.getMessage()));
      } catch (PgException failure) {
        if (!StatementFailure.isPassing(failure) || isSpent(start)) {
          throw failure;
        }
        LOG.debug("once more: {}", ServerMessage.withoutRows(failure));
      }
      pause.about(PAUSE_MILLIS);
    }
  }

  private void report(long start, String failure) {
    long left = context.setup().retryBudget().toMillis() - context.millisSince(start);
    context
        .meanwhile()
        .accept(
            new RunProgress(
                failure.lines().filter(line -> !line.isBlank()).findFirst().orElse(""),
                "all of it is undone and tried again, for another "
                    + Math.max(0, left) / 1000
                    + " s"));
  }

  private boolean isSpent(long startNanos) {
    return context.nanos().getAsLong() - startNanos > context.setup().retryBudget().toNanos();
  }

  private <T> T once(Supplier<T> body) {
    context.pulse().check();
    try {
      var _ = context.workSession().await(begin());
      T result = body.get();
      var _ = context.workSession().await(context.fence().beforeCommit(context.workSession()));
      context.pulse().check();
      context.workSession().run("COMMIT");
      return result;
    } catch (RuntimeException failure) {
      context.workSession().runIgnoringErrors("ROLLBACK");
      throw failure;
    }
  }
}
