package dev.ripcord.web;

import dev.ripcord.config.AccessSettings.Reading;
import dev.ripcord.config.AccessSettings.Role;
import dev.ripcord.config.HttpUrl;
import dev.ripcord.config.Listen;
import dev.ripcord.web.access.Access;
import dev.ripcord.web.access.Caller;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may read and write.
 *
 * <p>Where there are tokens, writing needs one with the role that fits, sent as a bearer token or
 * by having signed in. On another address than loopback writing is refused without one. A browser
 * is let through only from our own page: a request that says that it comes from another site
 * ({@code Sec-Fetch-Site}, {@code Origin}) is refused, one by a cookie is refused unless it says
 * that it comes from ours, and so is, without any token, reading and writing under a {@code Host}
 * that is no name of this daemon ({@link HostHeader}).
 */
final class Guard {
  private static final String BEARER = "Bearer ";
  private static final String CALLER = "ripcord.caller";

  private final Listen listen;
  private final Access access;

  Guard(Listen listen, Access access) {
    this.listen = listen;
    this.access = access;
  }

  /**
   * Lets a request pass whose {@code Host} is a name of this daemon, or fails it: a page that was
   * loaded from a name which now resolves to this address could read as well as its own.
   */
  void checkHost(RoutingContext context) {
    if (!access.hasTokens() && !HostHeader.isOurs(context.request().authority(), listen)) {
      throw ProblemResponse.of(
          403,
          "Foreign host",
          "the Host of the request is not a name of this daemon; use "
              + (listen.isLoopback() ? "127.0.0.1 or localhost" : "its IP address")
              + ", put the name into `listen`, or set `token`");
    }
    context.next();
  }

  /**
   * Lets a request pass of an address that has not asked too often of late, or fails it with how
   * long to wait. Prometheus may always read.
   */
  void checkRate(RoutingContext context) {
    String address = context.request().remoteAddress().hostAddress();
    if (!reads(context.request())) {
      requireRate(context, access.write(address), "your address");
    } else if (!context.request().path().equals("/metrics")) {
      requireRate(context, access.read(address), "your address");
    }
    context.next();
  }

  private static void requireRate(RoutingContext context, Optional<Duration> wait, String who) {
    if (wait.isPresent()) {
      String seconds = String.valueOf(wait.get().toSeconds());
      context.response().putHeader("Retry-After", seconds);
      throw ProblemResponse.of(
          429,
          "Too many requests",
          "too many requests came from " + who + "; try again in " + seconds + " s");
    }
  }

  /**
   * Lets a read pass; where reading needs a token and there is none, fails it or has it signed in.
   *
   * @param askAgain has who comes by a link of another site ask once more, by our own page
   */
  void checkReading(RoutingContext context, Handler<RoutingContext> askAgain) {
    if (access.settings().reading() == Reading.TOKEN && caller(context).isEmpty()) {
      if (SignIn.comesFromElsewhere(context)) {
        askAgain.handle(context);
        return;
      }
      if (isPage(context)) {
        SignIn.redirect(context);
        return;
      }
      throw unknown(context, Role.VIEWER);
    }
    context.next();
  }

  private static boolean isPage(RoutingContext context) {
    String path = context.request().path();
    return path.equals("/")
        || path.equals("/silences")
        || path.startsWith("/services/")
        || path.startsWith("/releases/")
        || path.startsWith("/silences/");
  }

  /** Lets a write pass that needs a role, or fails it with the reason. */
  void checkWrite(RoutingContext context, Role role) {
    requireOwnPage(context.request());
    Caller caller = require(context, role);
    if (caller.name().isPresent()) {
      requireRate(context, access.write(caller.whose()), caller.whose());
    }
    context.next();
  }

  /**
   * As {@link #checkWrite}, of a request that may be a form: it must say that it is from our page.
   */
  void checkForm(RoutingContext context) {
    requireOwnPage(context.request());
    if (!saysOwnPage(context.request())) {
      throw foreign();
    }
    context.next();
  }

