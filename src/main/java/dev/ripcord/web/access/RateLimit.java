package dev.ripcord.web.access;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * How often each address has done something of late: so many times at once, and one more each time
 * that a span has passed. Any thread may call.
 */
public final class RateLimit {
  /** So many addresses are remembered; then the one that did something longest ago is forgotten. */
  static final int ADDRESSES_MAX = 10_000;

  private static final int NETWORK_BYTES = 8;
  private static final double SECOND = 1e9;

  private final LongSupplier nanos;
  private final int atOnce;
  private final Duration each;
  private final LinkedHashMap<String, Done> addresses = new LinkedHashMap<>();

  /**
   * Nobody has done anything yet.
   *
   * @param nanos a monotonic clock, nanoseconds
   * @param atOnce how often it may be done at once
   * @param each after how long it may be done once more
   */
  public RateLimit(LongSupplier nanos, int atOnce, Duration each) {
    this.nanos = nanos;
    this.atOnce = atOnce;
    this.each = each;
  }

  private record Done(double count, long at) {}

  /**
   * Does it once more, where the address may.
   *
   * @param address as text, or any other name of who asks
   * @return how long to wait in whole seconds, where it may not; then nothing was counted
   */
  public synchronized Optional<Duration> take(String address) {
    Optional<Duration> wait = wait(address);
    if (wait.isEmpty()) {
      count(address);
    }
    return wait;
  }

  /** How long the address has to wait before it may do it again; empty when it need not. */
  synchronized Optional<Duration> wait(String address) {
    double over = counted(network(address)) - (atOnce - 1);
    return over <= 0
        ? Optional.empty()
        : Optional.of(Duration.ofSeconds((long) Math.ceil(over * each.toNanos() / SECOND)));
  }

  /** It was done. */
  synchronized void count(String address) {
    String key = network(address);
    double count = counted(key) + 1;
    addresses.remove(key);
    if (addresses.size() >= ADDRESSES_MAX) {
      addresses.pollFirstEntry();
    }
    addresses.put(key, new Done(count, nanos.getAsLong()));
  }

  private double counted(String key) {
    Done done = addresses.get(key);
    return done == null
        ? 0
        : Math.max(0, done.count() - (nanos.getAsLong() - done.at()) / (double) each.toNanos());
  }

  /** Of IPv6 the first half, since who has one address there has all of its network. */
  private static String network(String address) {
    try {
      byte[] bytes = InetAddress.ofLiteral(address).getAddress();
      return HexFormat.of()
          .formatHex(bytes.length > NETWORK_BYTES ? Arrays.copyOf(bytes, NETWORK_BYTES) : bytes);
    } catch (IllegalArgumentException _) {
      return address;
    }
  }
}
