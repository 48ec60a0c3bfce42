package dev.ripcord.alert;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.release.Secret;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Posts JSON to an address that is a secret, within a deadline that covers everything from the
 * connection to the last byte. What it says about a failure never holds the address.
 *
 * <p>It uses the plain HTTP client: the web client's timeout is one of inactivity, and it cannot
 * break an exchange off.
 */
final class JsonPoster {
  private static final int ANSWER_BYTES_MAX = 512;
  private static final Set<Integer> WORTH_A_RETRY = Set.of(408, 425, 429);

  private final Vertx vertx;
  private final HttpClient client;
  private final InstantSource clock;
  private final Duration deadline;

  JsonPoster(Vertx vertx, InstantSource clock, Duration deadline) {
    this.vertx = vertx;
    this.clock = clock;
    this.deadline = deadline;
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setConnectTimeout(Math.toIntExact(deadline.toMillis()))
                .setKeepAliveTimeout(20),
            new PoolOptions().setHttp1MaxSize(4));
  }

  Future<Channel.Delivery> send(Secret url, Map<String, String> headers, ObjectNode body) {
    RequestOptions options =
        new RequestOptions().setMethod(HttpMethod.POST).setAbsoluteURI(url.reveal());
    options.putHeader("Content-Type", "application/json; charset=utf-8");
    options.putHeader("User-Agent", "ripcord");
    headers.forEach(options::putHeader);
    Promise<Channel.Delivery> done = Promise.promise();
    Exchange exchange = new Exchange(done);
    long timer =
        vertx.setTimer(
            deadline.toMillis(),
            _ -> exchange.giveUp("no whole answer within " + deadline.toMillis() + " ms"));
    client
        .request(options)
        .compose(request -> exchange.begin(request, body))
        .onSuccess(answer -> done.tryComplete(judge(answer)))
        .onFailure(
            e -> done.tryComplete(new Channel.Delivery.Later(describe(e), Optional.empty())));
    return done.future().andThen((_, _) -> vertx.cancelTimer(timer));
  }

  Future<Void> close() {
    return client.close();
  }

  private record Answer(int status, MultiMap headers, String text) {}

  /** One request, which the deadline can break off at any point. */
  private static final class Exchange {
    private final Promise<Channel.Delivery> done;
    private Optional<HttpClientRequest> request = Optional.empty();
    private boolean over;

    Exchange(Promise<Channel.Delivery> done) {
      this.done = done;
    }

    Future<Answer> begin(HttpClientRequest begun, ObjectNode body) {
      if (over) {
        return begun.reset().compose(_ -> Future.failedFuture(new TimeoutException()));
      }
      request = Optional.of(begun);
      return begun.send(Buffer.buffer(body.toString())).compose(Exchange::read);
    }

    private static Future<Answer> read(HttpClientResponse response) {
      Buffer text = Buffer.buffer();
      response.handler(
          part -> text.appendBuffer(part, 0, Math.min(part.length(), room(text.length()))));
      return response
          .end()
          .map(_ -> new Answer(response.statusCode(), response.headers(), text.toString()));
    }

    private static int room(int used) {
      return ANSWER_BYTES_MAX - used;
    }

    void giveUp(String why) {
      over = true;
      if (done.tryComplete(new Channel.Delivery.Later(why, Optional.empty()))) {
        request.ifPresent(HttpClientRequest::reset);
      }
    }
  }

  private Channel.Delivery judge(Answer answer) {
    int status = answer.status();
    if (status >= 200 && status < 300) {
      return new Channel.Delivery.Sent();
    }
    String said = answer.text().replaceAll("[^\\x20-\\x7e]+", " ").strip();
    boolean isWord = said.matches("[a-z_]{1,60}");
    String why = "answered " + status + (isWord ? " " + said : "");
    if (status >= 500 || WORTH_A_RETRY.contains(status)) {
      return new Channel.Delivery.Later(why, retryAfter(answer.headers().get("Retry-After")));
    }
    if (status >= 300 && status < 400) {
      return new Channel.Delivery.Never(why + ": a redirect; configure the final address");
    }
    return new Channel.Delivery.Never(why + ": check the address and what it allows");
  }

  /** Seconds or an HTTP date. */
  private Optional<Duration> retryAfter(@Nullable String header) {
    if (header == null) {
      return Optional.empty();
    }
    String text = header.strip();
    if (text.matches("[0-9]{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
    }
    try {
      Instant at = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return Optional.of(Duration.between(clock.instant(), at)).filter(d -> !d.isNegative());
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }

  private static String describe(Throwable failure) {
    return switch (failure) {
      case UnknownHostException _ -> "the host's name does not resolve";
      case ConnectException _ -> "no connection: refused or unreachable";
      case SSLException _ -> "no TLS connection";
      case TimeoutException _ -> "no connection in time";
      default -> "the connection broke off before the answer";
    };
  }
}
