package dev.ripcord.web.page;

import dev.ripcord.port.Control;
import dev.ripcord.port.Control.ServiceStatus;
import dev.ripcord.port.Journal.Span;
import dev.ripcord.port.Journal.Which;
import dev.ripcord.release.ServiceName;
import dev.ripcord.silence.Silences;
import dev.ripcord.vertx.AsyncLoop;
import dev.ripcord.web.page.PageFrame.Follows;
import dev.ripcord.web.page.PageFrame.Page;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers requests for the overview and for the pages of services. Called on event loops. */
public final class Pages {
  private static final Logger LOG = LoggerFactory.getLogger(Pages.class);
  private static final int ROWS_MAX = 100;
  private static final Duration PAST = Duration.ofDays(1);

  private final Control control;
  private final PageFrame frame;
  private final PageAnswer answer;
  private final InstantSource clock;
  private final Beside beside;
  private final RecentPolls recent = new RecentPolls();
  private final HistoryReader history;

  /**
   * What pages show besides the services.
   *
   * @param account who is signed in, or the link to sign in, for the frame
   * @param silences those that were known last
   * @param silencing what the page of a service says of its silences, for who looks at it
   */
  public record Beside(
      Function<RoutingContext, Html> account, Supplier<Silences> silences, Silencing silencing) {}

  /** Says of a service whose alerts are silenced, and how to begin and end a silence. */
  public interface Silencing {
    /** For who looks at the page of a service now. */
    Html of(RoutingContext context, ServiceName service, Instant now);
  }

  /** Pages in a frame. */
  public Pages(
      Control control, PageFrame frame, PageAnswer answer, InstantSource clock, Beside beside) {
    this.control = control;
    this.frame = frame;
    this.answer = answer;
    this.clock = clock;
    this.beside = beside;
    this.history = new HistoryReader(control);
  }

  /** Begins to keep the last polls, and reads those from before; the answer ends it. */
  public Runnable start() {
    Runnable unobserve = control.observe(recent);
    fill(control.services().stream().map(ServiceStatus::service).iterator())
        .onFailure(e -> LOG.warn("the overview begins without past polls: {}", e.getMessage()));
    return unobserve;
  }

  /** One service after the other, so that nobody else waits for the journal. */
  private Future<Void> fill(Iterator<ServiceName> services) {
    return AsyncLoop.until(
            () -> {
              if (!services.hasNext()) {
                return Future.succeededFuture(Optional.of(true));
              }
              ServiceName service = services.next();
              Instant now = clock.instant();
              return control
                  .polls(new Span(service, now.minus(PAST), now), Which.LAST, RecentPolls.MAX)
                  .onSuccess(polls -> recent.fill(service, polls))
                  .map(Optional.empty());
            })
        .mapEmpty();
  }

  /** {@code /}: every service. */
  public void overview(RoutingContext context) {
    Html who = beside.account().apply(context);
    Overview overview = overviewOf(context);
    answer.send(context, 200, () -> frame.around(overview.page(who), clock.instant()));
  }

  /** {@code /rows}: what changed on an open overview. */
  public void rows(RoutingContext context) {
    Set<String> names = new HashSet<>();
    context.queryParam("service").stream().limit(ROWS_MAX).forEach(names::add);
    Overview overview = overviewOf(context);
    answer.send(context, 200, () -> overview.rows(names).toString());
  }

  private Overview overviewOf(RoutingContext context) {
    return new Overview(
        control.services(),
        control.unready(),
        recent,
        OverviewQuery.of(context.queryParams()),
        beside.silences().get(),
        clock.instant());
  }

  /** {@code /services/:name}. */
  public void service(RoutingContext context) {
    String name = context.pathParam("name");
    Html who = beside.account().apply(context);
    Instant now = clock.instant();
    Optional<ServiceStatus> found =
        control.services().stream().filter(s -> s.service().text().equals(name)).findFirst();
    if (found.isEmpty()) {
      Page page = nothing("No service \"" + name + "\" is configured", 1, who);
      answer.send(context, 404, () -> frame.around(page, now));
      return;
    }
    ServiceStatus status = found.get();
    Optional<Window> window = Window.named(context.queryParams().get("window"));
    Html silencing = beside.silencing().of(context, status.service(), now);
    control
        .terms(status.service())
        .compose(
            terms ->
                history
                    .of(status, window, terms.interval(), now)
                    .map(read -> new ServicePage(status, terms, read, silencing, now)))
        .onSuccess(page -> answer.send(context, 200, () -> frame.around(page.page(who), now)))
        .onFailure(context::fail);
  }

  /** The page for what is not there. */
  public static Page nothing(String title, int depth, Html account) {
    Html main =
        Html.of(
            "<h1>? {}</h1>\n<p class=\"lead\">See <a href=\"{}\">all services</a>.</p>\n",
            title,
            PageFrame.base(depth));
    return new Page(title, depth, Follows.NOTHING, account, main);
  }
}
