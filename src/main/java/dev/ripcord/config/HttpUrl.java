package dev.ripcord.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads http and https URLs. A host may be any name that RFC 3986 allows and a resolver may know:
 * {@link URI#getHost} gives none for a name with an underscore, as services of Docker Swarm have.
 */
public final class HttpUrl {
  private static final int PORT_MAX = 65_535;
  private static final Pattern BEGINNING = Pattern.compile("https?://", Pattern.CASE_INSENSITIVE);
  private static final Pattern AUTHORITY =
      Pattern.compile("(?:[^@]*@)?(\\[[0-9A-Fa-f:.]+]|[\\p{L}\\p{N}._~-]+)(?::(\\d*))?");

  private HttpUrl() {}

  /**
   * Reads a URL; the scheme may be written in any case.
   *
   * @throws IllegalArgumentException with the rule that is broken, as a predicate that does not
   *     show the text
   */
  public static URI parse(String text) {
    if (!BEGINNING.matcher(text).lookingAt()) {
      throw new IllegalArgumentException("does not begin with http:// or https://");
    }
    URI url;
    try {
      url = new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("is not a URL: " + e.getReason(), e);
    }
    String authority = url.getRawAuthority() == null ? "" : url.getRawAuthority();
    Matcher matcher = AUTHORITY.matcher(authority);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          authority.isEmpty() || authority.startsWith(":") || authority.endsWith("@")
              ? "has no host"
              : "has a host that is neither a name nor an address, or a port that is no number");
    }
    String port = matcher.group(2);
    if (port != null && !port.isEmpty() && (port.length() > 5 || isAbove(port))) {
      throw new IllegalArgumentException("has a port above " + PORT_MAX);
    }
    return url;
  }

  private static boolean isAbove(String port) {
    return Integer.parseInt(port) > PORT_MAX;
  }

  /** The host of a URL that has one, an IPv6 address in its brackets. */
  public static Optional<String> host(URI url) {
    return Optional.ofNullable(url.getRawAuthority())
        .map(AUTHORITY::matcher)
        .filter(Matcher::matches)
        .map(matcher -> matcher.group(1));
  }

  /** The port that a URL names. */
  public static OptionalInt port(URI url) {
    return Optional.ofNullable(url.getRawAuthority())
        .map(AUTHORITY::matcher)
        .filter(Matcher::matches)
        .flatMap(matcher -> Optional.ofNullable(matcher.group(2)))
        .filter(port -> !port.isEmpty() && port.length() <= 5)
        .map(port -> OptionalInt.of(Integer.parseInt(port)))
        .orElse(OptionalInt.empty());
  }
}
