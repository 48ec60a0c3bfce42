package dev.ripcord.port;

import dev.ripcord.release.ServiceName;
import io.vertx.core.Future;

/**
 * The right to act for one service, held by one process at a time.
 *
 * @param service the service
 * @param token grows with each new holder; a smaller one than the last given is refused by the
 *     journal and by the service's database
 * @param lost completes when the lease is lost: nothing may be done with it after that
 */
public record Lease(ServiceName service, long token, Future<Void> lost) {}
