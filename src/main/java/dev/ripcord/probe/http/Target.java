package dev.ripcord.probe.http;

import dev.ripcord.release.Secret;
import io.netty.util.NetUtil;
import java.net.IDN;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.net.ssl.SNIHostName;

/**
 * Where a request goes, taken apart once.
 *
 * @param host a name (underscores are fine) or an address, IPv6 without brackets
 * @param address the host, where it is an address
 * @param mayBeNamed whether a TLS server may be told the host: no address may be, nor a name with a
 *     _
 * @param tls whether the scheme is https
 * @param path path and query, as they go into the request
 * @param shown the address for people: without user, password and query
 * @param headers what the request carries
 */
public record Target(
    String host,
    Optional<InetAddress> address,
    boolean mayBeNamed,
    int port,
    boolean tls,
    String path,
    String shown,
    Map<String, Secret> headers) {
  private static final String AUTHORIZATION = "authorization";

  /**
   * Takes a URL apart. A user and password in it become an Authorization header, unless the headers
   * have one.
   *
   * @throws IllegalArgumentException when it is no http or https URL with a host
   */
  public static Target of(URI url, Map<String, Secret> headers) {
    String scheme = Optional.ofNullable(url.getScheme()).orElse("").toLowerCase(Locale.ROOT);
    boolean tls = scheme.equals("https");
    // The host is taken from the authority: URI knows none when a name has an underscore.
    String authority = Optional.ofNullable(url.getRawAuthority()).orElse("");
    int at = authority.lastIndexOf('@');
    String place = authority.substring(at + 1);
    int colon = place.lastIndexOf(':');
    boolean hasPort = colon > place.lastIndexOf(']');
    String host = hasPort ? place.substring(0, colon) : place;
    if ((!tls && !scheme.equals("http")) || host.isEmpty()) {
      throw new IllegalArgumentException(
          "\""
              + scheme
              + "://"
              + place
              + "\" is no URL to ask; write http://host/path or https://…");
    }
    int port = hasPort ? port(place.substring(colon + 1), tls) : tls ? 443 : 80;
    String path =
        Optional.ofNullable(url.getRawPath())
            .filter(p -> !p.isEmpty())
            .map(Target::ascii)
            .orElse("/");
    String query = Optional.ofNullable(url.getRawQuery()).map(q -> "?" + ascii(q)).orElse("");
    Map<String, Secret> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    // HTTP drops blanks around a value anyway; a secret read from a file often ends with a line
    // feed.
    headers.forEach((name, value) -> all.put(name, new Secret(value.reveal().strip())));
    if (at >= 0) {
      all.putIfAbsent(AUTHORIZATION, basic(url.getUserInfo()));
    }
    // A name in other letters than ASCII is asked for as DNS knows it.
    String bare = host.replaceAll("[\\[\\]]", "");
    bare = bare.chars().allMatch(c -> c < 0x80) ? bare : IDN.toASCII(bare);
    Optional<InetAddress> address = address(bare);
    boolean mayBeNamed = address.isEmpty() && isName(withoutLastDot(bare));
    String shown = scheme + "://" + place + path;
    return new Target(bare, address, mayBeNamed, port, tls, path + query, shown, all);
  }

  /** What a host says that is no name; what names a network interface beside it is resolved. */
  private static Optional<InetAddress> address(String host) {
    boolean isAddress = NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host);
    return isAddress && host.indexOf('%') < 0
        ? Optional.of(NetUtil.createInetAddressFromIpAddressString(host))
        : Optional.empty();
  }

  private static boolean isName(String host) {
    if (NetUtil.isValidIpV6Address(host)) {
      return false;
    }
    try {
      return !new SNIHostName(host).getAsciiName().isEmpty();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String ascii(String part) {
    return part.chars().allMatch(c -> c < 0x80)
        ? part
        : URI.create("/" + part).toASCIIString().substring(1);
  }

  private static int port(String text, boolean tls) {
    int port = text.isEmpty() ? tls ? 443 : 80 : Integer.parseInt(text);
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port " + text + " is not between 1 and 65535");
    }
    return port;
  }

  private static Secret basic(String userInfo) {
    byte[] bytes = userInfo.getBytes(StandardCharsets.UTF_8);
    return new Secret("Basic " + Base64.getEncoder().encodeToString(bytes));
  }

  /**
   * Where an answer points on to. Our headers go along only to the same scheme, host and port.
   *
   * @param location the header, a character for each byte
   * @throws IllegalArgumentException when the location is nothing that can be asked
   */
  Target redirected(String location) {
    URI here = URI.create((tls ? "https://" : "http://") + authority() + path);
    URI there = Location.of(here, location);
    Target next = of(there, Map.of());
    return isSameServer(next) ? of(there, headers) : next;
  }

  /** Whether another address is of the same scheme, host and port: what is ours may go there. */
  boolean isSameServer(Target other) {
    return other.name().equalsIgnoreCase(name()) && other.port == port && other.tls == tls;
  }

  /** The host as certificates, servers and virtual hosts know it: without the dot at its end. */
  String name() {
    return withoutLastDot(host);
  }

  private static String withoutLastDot(String host) {
    return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
  }

  /** Whether another address is the same host and path; a slash at the end makes no difference. */
  boolean isSamePlace(Target other) {
    return other.name().equalsIgnoreCase(name()) && bare(other.path).equals(bare(path));
  }

  private static String bare(String path) {
    int query = path.indexOf('?');
    String alone = query < 0 ? path : path.substring(0, query);
    return alone.endsWith("/") ? alone.substring(0, alone.length() - 1) : alone;
  }

  private String authority() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
