package dev.ripcord.postgres;

import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs migrations one after the other. Two round trips for each that is a transaction: its
 * statements with its record; its commit with the beginning of the next one.
 *
 * <p>The commit and the beginning are one text, which the server stops at its first error: where a
 * commit fails, nothing begins. The statements of a migration are sent when its transaction is
 * known to be open, so no migration runs behind one that failed. While the server works at one, the
 * run's thread reads the next; what is sent is sent by the event loop itself as soon as the answer
 * is there. Used by one virtual thread.
 */
final class RunnerStream<T> {
  private final RunnerDesk desk;
  private final Function<T, RunnerTask> ready;
  private final RunnerTransaction transaction;

  /** The next one, until the commit before it takes it along. */
  private final AtomicReference<RunnerTask.@Nullable Together> ahead = new AtomicReference<>();

  /** What went off behind the commit of the one before. */
  private volatile @Nullable Flight follower;

  private final RunnerTexts texts;

  /**
   * A stream without anything in it.
   *
   * @param ready reads a migration
   */
  RunnerStream(RunnerDesk desk, Function<T, RunnerTask> ready) {
    this.desk = desk;
    this.ready = ready;
    this.transaction = RunnerTransaction.fresh(desk);
    this.texts = new RunnerTexts(desk);
  }

  /**
   * A migration under way.
   *
   * @param since when it began, on the desk's clock
   * @param opened answered when the transaction is open
   * @param done answered when it is committed, or when it is ready for its checks: whether it had
   *     been done before
   */
  private record Flight(
      RunnerTask.Together task, long since, Future<?> opened, Future<Boolean> done) {}

  /**
   * Runs migrations in their order and stops at the first that fails, with its failure.
   *
   * @param started is told each when its turn has come
   * @param done is told each when it is committed
   */
  void run(List<T> items, Consumer<T> started, Consumer<MigrationOutcome.Step> done) {
    @Nullable RunnerTask next = null;
    for (int i = 0; i < items.size(); i++) {
      started.accept(items.get(i));
      RunnerTask task = next == null ? ready.apply(items.get(i)) : next;
      @Nullable T following = i + 1 < items.size() ? items.get(i + 1) : null;
      switch (task) {
        case RunnerTask.Alone alone -> {
          done.accept(alone(alone));
          next = null;
        }
        case RunnerTask.Together together when together.text().isPresent() -> {
          long since = desk.nanos().getAsLong();
          RunnerTexts.Flight flight = texts.flight(together.text().get());
          next = following == null ? null : read(following);
          behind(next)
              .flatMap(RunnerTask.Together::text)
              .ifPresent(each -> texts.follow(flight, each));
          done.accept(
              together(
                  together,
                  since,
                  () -> !texts.isCommitted(flight) && landed(flight(together), Optional.empty()),
                  () -> landed(flight(together), Optional.empty())));
        }
        case RunnerTask.Together together -> {
          Flight flight = flight(together);
          next = following == null ? null : read(following);
          Optional<RunnerTask.Together> behind = behind(next).filter(each -> each.text().isEmpty());
          done.accept(
              together(
                  together,
                  flight.since(),
                  () -> landed(flight, behind),
                  () -> landed(flight(together), behind)));
        }
      }
    }
  }

  /** What cannot be read now is read again, and fails, when its turn has come. */
  private @Nullable RunnerTask read(T item) {
    try {
      return ready.apply(item);
    } catch (RuntimeException later) {
      return null;
    }
  }

  private MigrationOutcome.Step alone(RunnerTask.Alone task) {
    long since = desk.nanos().getAsLong();
    try {
      return step(task, since, task.work().getAsBoolean());
    } catch (RunnerRefusal refusal) {
      throw refusal;
    } catch (RuntimeException failure) {
      task.failed().note(desk.millisSince(since), String.valueOf(failure.getMessage()));
      throw failure;
    }
  }

  private static Optional<RunnerTask.Together> behind(@Nullable RunnerTask next) {
    return next instanceof RunnerTask.Together together ? Optional.of(together) : Optional.empty();
  }

  /**
   * Runs one until it ends well or must not be tried again.
   *
   * @param first waits for what is under way; says whether it had been done before
   * @param again does all of it once more
   */
  private MigrationOutcome.Step together(
      RunnerTask.Together task, long since, BooleanSupplier first, BooleanSupplier again) {
    AtomicReference<BooleanSupplier> attempt = new AtomicReference<>(first);
    try {
      return step(task, since, transaction.again(() -> attempt.getAndSet(again).getAsBoolean()));
    } catch (RunnerRefusal refusal) {
      throw refusal;
    } catch (RuntimeException failure) {
      task.failed().note(desk.millisSince(since), String.valueOf(failure.getMessage()));
      throw failure;
    }
  }

  /**
   * Waits for the end of one. A commit that is answered with an error may have been done all the
   * same, when the error was one of the beginning behind it: then the books know.
   */
  private boolean landed(Flight flight, Optional<RunnerTask.Together> next) {
    try {
      ahead.set(next.orElse(null));
      boolean already = flight.done().await();
      if (flight.task().checked().isEmpty()) {
        return already;
      }
      if (!already) {
        flight.task().checked().get().run();
      }
      return commit(already).await();
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

  private MigrationOutcome.Step step(RunnerTask task, long since, boolean already) {
    return new MigrationOutcome.Step(
        task.label(), Duration.ofMillis(desk.millisSince(since)), already);
  }

  /** The one that went off behind the commit before it, or a new one. */
  private Flight flight(RunnerTask.Together task) {
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
    Future<Optional<RunnerDesk.Source>> looked = task.look().get();
    Future<Boolean> worked = opened.compose(open -> looked).compose(source -> work(task, source));
    return new Flight(
        task, since, opened, task.checked().isPresent() ? worked : worked.compose(this::commit));
  }

  private Future<Boolean> work(RunnerTask.Together task, Optional<RunnerDesk.Source> source) {
    return source.isEmpty()
        ? Future.succeededFuture(true)
        : desk.sendAll(source.get(), task.record()).map(false);
  }

  private Future<Boolean> commit(boolean already) {
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
