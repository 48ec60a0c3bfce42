package dev.ripcord.config;

/**
 * An address to listen on.
 *
 * @param host a name or an address; IPv6 without brackets
 * @param port 0 (any free one) to 65535
 */
public record Listen(String host, int port) {
  /** Whether only this machine can reach it. */
  public boolean isLoopback() {
    return host.equals("localhost") || host.equals("::1") || host.startsWith("127.");
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
