package dev.ripcord.postgres.migrate.execution;

import dev.ripcord.postgres.ScriptSource;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends migrations in parts, two round trips for each: its statements with its record; its commit
 * with the beginning of the next one.
 *
 * <p>The commit and the beginning are one text, which the server stops at its first error: where a
 * commit fails, nothing begins. The statements of a migration are sent when its transaction is
 * known to be open, so no migration runs behind one that failed. What is sent is sent by the event
 * loop itself as soon as the answer is there. Used by the one thread of a run.
 */
final class PipelinedTransaction {
  private final RunContext context;
  private final RunnerTransaction transaction;

  /** The next one, until the commit before it takes it along. */
  private final AtomicReference<MigrationTask.@Nullable Together> ahead = new AtomicReference<>();

  /** What went off behind the commit of the one before. */
  private volatile @Nullable Flight follower;

  /** None on its way. */
  PipelinedTransaction(RunContext context, RunnerTransaction transaction) {
    this.context = context;
    this.transaction = transaction;
  }

  /**
   * A migration under way.
   *
   * @param since when it began, on the context's clock
   * @param opened answered when the transaction is open
   * @param done answered when it is committed, or when it is ready for its checks: whether it had
   *     been done before
   */
  record Flight(MigrationTask.Together task, long since, Future<?> opened, Future<Boolean> done) {}

  /**
   * Waits for the end of one. A commit that is answered with an error may have been done all the
   * same, when the error was one of the beginning behind it: then the history knows.
   *
   * @param next what is to begin behind its commit
   * @return whether it had been done before
   */
  boolean landed(Flight flight, Optional<MigrationTask.Together> next) {
    try {
      ahead.set(next.orElse(null));
      boolean already = context.workSession().await(flight.done());
      if (flight.task().checked().isEmpty()) {
        return already;
      }
      if (!already) {
        flight.task().checked().get().run();
      }
      return context.workSession().await(commit(already));
    } catch (RuntimeException failure) {
      ahead.set(null);
      boolean committing = follower != null;
      follower = null;
      context.workSession().runIgnoringErrors("ROLLBACK");
      if (committing
          && failure instanceof PgException
          && flight.task().isRecorded().getAsBoolean()) {
        return false;
      }
      throw failure;
    } finally {
      ahead.set(null);
    }
  }

  /** The one that went off behind the commit before it, or a new one. */
  Flight flight(MigrationTask.Together task) {
    @Nullable Flight off = follower;
    follower = null;
    if (off != null && off.task().equals(task)) {
      return off;
    }
    context.pulse().check();
    return begin(task, transaction::begin);
  }

  private Flight begin(MigrationTask.Together task, Supplier<Future<?>> opening) {
    long since = context.nanos().getAsLong();
    Future<?> opened = opening.get();
    Future<Optional<ScriptSource>> looked = task.look().get();
    Future<Boolean> worked = opened.compose(open -> looked).compose(source -> work(task, source));
    return new Flight(
        task, since, opened, task.checked().isPresent() ? worked : worked.compose(this::commit));
  }

  private Future<Boolean> work(MigrationTask.Together task, Optional<ScriptSource> source) {
    return source.isEmpty()
        ? Future.succeededFuture(true)
        : context.sendAll(source.get(), task.record()).map(false);
  }

  private Future<Boolean> commit(boolean already) {
    return context.fence().beforeCommit(context.workSession()).compose(proved -> send(already));
  }

  private Future<Boolean> send(boolean already) {
    context.pulse().check();
    MigrationTask.@Nullable Together next = ahead.getAndSet(null);
    if (next == null) {
      return context.workSession().send("COMMIT").map(already);
    }
    Flight flight = begin(next, transaction::commitAndBegin);
    follower = flight;
    return flight.opened().map(already);
  }
}
