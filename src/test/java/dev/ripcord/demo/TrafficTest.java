package dev.ripcord.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The customers, at a real server on loopback. */
final class TrafficTest {
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    vertx.close().await();
  }

  @Test
  void servedRequests_areCountedAsSentOnly() {
    Traffic traffic = Traffic.start(vertx, address(listen(0, 200)), 200);

    until(() -> traffic.sent() >= 20);

    assertThat(traffic.failed()).isZero();
  }

  @Test
  void brokenRequests_areCountedAsFailed() {
    Traffic traffic = Traffic.start(vertx, address(listen(0, 500)), 200);

    until(() -> traffic.sent() >= 20);

    assertThat(traffic.failed()).isGreaterThanOrEqualTo(20);
  }

  @Test
  void serverThatGoesAndComesBack_isSeenAsFailuresBetween() {
    HttpServer before = listen(0, 200);
    int port = before.actualPort();
    Traffic traffic = Traffic.start(vertx, address(before), 200);
    until(() -> traffic.sent() >= 10);

    before.close().await();
    until(() -> traffic.failed() >= 10);
    listen(port, 200);
    long failed = traffic.failed();
    until(() -> traffic.sent() - traffic.failed() >= 50);

    assertThat(traffic.failed() - failed).as("failures after the return").isLessThan(50);
  }

  @Test
  void serverThatNeverAnswers_failsAtTheDeadline() {
    HttpServer silent =
        vertx.createHttpServer().requestHandler(HttpServerRequest::pause).listen(0).await();
    Traffic traffic = Traffic.start(vertx, address(silent), 20);

    until(() -> traffic.failed() >= 5);

    assertThat(traffic.sent()).isEqualTo(traffic.failed());
  }

  @Test
  void stop_sendsNoMoreAndCountsNothingUnderWay() {
    AtomicInteger open = new AtomicInteger();
    HttpServer silent =
        vertx
            .createHttpServer()
            .requestHandler(request -> open.incrementAndGet())
            .listen(0)
            .await();
    Traffic traffic = Traffic.start(vertx, address(silent), 200);
    until(() -> open.get() >= 5);

    traffic.stop().await();
    long sent = traffic.sent();

    assertThat(traffic.failed()).isEqualTo(sent);
    assertThat(sent).isLessThan(open.get());
  }

  @Test
  void rateOutOfRange_isRefused() {
    assertThatThrownBy(() -> Traffic.start(vertx, URI.create("http://127.0.0.1/"), 0))
        .hasMessage("0 requests a second; give 1 to 1000");
  }

  private HttpServer listen(int port, int status) {
    return vertx
        .createHttpServer()
        .requestHandler(request -> request.response().setStatusCode(status).end())
        .listen(port, "127.0.0.1")
        .await();
  }

  private static URI address(HttpServer server) {
    return URI.create("http://127.0.0.1:" + server.actualPort() + "/");
  }

  /** Waits for a condition, asked every few milliseconds on the event loop, for half a minute. */
  private void until(BooleanSupplier condition) {
    Promise<Void> met = Promise.promise();
    long timer =
        vertx.setPeriodic(
            5,
            tick -> {
              if (condition.getAsBoolean()) {
                met.tryComplete();
              }
            });
    met.future().timeout(30, TimeUnit.SECONDS).await();
    vertx.cancelTimer(timer);
  }
}
