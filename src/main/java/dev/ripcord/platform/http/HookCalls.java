package dev.ripcord.platform.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ripcord.config.PlatformSettings;
import dev.ripcord.port.PlatformException;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Printable;
import dev.ripcord.release.Release;
import dev.ripcord.vertx.BodySignature;
import dev.ripcord.vertx.HttpExchange;
import dev.ripcord.vertx.HttpExchange.Answer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * The calls of a web hook. What is posted is {@code {"service","release","image"}}; where there is
 * a secret the header X-Ripcord-Signature-256 holds {@code sha256=} and the HMAC-SHA256 of the
 * body, in hexadecimal. The same wish always has the same Idempotency-Key.
 */
final class HookCalls {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ANSWER_BYTES_MAX = 64 * 1024;
  private static final int SAID_MAX = 200;

  /** Of something that stands before the hook, or of one that has too much to do. */
  private static final Set<Integer> NOT_THE_HOOK = Set.of(429, 502, 503, 504);

  private final Vertx vertx;
  private final HttpClient http;
  private final PlatformSettings.Http settings;

  HookCalls(Vertx vertx, HttpClient http, PlatformSettings.Http settings) {
    this.vertx = vertx;
    this.http = http;
    this.settings = settings;
  }

  /** What runs; empty where the hook says that nothing does. Fails where it cannot be asked. */
  Future<Optional<ImageRef>> current() {
    return exchange(HttpMethod.GET, settings.current(), new RequestOptions(), Optional.empty())
        .map(answer -> image(settled(settings.current(), answer)));
  }

  /** Asks for an image, or for the stop where there is none. */
  Future<Void> post(URI url, Release release, Optional<ImageRef> image) {
    ObjectNode body = JSON.createObjectNode();
    body.put("service", release.service().text());
    body.put("release", release.name());
    body.put("image", image.map(ImageRef::text).orElse(null));
    byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
    RequestOptions options = new RequestOptions();
    options.putHeader("Content-Type", "application/json; charset=utf-8");
    options.putHeader("Idempotency-Key", BodySignature.hex("ripcord", bytes));
    return secret()
        .compose(
            secret -> {
              secret.ifPresent(
                  key -> options.putHeader(BodySignature.HEADER, signature(key, bytes)));
              return exchange(HttpMethod.POST, url, options, Optional.of(Buffer.buffer(bytes)));
            })
        .map(answer -> settled(url, answer))
        .mapEmpty();
  }

  private Future<Answer> exchange(
      HttpMethod method, URI url, RequestOptions options, Optional<Buffer> body) {
    options.setMethod(method).setAbsoluteURI(url.toString());
    options.putHeader("User-Agent", "ripcord");
    options.putHeader("Accept", "application/json");
    return HttpExchange.send(vertx, http, options, body, settings.deadline(), ANSWER_BYTES_MAX)
        .recover(
            failure ->
                Future.failedFuture(
                    PlatformException.unanswered(
                        shown(url) + " gave no answer: " + failure.getMessage())));
  }

  private Future<Optional<String>> secret() {
    Optional<Path> file = settings.secretFile();
    if (file.isEmpty()) {
      return Future.succeededFuture(Optional.empty());
    }
    return vertx
        .fileSystem()
        .readFile(file.get().toString())
        .map(text -> Optional.of(text.toString().strip()))
        .recover(
            failure ->
                Future.failedFuture(
                    new PlatformException(
                        "platform.http.secret-file " + file.get() + " cannot be read", failure)));
  }

  /** An answer that says yes; any other is a failure. */
  private static Answer settled(URI url, Answer answer) {
    int status = answer.status();
    if (status >= 200 && status < 300) {
      return answer;
    }
    String text = shown(url) + " answered " + status + said(answer);
    throw NOT_THE_HOOK.contains(status)
        ? PlatformException.unanswered(text)
        : new PlatformException(text);
  }

  private static String said(Answer answer) {
    String body = Printable.of(answer.body().toString(StandardCharsets.UTF_8)).strip();
    return body.isEmpty()
        ? ""
        : ": " + (body.length() > SAID_MAX ? body.substring(0, SAID_MAX) + "…" : body);
  }

  private Optional<ImageRef> image(Answer answer) {
    JsonNode image;
    try {
      image = JSON.readTree(answer.body().getBytes()).path("image");
    } catch (IOException e) {
      throw new PlatformException(
          shown(settings.current()) + " has to answer {\"image\":\"…\"}, and answered no JSON", e);
    }
    if (image.isNull() || (image.isTextual() && image.asText().isEmpty())) {
      return Optional.empty();
    }
    if (!image.isTextual() || !ImageRef.isValid(image.asText())) {
      throw new PlatformException(
          shown(settings.current())
              + " has to answer {\"image\":\"…\"} with one image, and answered"
              + said(answer));
    }
    return Optional.of(new ImageRef(image.asText()));
  }

  /** Without a query, which may hold what is secret. */
  static String shown(URI url) {
    return url.getScheme() + "://" + url.getRawAuthority() + url.getRawPath();
  }

  private static String signature(String key, byte[] text) {
    try {
      return BodySignature.of(key, text);
    } catch (IllegalArgumentException e) {
      throw new PlatformException("platform.http.secret-file holds no secret", e);
    }
  }
}
