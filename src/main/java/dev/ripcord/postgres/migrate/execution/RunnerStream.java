package dev.ripcord.postgres.migrate.execution;

import dev.ripcord.postgres.LostConnection;
import dev.ripcord.postgres.PreconditionFailure;
import dev.ripcord.postgres.StatementFailure;
import io.vertx.pgclient.PgException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs migrations one after the other: as a text where that is possible, else in parts, or
 * statement by statement. While the server works at one, the run's thread reads the next. Used by
 * one virtual thread.
 */
public final class RunnerStream<T> {
  private final RunContext context;
  private final Function<T, MigrationTask> ready;
  private final RunnerTransaction transaction;

  private final PipelinedTransaction parts;
  private final PipelinedBatch texts;

  /**
   * A stream without anything in it.
   *
   * @param ready reads a migration
   */
  public RunnerStream(RunContext context, Function<T, MigrationTask> ready) {
    this.context = context;
    this.ready = ready;
    this.transaction = RunnerTransaction.fresh(context);
    this.parts = new PipelinedTransaction(context, transaction);
    this.texts = new PipelinedBatch(context);
  }

  /**
   * Runs migrations in their order and stops at the first that fails, with its failure.
   *
   * @param started is called with each when its turn has come
   * @param done is called with each when it is committed
   */
  public void run(List<T> items, Consumer<T> started, Consumer<MigrationOutcome.Step> done) {
    @Nullable MigrationTask next = null;
    for (int i = 0; i < items.size(); i++) {
      T item = items.get(i);
      started.accept(item);
      MigrationTask task = next == null ? ready.apply(item) : next;
      @Nullable T following = i + 1 < items.size() ? items.get(i + 1) : null;
      switch (task) {
        case MigrationTask.Alone alone -> {
          done.accept(alone(alone));
          next = null;
          leave(alone, following);
        }
        case MigrationTask.Together together when together.text().isPresent() -> {
          long since = context.nanos().getAsLong();
          PipelinedBatch.Flight flight = texts.flight(together.text().get());
          next = following == null || together.outlasts() ? null : read(following);
          behind(next)
              .flatMap(MigrationTask.Together::text)
              .ifPresent(each -> texts.follow(flight, each));
          BooleanSupplier inParts = () -> again(item, together, Optional.empty());
          done.accept(
              together(
                  together,
                  since,
                  () -> !texts.isCommitted(flight, together.isRecorded()) && inParts.getAsBoolean(),
                  inParts));
          leave(together, following);
        }
        case MigrationTask.Together together -> {
          PipelinedTransaction.Flight flight = parts.flight(together);
          next = following == null || together.outlasts() ? null : read(following);
          Optional<MigrationTask.Together> behind =
              behind(next).filter(each -> each.text().isEmpty());
          done.accept(
              together(
                  together,
                  flight.since(),
                  () -> parts.landed(flight, behind),
                  () -> again(item, together, behind)));
          leave(together, following);
        }
      }
    }
  }

  /**
   * Does one that was undone once more, in a session in which nothing of the first time is left.
   */
  private boolean again(
      T item, MigrationTask.Together task, Optional<MigrationTask.Together> behind) {
    if (!task.outlasts()) {
      return parts.landed(parts.flight(task), behind);
    }
    context.renew();
    return ready.apply(item) instanceof MigrationTask.Together anew
        && parts.landed(parts.flight(anew), Optional.empty());
  }

  /** Lets the one that follows begin in a session in which nothing of this one is left. */
  private void leave(MigrationTask task, @Nullable T following) {
    if (following != null && task.outlasts()) {
      context.renew();
    }
  }

  /** What cannot be read now is read again, and fails, when its turn has come. */
  private @Nullable MigrationTask read(T item) {
    try {
      return ready.apply(item);
    } catch (RuntimeException later) {
      return null;
    }
  }

  private MigrationOutcome.Step alone(MigrationTask.Alone task) {
    long since = context.nanos().getAsLong();
    try {
      return step(task, since, task.work().getAsBoolean());
    } catch (PreconditionFailure refusal) {
      throw refusal;
    } catch (RuntimeException failure) {
      failed(task, since, failure);
      throw failure;
    }
  }

  private static Optional<MigrationTask.Together> behind(@Nullable MigrationTask next) {
    return next instanceof MigrationTask.Together together
        ? Optional.of(together)
        : Optional.empty();
  }

  /**
   * Runs one until it ends well or must not be tried again.
   *
   * @param first waits for what is under way; says whether it had been done before
   * @param again does all of it once more
   */
  private MigrationOutcome.Step together(
      MigrationTask.Together task, long since, BooleanSupplier first, BooleanSupplier again) {
    AtomicReference<BooleanSupplier> attempt = new AtomicReference<>(first);
    try {
      return step(task, since, transaction.again(() -> attempt.getAndSet(again).getAsBoolean()));
    } catch (PreconditionFailure refusal) {
      throw refusal;
    } catch (RuntimeException failure) {
      if (LostConnection.is(failure) && isDone(task)) {
        return step(task, since, false);
      }
      RuntimeException named = named(task, failure);
      failed(task, since, named);
      throw named;
    }
  }

  /** What no statement of the file is to blame for came at its end. */
  private static RuntimeException named(MigrationTask.Together task, RuntimeException failure) {
    return failure instanceof PgException refused && !LostConnection.is(refused)
        ? StatementFailure.atEnd(task.source(), refused)
        : failure;
  }

  /** A run that lost its right to act was broken off, and writes nothing more. */
  private void failed(MigrationTask task, long since, RuntimeException failure) {
    if (!context.fence().isRevoked()) {
      task.failed().note(context.millisSince(since), String.valueOf(failure.getMessage()));
    }
  }

  /** An answer that was lost is no failure: the other session sees what was committed. */
  private boolean isDone(MigrationTask.Together task) {
    try {
      context.awaitEndOfWork();
      return task.isRecorded().getAsBoolean();
    } catch (RuntimeException unknown) {
      return false;
    }
  }

  private MigrationOutcome.Step step(MigrationTask task, long since, boolean already) {
    return new MigrationOutcome.Step(
        task.label(),
        Duration.ofMillis(context.millisSince(since)),
        already,
        context.waits().take());
  }
}
