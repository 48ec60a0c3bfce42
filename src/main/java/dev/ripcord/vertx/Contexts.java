package dev.ripcord.vertx;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.Callable;

/** Brings work and results onto a context. Callable from any thread; never blocks. */
public final class Contexts {
  private Contexts() {}

  /**
   * Calls something on a context.
   *
   * @param work begins something; what it throws fails the future
   * @return the result, on whatever thread completes it
   */
  public static <T> Future<T> call(Context context, Callable<Future<T>> work) {
    Promise<T> result = Promise.promise();
    context.runOnContext(_ -> begun(work).onComplete(result::handle));
    return result.future();
  }

  private static <T> Future<T> begun(Callable<Future<T>> work) {
    try {
      return work.call();
    } catch (Throwable failure) {
      return Future.failedFuture(failure);
    }
  }

  /** The same result on a context, whoever completes it. */
  public static <T> Future<T> deliver(Context context, Future<T> foreign) {
    Promise<T> result = Promise.promise();
    foreign.onComplete(ended -> context.runOnContext(_ -> result.handle(ended)));
    return result.future();
  }

  /** The same result on the context that this is called on, if it is called on one. */
  public static <T> Future<T> deliverHere(Future<T> foreign) {
    Context caller = Vertx.currentContext();
    return caller == null ? foreign : deliver(caller, foreign);
  }
}
