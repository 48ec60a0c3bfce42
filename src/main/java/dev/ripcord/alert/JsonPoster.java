package dev.ripcord.alert;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ripcord.release.Secret;
import dev.ripcord.vertx.HttpExchange;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
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
import java.util.function.Function;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Posts JSON to an address that is a secret, within a deadline that covers everything from the
 * connection to the last byte. What it says about a failure never holds the address.
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

  Future<Channel.Delivery> send(Secret url, Map<String, String> headers, JsonNode body) {
    return send(url, headers, body, _ -> Optional.empty());
  }

  /**
   * Posts.
   *
   * @param first what an answer means to the receiver's protocol; empty where it means the usual
   */
  Future<Channel.Delivery> send(
      Secret url,
      Map<String, String> headers,
      JsonNode body,
      Function<HttpExchange.Answer, Optional<Channel.Delivery>> first) {
    RequestOptions options = request(HttpMethod.POST, url);
    options.putHeader("Content-Type", "application/json; charset=utf-8");
    headers.forEach(options::putHeader);
    return exchange(options, Optional.of(Buffer.buffer(body.toString())), first);
  }

  Future<Channel.Delivery> get(Secret url) {
    return exchange(request(HttpMethod.GET, url), Optional.empty(), _ -> Optional.empty());
  }

  private static RequestOptions request(HttpMethod method, Secret url) {
    RequestOptions options = new RequestOptions().setMethod(method).setAbsoluteURI(url.reveal());
    return options.putHeader("User-Agent", "ripcord");
  }

  private Future<Channel.Delivery> exchange(
      RequestOptions options,
      Optional<Buffer> body,
      Function<HttpExchange.Answer, Optional<Channel.Delivery>> first) {
    return HttpExchange.send(vertx, client, options, body, deadline, ANSWER_BYTES_MAX)
        .map(answer -> first.apply(answer).orElseGet(() -> judge(answer)))
        .otherwise(e -> new Channel.Delivery.Later(describe(e), Optional.empty()));
  }

  Future<Void> close() {
    return client.close();
  }

  private Channel.Delivery judge(HttpExchange.Answer answer) {
    int status = answer.status();
    if (status >= 200 && status < 300) {
      return new Channel.Delivery.Sent();
    }
    String body = answer.body().toString().replaceAll("[^\\x20-\\x7e]+", " ").strip();
    boolean isWord = body.matches("[a-z_]{1,60}");
    String why = "answered " + status + (isWord ? " " + body : "");
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

  private String describe(Throwable failure) {
    return switch (failure) {
      case UnknownHostException _ -> "the host's name does not resolve";
      case ConnectException _ -> "no connection: refused or unreachable";
      case SSLException _ -> "no TLS connection";
      case TimeoutException _ -> "no whole answer within " + deadline.toMillis() + " ms";
      default -> "the connection broke off before the answer";
    };
  }
}
