package dev.ripcord.web;

import dev.ripcord.config.Listen;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The name under which a client asks. A browser sends the name that its page was loaded from, so a
 * name that a stranger may have pointed at this machine is told from one that nobody can: an
 * address, a name without a dot, a name below a domain that is not in the public DNS.
 */
final class HostHeader {
  private static final String HOST = "Host";

  /** RFC 6761, RFC 6762, RFC 8375, and those that ICANN and Kubernetes keep for private use. */
  private static final Set<String> PRIVATE_DOMAINS =
      Set.of("localhost", "local", "internal", "test", "home.arpa", "svc");

  private HostHeader() {}

  /**
   * Whether a request names one host, as HTTP/1.1 demands. HTTP/1.0 knew no such header: there, the
   * address that the client has connected to is put in.
   */
  static boolean complete(HttpServerRequest request) {
    List<String> hosts = request.headers().getAll(HOST);
    if (hosts.isEmpty() && request.version() == HttpVersion.HTTP_1_0) {
      String address = request.localAddress().hostAddress();
      String bracketed = address.contains(":") ? "[" + address + "]" : address;
      request.headers().set(HOST, bracketed + ":" + request.localAddress().port());
      return true;
    }
    return hosts.size() == 1 && !hosts.getFirst().isBlank() && request.authority() != null;
  }

  /** Whether it is a name of this daemon, which no stranger can give to a page. */
  static boolean isOurs(@Nullable HostAndPort authority, Listen listen) {
    if (authority == null) {
      return false;
    }
    String name = bare(authority.host());
    if (name.equals("localhost") || name.equals(bare(listen.host()))) {
      return true;
    }
    Optional<InetAddress> address = address(name);
    if (listen.isLoopback()) {
      return address.filter(InetAddress::isLoopbackAddress).isPresent();
    }
    return address.isPresent()
        || !name.contains(".")
        || PRIVATE_DOMAINS.stream().anyMatch(domain -> name.endsWith("." + domain));
  }

  private static Optional<InetAddress> address(String name) {
    try {
      return Optional.of(InetAddress.ofLiteral(name));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /** In lower case, an IPv6 address without its brackets. */
  static String bare(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    return lower.startsWith("[") && lower.endsWith("]")
        ? lower.substring(1, lower.length() - 1)
        : lower;
  }
}
