package dev.ripcord.engine;

import dev.ripcord.port.Fence;
import dev.ripcord.port.Journal;
import dev.ripcord.port.Lease;
import dev.ripcord.port.Permit;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/**
 * The right to act that the lease of a service gives, proved in the journal each time. It ends with
 * the lease, or when the work that it was given to is halted. Used on one event loop.
 */
final class LeasePermit implements Permit {
  private final Journal journal;
  private final Lease lease;
  private final Promise<Void> revoked = Promise.promise();

  LeasePermit(Journal journal, Lease lease) {
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

  @Override
  public Future<Void> confirm() {
    return revoked.future().isComplete()
        ? Future.failedFuture("the right to act for " + lease.service() + " has ended")
        : journal.confirm(lease);
  }

  @Override
  public Future<Void> revoked() {
    return revoked.future();
  }
}
