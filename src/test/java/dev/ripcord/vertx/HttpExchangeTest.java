package dev.ripcord.vertx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A request has one deadline, whatever the server does, and nothing of it stays behind. */
class HttpExchangeTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Duration SHORT = Duration.ofMillis(300);

  private final Promise<Void> hungUp = Promise.promise();
  private Vertx vertx;
  private HttpClient client;

  @BeforeEach
  void open() {
    vertx = Vertx.vertx();
    client = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(1));
  }

  @AfterEach
  void close() {
    vertx.close().await();
  }

  private int serve(Handler<HttpServerRequest> handler) {
    HttpServer server =
        vertx
            .createHttpServer()
            .connectionHandler(connection -> connection.closeHandler(hungUp::tryComplete))
            .requestHandler(handler);
    return wait(server.listen(0, "127.0.0.1")).actualPort();
  }

  private Future<HttpExchange.Answer> send(
      int port, Optional<Buffer> body, Duration deadline, int bytesMax) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setHost("127.0.0.1")
            .setPort(port)
            .setURI("/");
    return HttpExchange.send(vertx, client, options, body, deadline, bytesMax);
  }

  private static <T> T wait(Future<T> future) {
    return future.timeout(60, TimeUnit.SECONDS).await();
  }

  @Test
  void answer_isWholeWhateverItsStatus() {
    int port =
        serve(
            request ->
                request
                    .body()
                    .onSuccess(
                        body ->
                            request
                                .response()
                                .setStatusCode(503)
                                .putHeader("Retry-After", "7")
                                .end("got " + body)));

    HttpExchange.Answer answer = wait(send(port, Optional.of(Buffer.buffer("x")), LONG, 100));

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.headers().get("retry-after")).isEqualTo("7");
    assertThat(answer.body()).hasToString("got x");
  }

  @Test
  void longBody_isKeptToItsLimit_andTheConnectionGoesOn() {
    int port = serve(request -> request.response().end("y".repeat(100_000)));

    assertThat(wait(send(port, Optional.empty(), LONG, 10)).body()).hasToString("y".repeat(10));
    assertThat(wait(send(port, Optional.empty(), LONG, 0)).body().length()).isZero();
    assertThat(hungUp.future().isComplete()).isFalse();
  }

  @Test
  void noAnswer_failsAtTheDeadlineAndHangsUp() {
    int port = serve(_ -> {});

    assertThatThrownBy(() -> wait(send(port, Optional.empty(), SHORT, 10)))
        .isInstanceOf(TimeoutException.class)
        .hasMessage("no whole answer within 300 ms");
    wait(hungUp.future());
  }

  @Test
  void answerThatComesDropByDrop_failsAtTheDeadlineAndHangsUp() {
    int port =
        serve(
            request -> {
              request.response().setChunked(true);
              long drops = vertx.setPeriodic(20, _ -> request.response().write("."));
              request
                  .connection()
                  .closeHandler(
                      _ -> {
                        vertx.cancelTimer(drops);
                        hungUp.tryComplete();
                      });
            });

    assertThatThrownBy(() -> wait(send(port, Optional.empty(), SHORT, 10)))
        .isInstanceOf(TimeoutException.class);
    wait(hungUp.future());
  }

  @Test
  void waitingForAConnection_countsToo_andTheNextRequestGetsOne() {
    Promise<HttpServerRequest> first = Promise.promise();
    int port =
        serve(
            request -> {
              if (!first.tryComplete(request)) {
                request.response().end();
              }
            });
    Future<HttpExchange.Answer> slow = send(port, Optional.empty(), LONG, 10);
    HttpServerRequest held = wait(first.future());

    assertThatThrownBy(() -> wait(send(port, Optional.empty(), SHORT, 10)))
        .isInstanceOf(TimeoutException.class);
    held.response().end();

    assertThat(wait(slow).status()).isEqualTo(200);
    assertThat(wait(send(port, Optional.empty(), LONG, 10)).status()).isEqualTo(200);
  }

  @Test
  void refusedConnection_failsAsTheClientSays() {
    int port = serve(_ -> {});
    wait(vertx.close());
    vertx = Vertx.vertx();
    client = vertx.createHttpClient();

    assertThatThrownBy(() -> wait(send(port, Optional.empty(), LONG, 10)))
        .isInstanceOf(ConnectException.class);
  }
}
