package dev.ripcord.config;

import java.net.InetAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An address to listen on.
 *
 * @param host a name or an address; IPv6 without brackets
 * @param port 0 (any free one) to 65535
 */
public record Listen(String host, int port) {
  private static final Pattern FORM =
      Pattern.compile("(?:\\[([0-9A-Fa-f:.%]+)]|([A-Za-z0-9._-]+)):(\\d{1,5})");

  /** Whether only this machine can reach it. No name but {@code localhost} is looked up. */
  public boolean isLoopback() {
    if (host.equalsIgnoreCase("localhost")) {
      return true;
    }
    try {
      return InetAddress.ofLiteral(host).isLoopbackAddress();
    } catch (IllegalArgumentException e) {
      return false; // a name, and a name may mean anything: 127.example.org
    }
  }

  /**
   * Reads {@code 127.0.0.1:9095} or {@code [::1]:9095}.
   *
   * @throws IllegalArgumentException with the rule that is broken
   */
  public static Listen parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          Quoted.of(text) + " is not an address; write 127.0.0.1:9095, [::1]:9095 or 0.0.0.0:9095");
    }
    int port = Integer.parseInt(matcher.group(3));
    if (port > 65_535) {
      throw new IllegalArgumentException(port + " is not a port; one is at most 65535");
    }
    String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
    return new Listen(host, port);
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
