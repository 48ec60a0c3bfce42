package dev.ripcord.vertx;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Does something again and again until there is an answer. It is a loop that each turn's end sets
 * going again: a turn that calls the next one by {@code compose} leaves a future behind for each,
 * and when the last one ends, the stack must hold them all.
 *
 * <p>A turn runs on whatever thread the one before ended on, the first on the caller's.
 */
public final class AsyncLoop<T> {
  private final Supplier<Future<Optional<T>>> turn;
  private final Promise<T> answer = Promise.promise();

  private AsyncLoop(Supplier<Future<Optional<T>>> turn) {
    this.turn = turn;
  }

  /**
   * Begins at once.
   *
   * @param turn one time; its answer, or empty for once more
   * @return the answer of the last turn; failed as soon as a turn fails or throws, an error of the
   *     machine included, since nobody else would tell who waits
   */
  public static <T> Future<T> until(Supplier<Future<Optional<T>>> turn) {
    AsyncLoop<T> loop = new AsyncLoop<>(turn);
    loop.goOn();
    return loop.answer.future();
  }

  private void goOn() {
    try {
      Future<Optional<T>> ended = turn.get();
      while (ended.succeeded() && ended.result().isEmpty()) {
        ended = turn.get(); // Over already: its callback would call from within this one.
      }
      var _ = ended.onSuccess(this::take).onFailure(answer::tryFail);
    } catch (Throwable failure) {
      answer.tryFail(failure);
    }
  }

  private void take(Optional<T> found) {
    found.ifPresentOrElse(answer::tryComplete, this::goOn);
  }
}
