package dev.ripcord;

import dev.ripcord.port.Fence;
import dev.ripcord.port.Permit;
import dev.ripcord.port.Unfenced;
import dev.ripcord.release.ServiceName;

/** Permits for tests of what acts. */
public final class Permits {
  private Permits() {}

  /** Always granted, never revoked. */
  public static Permit granted() {
    return granted(1);
  }

  /** The same with a token, for what compares tokens. */
  public static Permit granted(long token) {
    return new Unfenced(new Fence("journal", new ServiceName("shop"), token));
  }
}
