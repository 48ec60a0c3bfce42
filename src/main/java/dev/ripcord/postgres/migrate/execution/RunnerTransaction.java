package dev.ripcord.postgres.migrate.execution;

import dev.ripcord.postgres.Backoff;
import dev.ripcord.postgres.MigrationSession;
import dev.ripcord.postgres.RunProgress;
import dev.ripcord.postgres.ServerMessage;
import dev.ripcord.postgres.StatementFailure;
import dev.ripcord.postgres.migrate.lock.Blocker;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A transaction on the working session in which no statement waits long for a lock. One that met a
 * lock, a deadlock or a serialization conflict is run again as a whole, with a pause, as long as
 * the budget lasts; nothing of it was committed.
 */
public final class RunnerTransaction {
  private static final int PAUSE_MILLIS = 250;
  private static final int PAUSE_MILLIS_MAX = 2_000;

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
    for (int made = 1; ; made++) {
      try {
        context.waits().begin();
        return attempt.get();
      } catch (StatementFailure failure) {
        if (!failure.isPassing()) {
          throw failure;
        }
        if (isSpent(start) && !isCleared()) {
          throw givenUp(failure, made, start);
        }
        rest(pause, made, start, failure.firstLine());
      } catch (PgException failure) {
        if (!StatementFailure.isPassing(failure) || (isSpent(start) && !isCleared())) {
          throw failure;
        }
        rest(pause, made, start, ServerMessage.withoutRows(failure));
      }
    }
  }

  /** Each time twice as long, so that those in the queue behind it get their turn. */
  private void rest(Backoff pause, int made, long start, String failure) {
    long millis = pause.jittered(Math.min(PAUSE_MILLIS << Math.min(made - 1, 3), PAUSE_MILLIS_MAX));
    long left = context.setup().retryBudget().toMillis() - context.millisSince(start);
    context.waits().again(made + 1);
    context
        .meanwhile()
        .accept(
            RunProgress.once(
                String.format(
                    Locale.ROOT,
                    "%s: all of it is undone; trying again in %.1f s, attempt %d, for another %d s",
                    failure,
                    millis / 1000.0,
                    made + 1,
                    Math.max(0, left) / 1000)));
    pause.pause(millis);
  }

  /** Cancels who is in the way where that is configured, once the right to act is proved. */
  private boolean isCleared() {
    context.pulse().check();
    return context.waits().clear(context.lockSession(), this::prove);
  }

  private void prove() {
    var _ = context.workSession().await(context.fence().beforeCommit(context.workSession()));
    context.pulse().check();
  }

  private StatementFailure givenUp(StatementFailure failure, int made, long start) {
    String ending =
        Blocker.ending(context.waits().seen())
            .map(sql -> ", or end who is in the way first: " + sql)
            .orElse("");
    String cancelled =
        context.waits().deeds().stream().map(each -> "\n    " + each).collect(Collectors.joining());
    return failure.with(
        cancelled
            + "\n    Tried %d times in %d s. Run the same again when the lock is free%s"
                .formatted(made, context.millisSince(start) / 1000, ending));
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
