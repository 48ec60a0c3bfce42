package dev.ripcord.engine.rollback;

import dev.ripcord.engine.context.Timers;
import dev.ripcord.port.Fence;
import dev.ripcord.port.Journal;
import dev.ripcord.port.Lease;
import dev.ripcord.port.Permit;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.TimeUnit;

/**
 * The right to act that the lease of a service gives, proved in the journal each time. It ends with
 * the lease, or when the work that it was given to is halted. Thread-safe.
 */
final class LeasePermit implements Permit {
  private static final long RETRY_MILLIS = 500;

  /** A lease that cannot be renewed counts as lost before so many tries. */
  private static final int TRIES = 40;

  private final Timers timers;
  private final Journal journal;
  private final Lease lease;
  private final Promise<Void> revoked = Promise.promise();

  LeasePermit(Timers timers, Journal journal, Lease lease) {
    this.timers = timers;
    this.journal = journal;
    this.lease = lease;
    lease.lost().onComplete(lost -> revoke());
  }

  /** Nothing more may be done with it, and what is under way is cancelled. */
  void revoke() {
    revoked.tryComplete();
  }

  @Override
  public Fence fence() {
    return lease.fence();
  }

  /**
   * An answer that does not come is no refusal: it is asked again until it comes or the lease
   * counts as lost.
   */
  @Override
  public Future<Void> confirm() {
    return confirm(1);
  }

  private Future<Void> confirm(int tries) {
    if (revoked.future().isComplete()) {
      return Future.failedFuture("the right to act for " + lease.service() + " has ended");
    }
    return journal
        .confirm(lease)
        .recover(
            failure ->
                tries == TRIES || revoked.future().isComplete()
                    ? Future.failedFuture(failure)
                    : timers
                        .timer(RETRY_MILLIS, TimeUnit.MILLISECONDS)
                        .compose(waited -> confirm(tries + 1)));
  }

  @Override
  public Future<Void> revoked() {
    return revoked.future();
  }
}
