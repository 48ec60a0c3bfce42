package dev.ripcord.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * A mail server that takes messages in.
 *
 * @param host its name or address
 * @param port its port
 * @param user who logs in, where that is asked for
 * @param tls how the connection is kept from being read
 */
public record MailServer(String host, int port, Optional<String> user, Tls tls) {
  private static final int SUBMISSION = 587;
  private static final int SUBMISSIONS = 465;

  /** How the connection is kept from being read. */
  public enum Tls {
    /** TLS from the first byte: {@code smtps://}. */
    IMPLICIT,
    /** Plain until STARTTLS, which must be there: {@code smtp://}. */
    REQUIRED,
    /** STARTTLS where the server has it: {@code smtp://} to this machine. */
    OPTIONAL,
    /** Never: {@code smtp://…?tls=none}. */
    NONE
  }

  /**
   * Reads {@code smtp://user@host:587} or {@code smtps://user@host:465}; {@code ?tls=none} and
   * {@code ?tls=optional} are the word that plain text will do.
   *
   * @throws IllegalArgumentException with the rule that is broken, as a predicate that does not
   *     show the text
   */
  public static MailServer parse(String text) {
    URI url;
    try {
      url = new URI(text);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("is not a URL: " + e.getReason(), e);
    }
    String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    boolean implicit = scheme.equals("smtps");
    if (!implicit && !scheme.equals("smtp")) {
      throw new IllegalArgumentException("does not begin with smtp:// or smtps://");
    }
    String host = url.getHost();
    if (host == null) {
      throw new IllegalArgumentException("has no host, as smtp://user@mail.example.com:587");
    }
    if (url.getPort() > 65_535) {
      throw new IllegalArgumentException("has a port above 65535");
    }
    String path = url.getRawPath() == null ? "" : url.getRawPath();
    if (!path.isEmpty() && !path.equals("/")) {
      throw new IllegalArgumentException("has a path, which no mail server knows");
    }
    Optional<String> user =
        Optional.ofNullable(url.getRawUserInfo())
            .map(info -> URLDecoder.decode(info.replace("+", "%2B"), StandardCharsets.UTF_8));
    if (user.filter(name -> name.contains(":")).isPresent()) {
      throw new IllegalArgumentException("holds a password; write it as password or password_file");
    }
    int usual = implicit ? SUBMISSIONS : SUBMISSION;
    return new MailServer(
        host, url.getPort() < 0 ? usual : url.getPort(), user, tls(url, implicit, host));
  }

  private static Tls tls(URI url, boolean implicit, String host) {
    String query = url.getRawQuery() == null ? "" : url.getRawQuery();
    if (implicit && query.isEmpty()) {
      return Tls.IMPLICIT;
    }
    return switch (implicit ? "neither" : query) {
      case "" -> isLoopback(host) ? Tls.OPTIONAL : Tls.REQUIRED;
      case "tls=none" -> Tls.NONE;
      case "tls=optional" -> Tls.OPTIONAL;
      case "tls=required" -> Tls.REQUIRED;
      default ->
          throw new IllegalArgumentException(
              "has something behind ? that is not tls=required, tls=optional or tls=none, which"
                  + " go with smtp:// only");
    };
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.\\d+){3}");
  }

  /** As {@link #parse} reads it. */
  public String text() {
    String query =
        switch (tls) {
          case IMPLICIT -> "";
          case REQUIRED -> isLoopback(host) ? "?tls=required" : "";
          case OPTIONAL -> isLoopback(host) ? "" : "?tls=optional";
          case NONE -> "?tls=none";
        };
    return (tls == Tls.IMPLICIT ? "smtps" : "smtp")
        + "://"
        + user.map(name -> name.replace("@", "%40") + "@").orElse("")
        + host
        + ":"
        + port
        + query;
  }
}
