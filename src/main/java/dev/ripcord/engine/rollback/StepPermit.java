package dev.ripcord.engine.rollback;

import dev.ripcord.port.Fence;
import dev.ripcord.port.JournalException;
import dev.ripcord.port.Permit;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.function.BiConsumer;

/**
 * The right to perform one step: that of the whole run, until the step is broken off. Used on one
 * event loop.
 */
final class StepPermit implements Permit {
  private final Permit run;
  private final BiConsumer<Duration, String> waits;
  private final Promise<Void> revoked = Promise.promise();

  /**
   * Not broken off yet.
   *
   * @param waits is called when the step says that nobody answers it
   */
  StepPermit(Permit run, BiConsumer<Duration, String> waits) {
    this.run = run;
    this.waits = waits;
    run.revoked().onComplete(lost -> breakOff());
  }

  /** What is under way is cancelled, and nothing more is begun. */
  void breakOff() {
    revoked.tryComplete();
  }

  @Override
  public Fence fence() {
    return run.fence();
  }

  @Override
  public Future<Void> confirm() {
    return revoked.future().isComplete()
        ? Future.failedFuture(JournalException.refused("this step was broken off"))
        : run.confirm();
  }

  @Override
  public Future<Void> revoked() {
    return revoked.future();
  }

  @Override
  public void unanswered(Duration lasted, String why) {
    waits.accept(lasted, why);
  }
}
