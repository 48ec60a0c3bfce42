package dev.ripcord.web;

import dev.ripcord.web.page.Html;
import dev.ripcord.web.page.PageAnswer;
import dev.ripcord.web.page.PageFrame;
import dev.ripcord.web.page.PageFrame.Follows;
import dev.ripcord.web.page.PageFrame.Page;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.Locale;
import java.util.function.Function;

/**
 * Says why a request is not met: on a page to a browser that asked for one, in a problem document
 * to everybody else.
 */
final class ProblemPage {
  private static final String TRIED = "ripcord.problem-page";

  private final PageFrame frame;
  private final PageAnswer answer;
  private final Function<RoutingContext, Html> account;
  private final InstantSource clock;

  /**
   * In a frame.
   *
   * @param account who is signed in, or the link to sign in
   */
  ProblemPage(
      PageFrame frame,
      PageAnswer answer,
      Function<RoutingContext, Html> account,
      InstantSource clock) {
    this.frame = frame;
    this.answer = answer;
    this.account = account;
    this.clock = clock;
  }

  /** Answers with whatever made a handler fail. */
  void answer(RoutingContext context) {
    ProblemResponse problem = ProblemResponse.of(context);
    // Who asks too often gets what costs least.
    if (!isForAPerson(context) || problem.status() == 429 || context.get(TRIED) != null) {
      ProblemResponse.answer(context.request(), problem);
      return;
    }
    // A page that cannot be made fails the request once more.
    context.put(TRIED, true);
    Page page = page(problem, context);
    answer.send(context, problem.status(), () -> frame.around(page, clock.instant()));
  }

  /** A request that is not wanted whole is answered by who ends its connection. */
  private static boolean isForAPerson(RoutingContext context) {
    String accept = context.request().getHeader("Accept");
    return accept != null
        && accept.toLowerCase(Locale.ROOT).contains("text/html")
        && !context.request().path().startsWith("/api/")
        && (context.request().isEnded() || isRead(context))
        && !context.response().headWritten();
  }

  private static boolean isRead(RoutingContext context) {
    HttpMethod method = context.request().method();
    return method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
  }

  private Page page(ProblemResponse problem, RoutingContext context) {
    String path = context.request().path();
    int depth = (int) path.substring(1).chars().filter(c -> c == '/').count();
    String detail = problem.detail();
    Html main =
        Html.of(
            """
            <h1>{} {}</h1>
            <p class="lead">{}.</p>
            <p class="lead">See <a href="{}">all services</a>.</p>
            """,
            problem.status() == 404 ? "?" : "✖",
            problem.title(),
            detail.substring(0, 1).toUpperCase(Locale.ROOT) + detail.substring(1),
            PageFrame.base(depth));
    return new Page(problem.title(), depth, Follows.NOTHING, who(context), main);
  }

  /** A token that is wrong fails whoever asks whose it is. */
  private Html who(RoutingContext context) {
    try {
      return account.apply(context);
    } catch (ProblemResponse _) {
      return Html.NOTHING;
    }
  }
}
