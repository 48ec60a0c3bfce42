package dev.ripcord.web;

import dev.ripcord.config.HttpUrl;
import dev.ripcord.config.Listen;
import dev.ripcord.release.Secret;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may read and write.
 *
 * <p>With a token configured, writing needs it. On another address than loopback writing is refused
 * without one. A browser is let through only from our own page: a request that says that it comes
 * from another site ({@code Sec-Fetch-Site}, {@code Origin}) is refused, and so is, without a
 * token, reading and writing under a {@code Host} that is no name of this daemon ({@link
 * HostHeader}).
 */
final class Guard {
  private static final String BEARER = "Bearer ";

  private final Listen listen;
  private final Optional<Secret> token;

  Guard(Listen listen, Optional<Secret> token) {
    this.listen = listen;
    this.token = token;
  }

  /**
   * Lets a request pass whose {@code Host} is a name of this daemon, or fails it: a page that was
   * loaded from a name which now resolves to this address could read as well as its own.
   */
  void checkHost(RoutingContext context) {
    if (token.isEmpty() && !HostHeader.isOurs(context.request().authority(), listen)) {
      throw ProblemResponse.of(
          403,
          "Foreign host",
          "the Host of the request is not a name of this daemon; use "
              + (listen.isLoopback() ? "127.0.0.1 or localhost" : "its IP address")
              + ", put the name into `listen`, or set `token`");
    }
    context.next();
  }

  /** Lets a write pass, or fails it with the reason. */
  void check(RoutingContext context) {
    HttpServerRequest request = context.request();
    requireOwnPage(request);
    if (token.isPresent()) {
      requireToken(context, token.get());
    } else if (!listen.isLoopback()) {
      throw ProblemResponse.of(
          403,
          "Writing is off",
          "Ripcord listens on " + listen + " and has no token; set `token` to allow writing");
    }
    context.next();
  }

  private static void requireOwnPage(HttpServerRequest request) {
    String site = request.getHeader("Sec-Fetch-Site");
    boolean isForeign = site != null && !site.equals("same-origin") && !site.equals("none");
    String origin = request.getHeader("Origin");
    if (isForeign || (origin != null && !isOf(origin, request.authority()))) {
      throw ProblemResponse.of(
          403, "Cross-site request", "a page of another site may not write here; use a client");
    }
  }

  private static boolean isOf(String origin, @Nullable HostAndPort host) {
    if (host == null) {
      return false;
    }
    try {
      URI uri = URI.create(origin);
      int port = HttpUrl.port(uri).orElse(defaultPort(uri.getScheme()));
      int own = host.port() >= 0 ? host.port() : defaultPort(uri.getScheme());
      String from = HttpUrl.host(uri).orElse("");
      return !from.isEmpty()
          && HostHeader.bare(from).equals(HostHeader.bare(host.host()))
          && port == own;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private static int defaultPort(@Nullable String scheme) {
    return "https".equals(scheme) ? 443 : 80;
  }

  private static void requireToken(RoutingContext context, Secret token) {
    String header = Optional.ofNullable(context.request().getHeader("Authorization")).orElse("");
    boolean isBearer = header.regionMatches(true, 0, BEARER, 0, BEARER.length());
    String given = isBearer ? header.substring(BEARER.length()).strip() : "";
    if (!isBearer || !MessageDigest.isEqual(bytes(given), bytes(token.reveal()))) {
      context.response().putHeader("WWW-Authenticate", "Bearer realm=\"ripcord\"");
      throw ProblemResponse.of(
          401,
          "Not authorized",
          (header.isEmpty() ? "no token was sent" : "the token is wrong")
              + "; send Authorization: Bearer and the token of the configuration");
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
