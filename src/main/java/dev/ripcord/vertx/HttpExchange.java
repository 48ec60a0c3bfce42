package dev.ripcord.vertx;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request and its whole answer, within a deadline that covers everything from the
 * connection to the last byte; after it the connection is cut.
 *
 * <p>It uses the plain HTTP client: the web client's timeout is one of inactivity, so an answer
 * that comes drop by drop never ends.
 */
public final class HttpExchange {
  private final Promise<Answer> answer = Promise.promise();
  private final Optional<Buffer> body;
  private final int bytesMax;
  private @Nullable HttpClientRequest request;

  private HttpExchange(Optional<Buffer> body, int bytesMax) {
    this.body = body;
    this.bytesMax = bytesMax;
  }

  /**
   * An answer, whatever its status.
   *
   * @param status the HTTP status
   * @param headers by name, in any case
   * @param body its beginning, as far as it was to be kept
   */
  public record Answer(int status, MultiMap headers, Buffer body) {}

  /**
   * Makes the request. Callable from any thread; never blocks.
   *
   * @param body what is sent; without one the request has none
   * @param deadline for all of it
   * @param bytesMax how much of the answer's body is kept; what follows is read and dropped
   * @return the answer, on the caller's context if it has one; failed with a {@link
   *     TimeoutException} at the deadline, with the client's own failure otherwise
   */
  public static Future<Answer> send(
      Vertx vertx,
      HttpClient client,
      RequestOptions options,
      Optional<Buffer> body,
      Duration deadline,
      int bytesMax) {
    Context context = vertx.getOrCreateContext();
    return Contexts.call(
        context,
        () -> {
          HttpExchange exchange = new HttpExchange(body, bytesMax);
          long timer = vertx.setTimer(deadline.toMillis(), _ -> exchange.expire(deadline));
          var _ =
              client
                  .request(options)
                  .compose(exchange::begin)
                  .onSuccess(exchange.answer::tryComplete)
                  .onFailure(exchange.answer::tryFail);
          return exchange.answer.future().onComplete(_ -> vertx.cancelTimer(timer));
        });
  }

  private Future<Answer> begin(HttpClientRequest begun) {
    if (answer.future().isComplete()) {
      cut(begun);
      return answer.future();
    }
    request = begun;
    return body.map(begun::send).orElseGet(begun::send).compose(this::read);
  }

  private Future<Answer> read(HttpClientResponse response) {
    Buffer kept = Buffer.buffer();
    response.handler(
        part -> kept.appendBuffer(part, 0, Math.min(part.length(), bytesMax - kept.length())));
    return response.end().map(_ -> new Answer(response.statusCode(), response.headers(), kept));
  }

  private void expire(Duration deadline) {
    boolean ended =
        answer.tryFail(
            new TimeoutException("no whole answer within " + deadline.toMillis() + " ms"));
    if (ended && request != null) {
      cut(request);
    }
  }

  /** To reset a request that was not sent yet would leave its connection open. */
  private static void cut(HttpClientRequest begun) {
    begun.reset();
    begun.connection().close();
  }
}
