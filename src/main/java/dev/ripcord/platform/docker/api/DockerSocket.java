package dev.ripcord.platform.docker.api;

import dev.ripcord.port.PlatformException;
import dev.ripcord.vertx.HttpExchange;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HTTP to a Docker Engine over its Unix socket, one connection a request. Called on the event loop
 * of whoever made it; nothing here blocks.
 */
public final class DockerSocket {
  /** The newest version of the API that this was written for. */
  private static final ApiVersion NEWEST = new ApiVersion(1, 44);

  private static final String PATH_STAT = "X-Docker-Container-Path-Stat";
  private static final Duration QUICK = Duration.ofSeconds(30);
  private static final Logger LOG = LoggerFactory.getLogger(DockerSocket.class);

  /** What stands in the complaints of an Engine without its containerd, or on its way out. */
  private static final List<String> ENDING =
      List.of(
          "transport is closing",
          "connection error",
          "context canceled",
          "ttrpc: closed",
          "shutting down",
          "failed to update store",
          "database not open",
          "use of closed network connection",
          ": unavailable");

  private final Vertx vertx;
  private final HttpClient http;
  private final Path path;
  private final SocketAddress address;

  /** Asks nothing yet. */
  public DockerSocket(Vertx vertx, HttpClient http, Path path) {
    this.vertx = vertx;
    this.http = http;
    this.path = path;
    this.address = SocketAddress.domainSocketAddress(path.toString());
  }

  /** Where the socket is. */
  public Path path() {
    return path;
  }

  /**
   * The version of the API to speak: the older of ours and the Engine's, unless the Engine has
   * given that one up.
   */
  public Future<ApiVersion> version() {
    return ask(HttpMethod.GET, "/version", null, QUICK)
        .map(
            answer -> {
              JsonObject version = answer.json();
              ApiVersion theirs = ApiVersion.parse(version.getString("ApiVersion", "1.41"));
              ApiVersion oldest = ApiVersion.parse(version.getString("MinAPIVersion", "1.12"));
              ApiVersion ours = theirs.isBefore(NEWEST) ? theirs : NEWEST;
              return ours.isBefore(oldest) ? oldest : ours;
            });
  }

  /**
   * One request and its whole answer, whatever its status.
   *
   * @param deadline for all of it; after it the connection is cut
   */
  public Future<Answer> ask(
      HttpMethod method, String uri, @Nullable JsonObject body, Duration deadline) {
    Optional<Body> sent =
        Optional.ofNullable(body).map(json -> new Body("application/json", json.toBuffer()));
    return send(method, uri, sent, deadline);
  }

  /** Sends a tar archive. */
  public Future<Answer> put(String uri, Buffer archive, Duration deadline) {
    Body body = new Body("application/x-tar", archive);
    return send(HttpMethod.PUT, uri, Optional.of(body), deadline);
  }

  private record Body(String type, Buffer bytes) {}

  private Future<Answer> send(
      HttpMethod method, String uri, Optional<Body> body, Duration deadline) {
    RequestOptions options =
        new RequestOptions()
            .setServer(address)
            .setHost("docker")
            .setPort(80)
            .setMethod(method)
            .setURI(uri);
    body.ifPresent(sent -> options.putHeader("Content-Type", sent.type()));
    return HttpExchange.send(
            vertx, http, options, body.map(Body::bytes), deadline, Integer.MAX_VALUE)
        .map(DockerSocket::answer)
        .recover(cause -> unreachable(cause, method + " " + uri, deadline));
  }

  private static Answer answer(HttpExchange.Answer answer) {
    return new Answer(
        answer.status(), answer.body(), Optional.ofNullable(answer.headers().get(PATH_STAT)));
  }

  /** To look at the socket may wait for a disk. */
  private <T> Future<T> unreachable(Throwable cause, String what, Duration deadline) {
    if (cause instanceof PlatformException) {
      return Future.failedFuture(cause);
    }
    LOG.debug("the Docker Engine at {}: {}", path, what, cause);
    return vertx
        .executeBlocking(() -> SocketTrouble.at(path), false)
        .compose(trouble -> Future.failedFuture(trouble.of(cause, what, deadline)));
  }

  /**
   * A version of the API, such as 1.41.
   *
   * @param major 1, so far
   * @param minor counts up
   */
  public record ApiVersion(int major, int minor) {
    /** Throws a {@link PlatformException} for what is none. */
    public static ApiVersion parse(String text) {
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

    /** Whether it is an older one. */
    public boolean isBefore(ApiVersion other) {
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
   * @param stat what it says of a file in a container, as it is sent
   */
  public record Answer(int status, Buffer body, Optional<String> stat) {
    /** Whether the Engine did what it was asked. */
    public boolean isGood() {
      return status < 400;
    }

    /**
     * Whether it says no more than that the Engine, or the containerd that it asks, is about to end
     * or has not begun yet: what was asked may have been done or not.
     */
    public boolean isOfAnEngineThatEnds() {
      String text = status < 500 ? "" : complaint().toLowerCase(Locale.ROOT);
      return status == 503 || ENDING.stream().anyMatch(text::contains);
    }

    /** The body as an object. Throws a {@link PlatformException} when it is none. */
    public JsonObject json() {
      try {
        return body.toJsonObject();
      } catch (DecodeException | ClassCastException e) {
        throw new PlatformException(
            "the Docker Engine answered with %d and no JSON object: is something else behind its socket?"
                .formatted(status),
            e);
      }
    }

    /** What it says of a file in a container; empty where it says nothing that can be read. */
    public Optional<JsonObject> pathStat() {
      try {
        return stat.map(text -> new JsonObject(Buffer.buffer(Base64.getDecoder().decode(text))));
      } catch (DecodeException | IllegalArgumentException e) {
        return Optional.empty();
      }
    }

    /** What the Engine says is wrong. */
    public String complaint() {
      try {
        return body.toJsonObject().getString("message", "status " + status).strip();
      } catch (DecodeException | ClassCastException e) {
        return "status " + status;
      }
    }
  }
}
