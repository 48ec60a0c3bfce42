package dev.ripcord.platform;

import dev.ripcord.port.PlatformException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** HTTP to a Docker Engine over its Unix socket, one connection a request. */
final class DockerSocket {
  /** The newest version of the API that this was written for. */
  private static final ApiVersion NEWEST = new ApiVersion(1, 44);

  private static final Duration QUICK = Duration.ofSeconds(30);

  private final HttpClient http;
  private final Path path;
  private final SocketAddress address;

  DockerSocket(HttpClient http, Path path) {
    this.http = http;
    this.path = path;
    this.address = SocketAddress.domainSocketAddress(path.toString());
  }

  Path path() {
    return path;
  }

  /**
   * The version of the API to speak: the older of ours and the Engine's, unless the Engine has
   * given that one up.
   */
  Future<ApiVersion> version() {
    return ask(HttpMethod.GET, "/version", null, QUICK)
        .map(
            answer -> {
              JsonObject told = answer.json();
              ApiVersion theirs = ApiVersion.parse(told.getString("ApiVersion", "1.41"));
              ApiVersion oldest = ApiVersion.parse(told.getString("MinAPIVersion", "1.12"));
              ApiVersion ours = theirs.isBefore(NEWEST) ? theirs : NEWEST;
              return ours.isBefore(oldest) ? oldest : ours;
            });
  }

  /**
   * One request and its whole answer, whatever its status.
   *
   * @param deadline for all of it; after it the connection is cut
   */
  Future<Answer> ask(HttpMethod method, String uri, @Nullable JsonObject body, Duration deadline) {
    RequestOptions options =
        new RequestOptions()
            .setServer(address)
            .setHost("docker")
            .setPort(80)
            .setMethod(method)
            .setURI(uri);
    return http.request(options)
        .compose(request -> exchange(request, body, deadline))
        .recover(cause -> Future.failedFuture(unreachable(cause, method + " " + uri, deadline)));
  }

  private static Future<Answer> exchange(
      HttpClientRequest request, @Nullable JsonObject body, Duration deadline) {
    if (body != null) {
      request.putHeader("Content-Type", "application/json");
    }
    return (body == null ? request.send() : request.send(body.toBuffer()))
        .compose(response -> response.body().map(bytes -> new Answer(response.statusCode(), bytes)))
        .timeout(deadline.toMillis(), TimeUnit.MILLISECONDS)
        .onFailure(cause -> request.reset());
  }

  private PlatformException unreachable(Throwable cause, String what, Duration deadline) {
    if (cause instanceof PlatformException known) {
      return known;
    }
    String where = "the Docker Engine at " + path;
    if (cause instanceof TimeoutException) {
      return new PlatformException(
          "%s did not answer \"%s\" within %d s: is it overloaded? (docker info)"
              .formatted(where, what, deadline.toSeconds()),
          cause);
    }
    String found = String.valueOf(cause.getMessage());
    String text = found.toLowerCase(Locale.ROOT);
    if (text.contains("no such file") || text.contains("not found")) {
      return new PlatformException(
          "there is no Docker Engine at %s: the socket does not exist; start Docker (systemctl start docker) or set platform.docker.socket"
              .formatted(path),
          cause);
    }
    if (text.contains("denied") || text.contains("not permitted")) {
      return new PlatformException(
          "%s may not be used by this user: permission denied; add the user to the group that owns the socket (usually docker)"
              .formatted(where),
          cause);
    }
    return new PlatformException(
        "%s does not answer: %s; is it running? (systemctl status docker)".formatted(where, found),
        cause);
  }

  /**
   * A version of the API, such as 1.41.
   *
   * @param major 1, so far
   * @param minor counts up
   */
  record ApiVersion(int major, int minor) {
    static ApiVersion parse(String text) {
      int dot = text.indexOf('.');
      try {
        return new ApiVersion(
            Integer.parseInt(text.substring(0, Math.max(0, dot))),
            Integer.parseInt(text.substring(dot + 1)));
      } catch (NumberFormatException e) {
        throw new PlatformException(
            "the Docker Engine calls its API version \"%s\": a number such as 1.41 was expected"
                .formatted(text),
            e);
      }
    }

    boolean isBefore(ApiVersion other) {
      return major < other.major || (major == other.major && minor < other.minor);
    }

    @Override
    public String toString() {
      return major + "." + minor;
    }
  }

  /**
   * An answer.
   *
   * @param status the HTTP status
   * @param body all of it
   */
  record Answer(int status, Buffer body) {
    boolean isGood() {
      return status < 400;
    }

    /** The body as an object. Throws a {@link PlatformException} when it is none. */
    JsonObject json() {
      try {
        return body.toJsonObject();
      } catch (DecodeException | ClassCastException e) {
        throw new PlatformException(
            "the Docker Engine answered with %d and no JSON object: is something else behind its socket?"
                .formatted(status),
            e);
      }
    }

    /** What the Engine says is wrong. */
    String complaint() {
      try {
        return body.toJsonObject().getString("message", "status " + status).strip();
      } catch (DecodeException | ClassCastException e) {
        return "status " + status;
      }
    }
  }
}
