package dev.ripcord.postgres.journal;

import dev.ripcord.vertx.Contexts;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A question that many ask at the same moment, as ten thousand services do at the start: whoever
 * asks while it is under way gets the answer to the next one, which they all share. So no answer is
 * older than its question. Thread-safe.
 */
final class CoalescedRead<T> {
  private final Supplier<Future<T>> question;
  private @Nullable Promise<T> waiting;
  private boolean underWay;

  /**
   * Asks nothing yet.
   *
   * @param question asks; must not throw
   */
  CoalescedRead(Supplier<Future<T>> question) {
    this.question = question;
  }

  /** The answer to a question that is asked now or later; completes where it was asked for. */
  Future<T> ask() {
    Promise<T> mine = Promise.promise();
    synchronized (this) {
      if (underWay) {
        waiting = waiting == null ? mine : waiting;
        return Contexts.deliverHere(waiting.future());
      }
      underWay = true;
    }
    begin(mine);
    return Contexts.deliverHere(mine.future());
  }

  private void begin(Promise<T> asked) {
    question
        .get()
        .onComplete(
            (answer, failure) -> {
              Promise<T> next = next();
              asked.complete(answer, failure);
              if (next != null) {
                begin(next);
              }
            });
  }

  private synchronized @Nullable Promise<T> next() {
    Promise<T> next = waiting;
    waiting = null;
    underWay = next != null;
    return next;
  }
}
