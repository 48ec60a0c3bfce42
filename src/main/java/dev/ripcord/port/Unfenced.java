package dev.ripcord.port;

import dev.ripcord.release.ServiceName;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/**
 * The permit of a person at a terminal who acts without a lease, as {@code deploy} before its watch
 * is opened: always granted, never revoked.
 *
 * @param fence what databases and programs compare
 */
public record Unfenced(Fence fence) implements Permit {
  /** For a service; no journal gave it, so no database compares its token. */
  public static Permit of(ServiceName service) {
    return new Unfenced(new Fence("", service, 0));
  }

  @Override
  public Future<Void> confirm() {
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> revoked() {
    return Promise.<Void>promise().future();
  }
}
