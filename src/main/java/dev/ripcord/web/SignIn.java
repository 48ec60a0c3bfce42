package dev.ripcord.web;

import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Signing in with a token in a browser, which from then on has a cookie with a random number; the
 * token itself is not kept there.
 */
final class SignIn {
  private static final String COOKIE = "ripcord-session-";
  private static final Pattern PAGES =
      Pattern.compile("(?:services/[A-Za-z0-9][A-Za-z0-9._-]{0,62}|releases/[0-9]{1,18})?");

  private SignIn() {}

  /** The number in a request's cookie. Two daemons on one host have a cookie each, by port. */
  static Optional<String> session(HttpServerRequest request) {
    return Optional.ofNullable(request.getCookie(name(request))).map(Cookie::getValue);
  }

  private static String name(HttpServerRequest request) {
    return COOKIE + request.localAddress().port();
  }

  /** A cookie for this daemon alone, which no script can read and no other site can have sent. */
  static Cookie cookie(HttpServerRequest request, String value) {
    boolean isSecure =
        request.isSSL() || "https".equalsIgnoreCase(request.getHeader("X-Forwarded-Proto"));
    return Cookie.cookie(name(request), value)
        .setHttpOnly(true)
        .setSameSite(CookieSameSite.STRICT)
        .setSecure(isSecure)
        .setPath("/");
  }

  /** Has whoever wants to see a page sign in first, and come back to it. */
  static void redirect(RoutingContext context) {
    String path = context.request().path().substring(1);
    String to = isPage(path) ? path : "";
    context.response().setStatusCode(303).putHeader("Location", base(path) + address(to)).end();
  }

  /** Where one signs in and comes back to a page, relative to {@code /}. */
  static String address(String page) {
    return "sign-in" + (page.isEmpty() ? "" : "?to=" + encoded(page));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Whether it is the address of a page of ours, relative to {@code /}. */
  static boolean isPage(String path) {
    return PAGES.matcher(path).matches();
  }

  private static String base(String path) {
    long depth = path.chars().filter(c -> c == '/').count();
    return depth == 0 ? "./" : "../".repeat((int) depth);
  }
}
