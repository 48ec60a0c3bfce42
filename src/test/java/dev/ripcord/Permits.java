package dev.ripcord;

import dev.ripcord.port.Fence;
import dev.ripcord.port.JournalException;
import dev.ripcord.port.Permit;
import dev.ripcord.port.Unfenced;
import dev.ripcord.release.ServiceName;
import io.vertx.core.Future;

/** Permits for tests of what acts. */
public final class Permits {
  private Permits() {}

  /** What a refused permit says. */
  public static final String REFUSED = "the lease for shop is lost";

  /** Always granted, never revoked. */
  public static Permit granted() {
    return granted(1);
  }

  /** The same with a token, for what compares tokens. */
  public static Permit granted(long token) {
    return new Unfenced(fence(token));
  }

  /** Granted, and revoked when the future completes. */
  public static Permit until(Future<Void> revoked) {
    return new Held(fence(1), Future.succeededFuture(), revoked);
  }

  /** Refused at once. */
  public static Permit refused() {
    return new Held(
        fence(1), Future.failedFuture(new JournalException(REFUSED)), Future.succeededFuture());
  }

  private static Fence fence(long token) {
    return new Fence("journal", new ServiceName("shop"), token);
  }

  private record Held(Fence fence, Future<Void> confirm, Future<Void> revoked) implements Permit {}
}
