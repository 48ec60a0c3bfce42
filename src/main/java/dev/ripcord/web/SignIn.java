package dev.ripcord.web;

import dev.ripcord.config.AccessSettings.Reading;
import dev.ripcord.web.access.Access;
import dev.ripcord.web.access.Access.SignedIn;
import dev.ripcord.web.access.Caller;
import dev.ripcord.web.page.Html;
import dev.ripcord.web.page.PageAnswer;
import dev.ripcord.web.page.PageFrame;
import dev.ripcord.web.page.PageFrame.Follows;
import dev.ripcord.web.page.PageFrame.Page;
import dev.ripcord.web.page.TimeText;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signing in with a token in a browser, which from then on has a cookie with a random number; the
 * token itself is not kept there.
 */
final class SignIn {
  private static final Logger LOG = LoggerFactory.getLogger(SignIn.class);
  private static final String COOKIE = "ripcord-session-";
  private static final Pattern PAGES =
      Pattern.compile(
          "(?:services/[A-Za-z0-9][A-Za-z0-9._-]{0,62}|releases/[0-9]{1,18}(?:/[a-z]{1,10})?"
              + "|silences(?:/[0-9]{1,18}/end)?)?");

  private static final long MINUTE = 60;

  private final Access access;
  private final Guard guard;
  private final PageFrame frame;
  private final PageAnswer answer;
  private final InstantSource clock;

  SignIn(Access access, Guard guard, PageFrame frame, PageAnswer answer, InstantSource clock) {
    this.access = access;
    this.guard = guard;
    this.frame = frame;
    this.answer = answer;
    this.clock = clock;
  }

  /** {@code GET /sign-in}. */
  void page(RoutingContext context) {
    String to = context.queryParam("to").stream().findFirst().orElse("");
    show(context, to, Html.NOTHING);
  }

  /**
   * {@code POST /sign-in}. What is refused is said on a page like any other, with status 200: to a
   * browser it is the answer that it asked for.
   */
  void signIn(RoutingContext context) {
    String token = Optional.ofNullable(context.request().getFormAttribute("token")).orElse("");
    String to = Optional.ofNullable(context.request().getFormAttribute("to")).orElse("");
    String address = context.request().remoteAddress().hostAddress();
    switch (access.signIn(token.strip(), address)) {
      case SignedIn.Yes(var caller, var session) -> {
        LOG.info(
            "signed in from {} with {}, role {}", address, caller.whose(), caller.role().text());
        context.response().addCookie(cookie(context.request(), session));
        context
            .response()
            .setStatusCode(303)
            .putHeader("Location", "./" + (isPage(to) ? to : ""))
            .end();
      }
      case SignedIn.Wrong() -> {
        LOG.info("a wrong token was given to sign in from {}", address);
        show(
            context,
            to,
            Html.of("That token is not valid. It is in the configuration, as token or in tokens."));
      }
      case SignedIn.TooOften(var pause) -> {
        LOG.debug("too many wrong tokens were given to sign in from {}", address);
        context.response().putHeader("Retry-After", String.valueOf(pause.toSeconds()));
        show(
            context,
            to,
            Html.of(
                "Too many tokens from your address were not valid; this one was not looked at. Try"
                    + " again in {}.",
                pause.toSeconds() < MINUTE ? pause.toSeconds() + " s" : TimeText.span(pause)));
      }
    }
  }

  /** {@code POST /sign-out}. */
  void signOut(RoutingContext context) {
    session(context.request()).ifPresent(access::signOut);
    context.response().addCookie(cookie(context.request(), "").setMaxAge(0));
    context.response().setStatusCode(303).putHeader("Location", "./").end();
  }

  private void show(RoutingContext context, String to, Html wrong) {
    Html account = account(context);
    Page page = new Page("Sign in", 0, Follows.NOTHING, account, form(isPage(to) ? to : "", wrong));
    answer.send(context, 200, () -> frame.around(page, clock.instant()));
  }

  private Html form(String to, Html wrong) {
    if (!access.hasTokens()) {
      return Html.of(
          "<h1>Sign in</h1>\n<p class=\"lead\">There is nothing to sign in with: no token is"
              + " configured. Write <code>token</code> or <code>tokens</code> into the"
              + " configuration.</p>\n");
    }
    return Html.of(
        """
        <h1>Sign in</h1>
        <p class="lead">To {}pause, resume, abort, approve, roll back and silence. The name of the token is written to the journal with what you decide.</p>
        <form class="card sign-in" method="post" action="sign-in">
        <input type="hidden" name="to" value="{}">
        <input type="text" name="username" autocomplete="username" value="ripcord" hidden>
        <p><label for="token">Token</label>
        <input id="token" name="token" type="password" required autocomplete="current-password" autocapitalize="none" spellcheck="false"{}></p>
        {}<p><button class="primary" type="submit">Sign in</button></p>
        </form>
        """,
        access.settings().reading() == Reading.TOKEN ? "read, and to " : "",
        to,
        wrong.isEmpty()
            ? Html.NOTHING
            : Html.of(" aria-describedby=\"wrong\" aria-invalid=\"true\""),
        wrong.isEmpty()
            ? Html.NOTHING
            : Html.of("<p class=\"alarm\" id=\"wrong\" role=\"alert\">✖ {}</p>\n", wrong));
  }

  /** Who is signed in, with a way out, or the link to sign in; for the frame of every page. */
  Html account(RoutingContext context) {
    String path = context.request().path().substring(1);
    if (!access.hasTokens()) {
      return Html.NOTHING;
    }
    Optional<Caller> caller = guard.caller(context);
    if (caller.isEmpty()) {
      return path.equals("sign-in")
          ? Html.NOTHING
          : Html.of("<a href=\"{}{}\">Sign in</a>", base(path), address(isPage(path) ? path : ""));
    }
    return Html.of(
        "<span class=\"small muted\">{} · {}</span> <form method=\"post\" action=\"{}sign-out\""
            + "><button class=\"quiet\" type=\"submit\">Sign out</button></form>",
        caller.get().name().orElse("signed in"),
        caller.get().role().text(),
        base(path));
  }

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

  /**
   * Whether somebody comes by a link of another site, to whom the browser has not given the cookie
   * that it may have: it is for requests of our own pages alone.
   */
  static boolean comesFromElsewhere(RoutingContext context) {
    HttpServerRequest request = context.request();
    return "cross-site".equals(request.getHeader("Sec-Fetch-Site"))
        && "navigate".equals(request.getHeader("Sec-Fetch-Mode"))
        && "document".equals(request.getHeader("Sec-Fetch-Dest"))
        && isPage(request.path().substring(1));
  }

  /**
   * Has the browser ask for the same page once more, this time from a page of ours, so that the
   * cookie comes with it. It says nothing of what the page would show.
   */
  void askAgain(RoutingContext context) {
    Html main =
        Html.of(
            "<h1>One moment</h1>\n<p class=\"lead\">You come from another site. <a"
                + " href=\"\">Continue</a></p>\n");
    Page page = new Page("Continue", depth(context), Follows.AGAIN, main);
    answer.send(context, 200, () -> frame.around(page, clock.instant()));
  }

  private static int depth(RoutingContext context) {
    return (int) context.request().path().substring(1).chars().filter(c -> c == '/').count();
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
