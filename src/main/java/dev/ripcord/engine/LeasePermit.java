package dev.ripcord.engine;

import dev.ripcord.port.Fence;
import dev.ripcord.port.Journal;
import dev.ripcord.port.Lease;
import dev.ripcord.port.Permit;
import io.vertx.core.Future;

/** The right to act that the lease of a service gives, proved in the journal each time. */
record LeasePermit(Journal journal, Lease lease) implements Permit {
  @Override
  public Fence fence() {
    return lease.fence();
  }

  @Override
  public Future<Void> confirm() {
    return journal.confirm(lease);
  }

  @Override
  public Future<Void> revoked() {
    return lease.lost();
  }
}
