package dev.ripcord.config.connection;

import dev.ripcord.release.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * A server through which requests go.
 *
 * @param kind what it speaks
 * @param host its name or address, IPv6 in brackets
 * @param port its port
 * @param login who logs in, where that is asked for
 */
public record ProxyServer(Kind kind, String host, int port, Optional<Login> login) {
  /** What a proxy speaks. */
  public enum Kind {
    /** HTTP: whole addresses for http://, CONNECT for https://. */
    HTTP,
    /** SOCKS 5, with names that the proxy resolves. */
    SOCKS5
  }

  /**
   * A user of the proxy.
   *
   * @param user the name
   * @param password the password
   */
  public record Login(String user, Secret password) {}

  /**
   * Reads {@code http://user:password@host:port} or {@code socks5://host:port}.
   *
   * @throws IllegalArgumentException with the rule that is broken, as a predicate that does not
   *     show the text
   */
  public static ProxyServer parse(String text) {
    URI url;
    try {
      url = new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("is not a URL: " + e.getReason(), e);
    }
    Kind kind =
        switch (url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT)) {
          case "http" -> Kind.HTTP;
          case "socks5", "socks5h" -> Kind.SOCKS5;
          default -> throw new IllegalArgumentException("does not begin with http:// or socks5://");
        };
    if (url.getHost() == null || url.getPort() < 1 || url.getPort() > 65_535) {
      throw new IllegalArgumentException("has no host and port, as http://proxy.internal:3128");
    }
    String path = url.getRawPath() == null ? "" : url.getRawPath();
    if ((!path.isEmpty() && !path.equals("/")) || url.getRawQuery() != null) {
      throw new IllegalArgumentException("has a path, which no proxy knows");
    }
    return new ProxyServer(
        kind,
        url.getHost(),
        url.getPort(),
        Optional.ofNullable(url.getRawUserInfo()).map(ProxyServer::login));
  }

  private static Login login(String userInfo) {
    int colon = userInfo.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("has a user without a password; write user:password@");
    }
    return new Login(
        decoded(userInfo.substring(0, colon)), new Secret(decoded(userInfo.substring(colon + 1))));
  }

  private static String decoded(String part) {
    return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** Its address for people, without who logs in. */
  public String place() {
    return host + ":" + port;
  }

  /** As the file spells it, with the login as {@code ***}. */
  @Override
  public String toString() {
    return kind.name().toLowerCase(Locale.ROOT)
        + "://"
        + login.map(ignored -> "***@").orElse("")
        + place();
  }
}
