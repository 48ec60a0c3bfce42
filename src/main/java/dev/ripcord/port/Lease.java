package dev.ripcord.port;

import dev.ripcord.release.ServiceName;
import io.vertx.core.Future;

/**
 * The right to act for one service, held by one process at a time.
 *
 * @param journal the id of the journal that gave it
 * @param token grows with each new holder; a smaller one than the last given is refused by the
 *     journal and by the service's database
 * @param lost completes when the lease is lost: nothing may be done with it after that
 */
public record Lease(String journal, ServiceName service, long token, Future<Void> lost) {
  /** What databases and programs compare. */
  public Fence fence() {
    return new Fence(journal, service, token);
  }
}
