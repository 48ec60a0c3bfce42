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
final class RunnerParts {
  private final RunnerDesk desk;
  private final RunnerTransaction transaction;

  /** The next one, until the commit before it takes it along. */
  private final AtomicReference<RunnerTask.@Nullable Together> ahead = new AtomicReference<>();

  /** What went off behind the commit of the one before. */
  private volatile @Nullable Flight follower;

  /** None on its way. */
  RunnerParts(RunnerDesk desk, RunnerTransaction transaction) {
    this.desk = desk;
    this.transaction = transaction;
  }

  /**
   * A migration under way.
   *
   * @param since when it began, on the desk's clock
   * @param opened answered when the transaction is open
   * @param done answered when it is committed, or when it is ready for its checks: whether it had
   *     been done before
   */
  record Flight(RunnerTask.Together task, long since, Future<?> opened, Future<Boolean> done) {}

  /**
   * Waits for the end of one. A commit that is answered with an error may have been done all the
   * same, when the error was one of the beginning behind it: then the history know.
   *
   * @param next what is to begin behind its commit
   * @return whether it had been done before
   */
  boolean landed(Flight flight, Optional<RunnerTask.Together> next) {
    try {
      ahead.set(next.orElse(null));
      boolean already = desk.work().await(flight.done());
      if (flight.task().checked().isEmpty()) {
        return already;
      }
      if (!already) {
        flight.task().checked().get().run();
      }
      return desk.work().await(commit(already));
    } catch (RuntimeException failure) {
      ahead.set(null);
      boolean committing = follower != null;
      follower = null;
      desk.work().quietly("ROLLBACK");
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
  Flight flight(RunnerTask.Together task) {
    @Nullable Flight off = follower;
    follower = null;
    if (off != null && off.task().equals(task)) {
      return off;
    }
    desk.pulse().check();
    return begin(task, transaction::begin);
  }

  private Flight begin(RunnerTask.Together task, Supplier<Future<?>> opening) {
    long since = desk.nanos().getAsLong();
    Future<?> opened = opening.get();
    Future<Optional<ScriptSource>> looked = task.look().get();
    Future<Boolean> worked = opened.compose(open -> looked).compose(source -> work(task, source));
    return new Flight(
        task, since, opened, task.checked().isPresent() ? worked : worked.compose(this::commit));
  }

  private Future<Boolean> work(RunnerTask.Together task, Optional<ScriptSource> source) {
    return source.isEmpty()
        ? Future.succeededFuture(true)
        : desk.sendAll(source.get(), task.record()).map(false);
  }

  private Future<Boolean> commit(boolean already) {
    return desk.fence().beforeCommit(desk.work()).compose(proved -> send(already));
  }

  private Future<Boolean> send(boolean already) {
    desk.pulse().check();
    RunnerTask.@Nullable Together next = ahead.getAndSet(null);
    if (next == null) {
      return desk.work().send("COMMIT").map(already);
    }
    Flight flight = begin(next, transaction::commitAndBegin);
    follower = flight;
    return flight.opened().map(already);
  }
}
