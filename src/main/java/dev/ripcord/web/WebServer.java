package dev.ripcord.web;

import dev.ripcord.config.AccessSettings.Role;
import dev.ripcord.config.AccessSettings.Tls;
import dev.ripcord.config.Listen;
import dev.ripcord.port.Control;
import dev.ripcord.silence.SilenceBook;
import dev.ripcord.web.ReleasePages.Door;
import dev.ripcord.web.access.Access;
import dev.ripcord.web.page.Assets;
import dev.ripcord.web.page.Encoding;
import dev.ripcord.web.page.PageAnswer;
import dev.ripcord.web.page.PageFrame;
import dev.ripcord.web.page.Pages;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemon's HTTP face: API, pages, stream of events, metrics, health.
 *
 * <p>{@link #start} and {@link #stop} may be called from any thread, once each.
 */
public final class WebServer {
  private static final Logger LOG = LoggerFactory.getLogger(WebServer.class);
  private static final Duration HEARTBEAT = Duration.ofSeconds(15);
  private static final int IDLE_SECONDS = 75;

  /** From the first byte of a connection to the end of its first head, however slowly they come. */
  private static final long HEAD_MILLIS = 10_000;

  private static final long BODY_MILLIS = 10_000;

  /** Nothing that reads an address would get further than an exception with it. */
  private static final Pattern BAD_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");

  private final Vertx vertx;
  private final Listen listen;
  private final Control control;
  private final Metrics metrics;
  private final Guard guard;
  private final EventHub hub;
  private final Connections connections;
  private final Program program;
  private final KnownSilences silences;
  private final Pages pages;
  private final SignIn signIn;
  private final ReleasePages releases;
  private final SilencePages silencePages;
  private final Router router;
  private final Optional<TlsFiles> certificate;
  private final HttpServer server;
  private Runnable unobserve = () -> {};

  /**
   * What is shown of this program.
   *
   * @param version for the footer of the pages
   * @param clock the time of day
   * @param metrics what {@code /metrics} shows; who makes it registers it with the control
   * @param silences whose alerts are not sent
   */
  public record Program(
      String version, InstantSource clock, Metrics metrics, SilenceBook silences) {}

  /**
   * Does not listen yet.
   *
   * @param access who may read and write; without a token nobody can write over another address
   *     than loopback
   */
  public WebServer(Vertx vertx, Listen listen, Access access, Control control, Program program) {
    this.vertx = vertx;
    this.listen = listen;
    this.control = control;
    this.program = program;
    this.metrics = program.metrics();
    metrics.leaveOut(control::outdated);
    this.guard = new Guard(listen, access);
    this.hub = new EventHub(vertx, control, HEARTBEAT);
    this.connections = new Connections(vertx, HEAD_MILLIS);
    Assets assets = new Assets();
    PageFrame frame = new PageFrame(assets, program.version());
    this.signIn = new SignIn(access, guard, frame, new PageAnswer(vertx), program.clock());
    this.silences =
        new KnownSilences(vertx, program.silences(), program.clock(), metrics::silences);
    Door door = new Door(access, guard, signIn);
    this.silencePages = new SilencePages(vertx, control, silences, door, program, frame);
    this.pages =
        new Pages(
            control,
            frame,
            new PageAnswer(vertx),
            program.clock(),
            new Pages.Beside(signIn::account, silences::now, silencePages::onService));
    this.releases = new ReleasePages(vertx, control, door, frame, program.clock());
    this.router =
        routes(
            assets,
            new ProblemPage(frame, new PageAnswer(vertx), signIn::account, program.clock()));
    this.server =
        vertx
            .createHttpServer(options(access.settings().tls()))
            .connectionHandler(connections::opened)
            .requestHandler(request -> begin(request, router));
    this.certificate = access.settings().tls().map(tls -> new TlsFiles(vertx, tls, server));
  }

  /**
   * Finds out whether the address can be had, before anything is done that a process without it
   * must not do: listens there and lets it go again. Fails as {@link #start} does. From any thread.
   */
  public static Future<Void> tryAddress(Vertx vertx, Listen listen) {
    NetServer server = vertx.createNetServer().connectHandler(NetSocket::close);
    return server
        .listen(listen.port(), listen.host())
        .recover(failure -> notListening(vertx, listen, failure).mapEmpty())
        .compose(_ -> server.close());
  }

  /**
   * Listens; gives the port. Fails with a {@link BindException} that says what to do when the
   * address cannot be had.
   */
  public Future<Integer> start() {
    Runnable unhub = control.observe(hub);
    Runnable unpages = pages.start();
    silences.start();
    unobserve =
        () -> {
          silences.stop();
          unhub.run();
          unpages.run();
        };
    return certificate
        .map(TlsFiles::check)
        .orElseGet(Future::succeededFuture)
        .compose(_ -> server.listen(listen.port(), listen.host()))
        .map(HttpServer::actualPort)
        .onSuccess(
            port -> {
              certificate.ifPresent(TlsFiles::watch);
              LOG.info(
                  "listening on {}://{}",
                  certificate.isPresent() ? "https" : "http",
                  new Listen(listen.host(), port));
            })
        .recover(
            failure -> {
              unobserve.run();
              Optional<String> bad = certificate.flatMap(_ -> TlsFiles.badCertificate(failure));
              return bad.isPresent()
                  ? Future.failedFuture(new IOException(bad.get(), failure))
                  : notListening(vertx, listen, failure).mapEmpty();
            });
  }

  /** Ends the streams, lets what is under way finish for a second, and closes. */
  public Future<Void> stop() {
    unobserve.run();
    hub.close();
    certificate.ifPresent(TlsFiles::stop);
    return server.shutdown(1, TimeUnit.SECONDS);
  }

  /** Every way in. */
  List<Route> routes() {
    return router.getRoutes();
  }

  /** Without HTTP/2 a connection is counted when it is opened, not at its first byte. */
  static HttpServerOptions options() {
    return new HttpServerOptions().setIdleTimeout(IDLE_SECONDS).setHttp2ClearTextEnabled(false);
  }

  private static HttpServerOptions options(Optional<Tls> tls) {
    return tls.map(it -> TlsFiles.with(options(), it)).orElseGet(WebServer::options);
  }

  private static Future<Void> notListening(Vertx vertx, Listen listen, Throwable failure) {
    String found = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    Future<String> why =
        found.contains("already in use")
            ? new PortHolder(vertx).find(listen).map(by -> taken(listen, by))
            : Future.succeededFuture(refused(listen, found));
    return why.compose(
        text -> {
          BindException clear = new BindException(text);
          clear.initCause(failure);
          return Future.failedFuture(clear);
        });
  }

  private static String taken(Listen listen, String by) {
    String find = by.isEmpty() ? " (to find it: ss -ltnp 'sport = :" + listen.port() + "')" : "";
    return "cannot listen on "
        + listen
        + ": the address is already in use"
        + by
        + "; stop the process that listens there"
        + find
        + ", or set `listen` to another port";
  }

  private static String refused(Listen listen, String found) {
    return found.contains("permission denied")
        ? "cannot listen on "
            + listen
            + ": permission denied; ports below 1024 need a privilege"
            + " (CAP_NET_BIND_SERVICE); set `listen` to a port above 1023"
        : "cannot listen on " + listen + "; set `listen` to an address of this machine";
  }

  private Router routes(Assets assets, ProblemPage problems) {
    Api api = new Api(control, guard, silences, program.clock());
    SilenceApi silence =
        new SilenceApi(control, program.silences(), silences, guard, program.clock());
    PollsApi polls = new PollsApi(control, program.clock());
    Router router = Router.router(vertx);
    router.route().failureHandler(problems::answer);
    router.route().handler(WebServer::harden);
    router.route().handler(this::count);
    read(router, "/livez", context -> plain(context, "ok\n"));
    router.route().handler(guard::checkHost);
    read(router, "/readyz", this::ready);
    read(router, "/assets/:file", assets::answer);
    read(router, "/openapi.json", new OpenApi(program.version())::answer);
    router.route().handler(guard::checkRate);
    router.get("/sign-in").handler(signIn::page);
    router.head("/sign-in").handler(signIn::page);
    form(router, "/sign-in", "GET, HEAD, POST", signIn::signIn);
    form(router, "/sign-out", "POST", signIn::signOut);
    router.route().handler(context -> guard.checkReading(context, signIn::askAgain));
    read(router, "/", pages::overview);
    read(router, "/rows", pages::rows);
    read(router, "/services/:name", pages::service);
    read(router, "/metrics", this::metrics);
    read(router, "/api/v1/services", api::services);
    read(router, "/api/v1/services/:name", api::service);
    read(router, "/api/v1/services/:name/polls", polls::answer);
    read(router, "/api/v1/releases/:id", api::release);
    read(router, "/api/v1/releases/:id/report", releases::report);
    read(router, "/releases/:id", releases::page);
    router.get("/releases/:id/:decision").handler(releases::ask);
    form(router, "/releases/:id/:decision", "GET, POST", releases::decide);
    router.get("/silences").handler(silencePages::page);
    router.head("/silences").handler(silencePages::page);
    form(router, "/silences", "GET, HEAD, POST", silencePages::begin);
    router.get("/silences/:id/end").handler(silencePages::ask);
    form(router, "/silences/:id/end", "GET, POST", silencePages::end);
    router.get("/api/v1/events").handler(this::stream);
    refuseOther(router, "/api/v1/events", "GET");
    router.get("/api/v1/releases").handler(api::releases);
    router.head("/api/v1/releases").handler(api::releases);
    write(router, "/api/v1/releases", "GET, HEAD, POST", _ -> Role.OPERATOR, api::announce);
    write(router, "/api/v1/releases/:id/:wish", "POST", Api::roleOf, api::wish);
    router.get("/api/v1/silences").handler(silence::list);
    router.head("/api/v1/silences").handler(silence::list);
    write(router, "/api/v1/silences", "GET, HEAD, POST", _ -> Role.OPERATOR, silence::begin);
    write(
        router,
        HttpMethod.DELETE,
        "/api/v1/silences/:id",
        "DELETE",
        _ -> Role.OPERATOR,
        silence::end);
    router.route().handler(context -> context.fail(404));
    return router;
  }

  private void begin(HttpServerRequest request, Router router) {
    connections.begun(request.connection());
    if (!HostHeader.complete(request)) {
      ProblemResponse.answer(
          request,
          ProblemResponse.of(
              400,
              "Bad request",
              "the request needs one Host header, such as Host: 127.0.0.1:9095"));
      return;
    }
    if (BAD_ESCAPE.matcher(request.uri()).find()) {
      ProblemResponse.answer(
          request,
          ProblemResponse.of(
              400,
              "Bad request",
              "the address has a % without two hexadecimal digits behind it; a percent sign is"
                  + " %25"));
      return;
    }
    router.handle(request);
  }

  private void count(RoutingContext context) {
    HttpConnection connection = context.request().connection();
    context.addEndHandler(_ -> connections.ended(connection));
    context.next();
  }

  private void stream(RoutingContext context) {
    connections.streams(context.request().connection());
    hub.listen(context);
  }

  private static void read(Router router, String path, Handler<RoutingContext> handler) {
    Route route = router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD);
    route.handler(handler);
    refuseOther(router, path, "GET, HEAD");
  }

  private void write(
      Router router,
      String path,
      String allowed,
      Function<RoutingContext, Role> role,
      Handler<RoutingContext> handler) {
    write(router, HttpMethod.POST, path, allowed, role, handler);
  }

  private void write(
      Router router,
      HttpMethod method,
      String path,
      String allowed,
      Function<RoutingContext, Role> role,
      Handler<RoutingContext> handler) {
    router.route(method, path).handler(context -> guard.checkWrite(context, role.apply(context)));
    router
        .route(method, path)
        .handler(RequestBody::requireNoForm)
        .handler(new BodyDeadline(vertx, BODY_MILLIS));
    router
        .route(method, path)
        .handler(BodyHandler.create(false).setBodyLimit(RequestBody.BYTES_MAX))
        .handler(handler);
    refuseOther(router, path, allowed);
  }

  /** What the forms of our own pages send. */
  private void form(Router router, String path, String allowed, Handler<RoutingContext> handler) {
    router.post(path).handler(guard::checkForm);
    router.post(path).handler(new BodyDeadline(vertx, BODY_MILLIS));
    router
        .post(path)
        .handler(BodyHandler.create(false).setBodyLimit(RequestBody.BYTES_MAX))
        .handler(handler);
    refuseOther(router, path, allowed);
  }

  private static void refuseOther(Router router, String path, String allowed) {
    router
        .route(path)
        .handler(
            context -> {
              context.response().putHeader("Allow", allowed);
              throw ProblemResponse.of(
                  405,
                  "Method not allowed",
                  "%s takes %s, not %s"
                      .formatted(context.request().path(), allowed, context.request().method()));
            });
  }

  private static void harden(RoutingContext context) {
    context
        .response()
        .putHeader("Cache-Control", "no-store")
        .putHeader("X-Content-Type-Options", "nosniff");
    context.next();
  }

  private static void plain(RoutingContext context, String text) {
    context.response().putHeader("Content-Type", "text/plain; charset=utf-8").end(text);
  }

  private void ready(RoutingContext context) {
    control
        .unready()
        .ifPresentOrElse(
            why -> context.fail(ProblemResponse.of(503, "Not ready", why)),
            () -> plain(context, "ok\n"));
  }

  /** Written on a worker thread: with thousands of services it takes a while. */
  private void metrics(RoutingContext context) {
    String accept = context.request().getHeader("Accept");
    List<String> encodings = context.request().headers().getAll("Accept-Encoding");
    boolean gzip = Encoding.takesGzip(String.join(",", encodings));
    vertx
        .executeBlocking(() -> metrics.scrape(accept, gzip), false)
        .onSuccess(
            scraped -> {
              context
                  .response()
                  .putHeader("Content-Type", scraped.contentType())
                  .putHeader("Vary", "Accept, Accept-Encoding");
              if (gzip) {
                context.response().putHeader("Content-Encoding", "gzip");
              }
              context.response().end(scraped.body());
            })
        .onFailure(context::fail);
  }
}