  /** Who asks, where they may do what needs a role; else fails the request with the reason. */
  Caller require(RoutingContext context, Role role) {
    Caller caller =
        caller(context)
            .orElseThrow(
                () ->
                    access.hasTokens()
                        ? unknown(context, role)
                        : ProblemResponse.of(
                            403,
                            "Writing is off",
                            "Ripcord listens on "
                                + listen
                                + " and has no token; set `token` or `tokens` to allow writing"));
    if (!caller.may(role)) {
      throw ProblemResponse.of(
          403,
          "Forbidden",
          "this needs the role "
              + role.text()
              + "; "
              + caller.whose()
              + " has the role "
              + caller.role().text());
    }
    return caller;
  }

  private static ProblemResponse unknown(RoutingContext context, Role role) {
    context.response().putHeader("WWW-Authenticate", "Bearer realm=\"ripcord\"");
    return ProblemResponse.of(
        401,
        "Not authorized",
        "no token was sent; send Authorization: Bearer and a token of the configuration with the"
            + " role "
            + role.text()
            + (role == Role.ADMIN ? "" : " or a higher one"));
  }

  /**
   * Who asks: by their token, by having signed in, or because a daemon without tokens on loopback
   * takes everybody. Fails the request where a token was sent that is wrong.
   */
  Optional<Caller> caller(RoutingContext context) {
    Optional<Caller> known = Optional.ofNullable(context.get(CALLER));
    if (known.isPresent()) {
      return known;
    }
    Optional<Caller> found = find(context);
    found.ifPresent(it -> context.put(CALLER, it));
    return found;
  }

  private Optional<Caller> find(RoutingContext context) {
    if (!access.hasTokens()) {
      return listen.isLoopback() ? Optional.of(Caller.LOCAL) : Optional.empty();
    }
    String header = context.request().getHeader("Authorization");
    if (header == null) {
      return SignIn.session(context.request())
          .filter(_ -> mayBeOwnPage(context.request()))
          .flatMap(access::bySession);
    }
    boolean isBearer = header.regionMatches(true, 0, BEARER, 0, BEARER.length());
    String given = isBearer ? header.substring(BEARER.length()).strip() : "";
    Optional<Caller> caller = isBearer ? access.byToken(given) : Optional.empty();
    if (caller.isEmpty()) {
      context.response().putHeader("WWW-Authenticate", "Bearer realm=\"ripcord\"");
      throw ProblemResponse.of(
          401,
          "Not authorized",
          "the token is wrong; send Authorization: Bearer and a token of the configuration");
    }
    return caller;
  }

  private static ProblemResponse foreign() {
    return ProblemResponse.of(
        403, "Cross-site request", "a page of another site may not write here; use a client");
  }

  private static void requireOwnPage(HttpServerRequest request) {
    String site = request.getHeader("Sec-Fetch-Site");
    boolean isForeign = site != null && !site.equals("same-origin") && !site.equals("none");
    String origin = request.getHeader("Origin");
    boolean isOtherOrigin =
        origin != null
            && !isOf(origin, request.authority())
            && !(origin.equals("null") && "same-origin".equals(site));
    if (isForeign || isOtherOrigin) {
      throw foreign();
    }
  }

  /** A write by a cookie must say so; a read is kept from others by the cookie itself. */
  private static boolean mayBeOwnPage(HttpServerRequest request) {
    String site = request.getHeader("Sec-Fetch-Site");
    return reads(request)
        ? site == null || site.equals("same-origin") || site.equals("none")
        : saysOwnPage(request);
  }

  private static boolean reads(HttpServerRequest request) {
    return request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
  }

  private static boolean saysOwnPage(HttpServerRequest request) {
    String origin = request.getHeader("Origin");
    return "same-origin".equals(request.getHeader("Sec-Fetch-Site"))
        || (origin != null && isOf(origin, request.authority()));
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
}
