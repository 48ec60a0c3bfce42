package dev.ripcord.web.access;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * How often each address has signed in with a wrong token of late: ten may be wrong, and one more
 * each half a minute. Any thread may call.
 */
final class Attempts {
  static final int WRONG_MAX = 10;
  static final Duration FORGIVEN = Duration.ofSeconds(30);

  /** So many addresses are remembered; then the first one is forgotten. */
  static final int ADDRESSES_MAX = 10_000;

  private static final int NETWORK_BYTES = 8;

  private final LongSupplier nanos;
  private final LinkedHashMap<String, Wrong> addresses = new LinkedHashMap<>();

  Attempts(LongSupplier nanos) {
    this.nanos = nanos;
  }

  private record Wrong(double count, long at) {
    double now(long nanos) {
      return Math.max(0, count - (nanos - at) / (double) FORGIVEN.toNanos());
    }
  }

  /** How long the address has to wait before it may try again; empty when it need not. */
  synchronized Optional<Duration> wait(String address) {
    double count = count(address);
    if (count <= WRONG_MAX - 1) {
      return Optional.empty();
    }
    double seconds = (count - (WRONG_MAX - 1)) * FORGIVEN.toSeconds();
    return Optional.of(Duration.ofSeconds((long) Math.ceil(seconds)));
  }

  /** It was wrong. */
  synchronized void wrong(String address) {
    double count = count(address) + 1;
    String key = network(address);
    addresses.remove(key);
    if (addresses.size() >= ADDRESSES_MAX) {
      addresses.pollFirstEntry();
    }
    addresses.put(key, new Wrong(count, nanos.getAsLong()));
  }

  private double count(String address) {
    return Optional.ofNullable(addresses.get(network(address)))
        .map(wrong -> wrong.now(nanos.getAsLong()))
        .orElse(0.0);
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
