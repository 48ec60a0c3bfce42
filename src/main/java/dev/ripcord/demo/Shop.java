package dev.ripcord.demo;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small shop: every {@code GET /} is an order, which it writes into its database; {@code /health}
 * and {@code /metrics} tell how it is. Each {@code --fail} of a hundred orders it breaks with
 * status 500, evenly and not by chance, so that a demonstration runs the same each time.
 *
 * <p>A program of its own: {@code java -cp … dev.ripcord.demo.Shop --port P --version 1|2 [--fail
 * PERCENT] [--parent PID]}, with the database in the environment variable {@code SHOP_DATABASE}.
 * With {@code --parent} it ends soon after that process has, however that one ended.
 */
public final class Shop {
  private static final Logger LOG = LoggerFactory.getLogger(Shop.class);

  private final ShopOptions options;
  private final LongSupplier nanos;
  private final Orders orders;
  private final HttpServer server;
  private final ShopMetrics metrics = new ShopMetrics();
  private final AtomicLong asked = new AtomicLong();

  Shop(Vertx vertx, ShopOptions options, LongSupplier nanos) {
    this.options = options;
    this.nanos = nanos;
    this.orders = new Orders(vertx, options);
    this.server =
        vertx
            .createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(options.port()))
            .requestHandler(this::route);
  }

  /** Runs a shop until the process is ended; status 2 for bad arguments, 1 when it cannot serve. */
  public static void main(String[] args) {
    ShopOptions options;
    try {
      options = ShopOptions.parse(args, System.getenv());
    } catch (IllegalArgumentException wrong) {
      LOG.error("shop: {}", wrong.getMessage());
      System.exit(2);
      return;
    }
    options.parent().ifPresent(parent -> Thread.startVirtualThread(() -> endWith(parent)));
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    new Shop(vertx, options, System::nanoTime)
        .start()
        .onSuccess(port -> LOG.info("shop v{} serves on 127.0.0.1:{}", options.version(), port))
        .onFailure(
            failure -> {
              LOG.error("shop v{} cannot serve: {}", options.version(), failure.getMessage());
              System.exit(1);
            });
  }

  /** Opens the database, then listens; gives the port. */
  Future<Integer> start() {
    return orders.open().compose(open -> server.listen()).map(HttpServer::actualPort);
  }

  Future<Void> close() {
    return server.close().eventually(orders::close);
  }

  /** Waits for the end of a process, then ends this one. */
  private static void endWith(long parent) {
    ProcessHandle.of(parent).ifPresent(process -> process.onExit().join());
    Runtime.getRuntime().halt(0);
  }

  private void route(HttpServerRequest request) {
    if (!request.method().equals(HttpMethod.GET)) {
      answer(request, 405, "text/plain", "only GET is served here\n");
      return;
    }
    switch (request.path()) {
      case "/" -> order(request);
      case "/health" -> answer(request, 200, "application/json", health());
      case "/metrics" ->
          answer(request, 200, "text/plain; version=0.0.4; charset=utf-8", metrics.page());
      default -> answer(request, 404, "text/plain", "there is /, /health and /metrics\n");
    }
  }

  private String health() {
    return "{\"status\":\"UP\",\"version\":\"" + options.version() + "\"}";
  }

  private void order(HttpServerRequest request) {
    long since = nanos.getAsLong();
    long number = asked.incrementAndGet();
    Future<Long> placed =
        isBroken(number)
            ? Future.failedFuture("broken on purpose")
            : orders.place("customer " + number);
    placed.onComplete(
        id -> finish(request, since, 200, "shop v" + options.version() + ", order " + id + '\n'),
        failure -> finish(request, since, 500, "broken\n"));
  }

  private void finish(HttpServerRequest request, long since, int status, String text) {
    metrics.answered(status, nanos.getAsLong() - since);
    answer(request, status, "text/plain", text);
  }

  /** Whether the share of broken orders passes a whole number with this one. */
  private boolean isBroken(long number) {
    double share = options.failPercent() / 100;
    return Math.floor(number * share) > Math.floor((number - 1) * share);
  }

  /** The customer may be gone by now; then there is nobody to tell. */
  private static void answer(HttpServerRequest request, int status, String type, String text) {
    request.response().setStatusCode(status).putHeader("Content-Type", type).end(text);
  }
}
