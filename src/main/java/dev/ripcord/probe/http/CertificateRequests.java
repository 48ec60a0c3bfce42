package dev.ripcord.probe.http;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * How often each server asked for a client certificate, since what such a server does next (an
 * alert, a reset, an answer 400) does not say that this is why. Safe to use from many threads.
 */
final class CertificateRequests {
  /** Redirects may lead to any number of servers; beyond this many, new ones are not counted. */
  private static final int SERVERS_MAX = 10_000;

  private final Map<String, LongAdder> asked = new ConcurrentHashMap<>();
  private final Set<String> content = ConcurrentHashMap.newKeySet();

  /** The server at a name and port asks for one. */
  void note(String host, int port) {
    if (asked.size() < SERVERS_MAX) {
      asked.computeIfAbsent(key(host, port), ignored -> new LongAdder()).increment();
    }
  }

  /** How often the server at a name and port has asked so far. */
  long asked(String host, int port) {
    return asked.isEmpty()
        ? 0
        : Optional.ofNullable(asked.get(key(host, port))).map(LongAdder::sum).orElse(0L);
  }

  /** Notes that a server which asks for a certificate answered without one. */
  void answered(String host, int port) {
    if (!asked.isEmpty() && asked.containsKey(key(host, port))) {
      content.add(key(host, port));
    }
  }

  /** Whether a server is known to answer without the certificate that it asks for. */
  boolean isOptional(String host, int port) {
    return !content.isEmpty() && content.contains(key(host, port));
  }

  private static String key(String host, int port) {
    return host + ":" + port;
  }
}
