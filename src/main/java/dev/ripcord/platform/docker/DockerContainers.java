package dev.ripcord.platform.docker;

import dev.ripcord.platform.docker.api.DockerSocket;
import dev.ripcord.platform.docker.api.DockerSocket.Answer;
import dev.ripcord.platform.docker.api.DockerSocket.ApiVersion;
import dev.ripcord.port.Permit;
import dev.ripcord.port.PlatformException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The calls of the Docker Engine API that a switch needs, in one version of it. Each can be made
 * twice: what is so already is success.
 */
final class DockerContainers {
  private static final Duration QUICK = Duration.ofSeconds(30);
  private static final Duration SLOW = Duration.ofMinutes(2);
  private static final int STOP_SECONDS = 10;
  private static final int LOG_LINES = 20;

  private final DockerSocket socket;
  private final ApiVersion version;
  private final Optional<Permit> permit;

  private DockerContainers(DockerSocket socket, ApiVersion version, Optional<Permit> permit) {
    this.socket = socket;
    this.version = version;
    this.permit = permit;
  }

  /** The right to act was lost between two calls; the cause says how that was found. */
  static final class PermitLost extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PermitLost(Throwable cause) {
      super(cause);
    }
  }

  /** For questions only. Asks the Engine for its version; fails when it cannot be reached. */
  static Future<DockerContainers> open(DockerSocket socket) {
    return socket.version().map(version -> new DockerContainers(socket, version, Optional.empty()));
  }

  /**
   * For changes too. Each call that changes something proves the permit first, and fails with a
   * {@link PermitLost} where that fails.
   */
  static Future<DockerContainers> open(DockerSocket socket, Permit permit) {
    return socket
        .version()
        .map(version -> new DockerContainers(socket, version, Optional.of(permit)));
  }

  /** Whether the right to act is known to be lost, so that there is nothing to wait for. */
  boolean isRevoked() {
    return permit.filter(p -> p.revoked().isComplete()).isPresent();
  }

  /** Says to whoever gave the permit for how long the Engine has not answered. */
  void unanswered(Duration lasted, String why) {
    permit.ifPresent(given -> given.unanswered(lasted, why));
  }

  ApiVersion version() {
    return version;
  }

  /**
   * Everything known of a container. The Engine also takes the start of an id for a name: we not.
   */
  Future<Optional<JsonObject>> byName(String name) {
    return container(name).map(found -> found.filter(c -> nameOf(c).equals(name)));
  }

  Future<Optional<JsonObject>> byId(String id) {
    return container(id);
  }

  private Future<Optional<JsonObject>> container(String key) {
    return get("/containers/" + encoded(key) + "/json", "container " + key);
  }

  /**
   * What a container uses now; empty where it is gone. An Engine before API 1.41 takes two readings
   * for it, which costs a second.
   */
  Future<Optional<JsonObject>> stats(String id) {
    return get("/containers/" + id + "/stats?stream=false&one-shot=true", "container " + id);
  }

  /** Everything known of an image. */
  Future<Optional<JsonObject>> image(String reference) {
    return get("/images/" + encoded(reference) + "/json", "image " + reference);
  }

  private Future<Optional<JsonObject>> get(String uri, String what) {
    return ask(HttpMethod.GET, uri, null, QUICK)
        .map(
            answer -> {
              if (answer.status() == 404) {
                return Optional.<JsonObject>empty();
              }
              return Optional.of(good(answer, "look at " + what).json());
            });
  }

  /** The names of all containers, running or not. */
  Future<List<String>> names() {
    return ask(HttpMethod.GET, "/containers/json?all=1", null, QUICK)
        .map(
            answer ->
                good(answer, "list containers").body().toJsonArray().stream()
                    .map(JsonObject.class::cast)
                    .flatMap(c -> c.getJsonArray("Names", new JsonArray()).stream())
                    .map(name -> name.toString().replaceFirst("^/", ""))
                    .filter(name -> !name.contains("/"))
                    .sorted()
                    .toList());
  }

  /** The ids of all containers, running or not. */
  Future<List<String>> ids() {
    return ask(HttpMethod.GET, "/containers/json?all=1", null, QUICK)
        .map(
            answer ->
                good(answer, "list containers").body().toJsonArray().stream()
                    .map(container -> ((JsonObject) container).getString("Id"))
                    .toList());
  }

  /** Paths in a container that differ from its image, without what is in mounts. */
  Future<JsonArray> changes(String id) {
    return ask(HttpMethod.GET, "/containers/" + id + "/changes", null, SLOW)
        .map(
            answer -> {
              Buffer body = good(answer, "list the changed files of the container").body();
              // No change at all comes as null.
              return body.toString().strip().equals("null") ? new JsonArray() : body.toJsonArray();
            });
  }

  /** What is known of a path in a container; empty when it is not there. */
  Future<Optional<ContainerFiles.Stat>> stat(String id, String path) {
    return ask(HttpMethod.HEAD, archivePath(id, path), null, QUICK)
        .map(
            answer ->
                answer.isGood()
                    ? answer.pathStat().flatMap(stat -> ContainerFiles.Stat.of(path, stat))
                    : Optional.empty());
  }

  /** One file of a container as a tar archive; empty when it is not there. */
  Future<Optional<Buffer>> archive(String id, String path) {
    return ask(HttpMethod.GET, archivePath(id, path), null, SLOW)
        .map(answer -> answer.isGood() ? Optional.of(answer.body()) : Optional.empty());
  }

  /** Unpacks a tar archive into a container, which need not run. */
  Future<Void> extract(String id, Buffer archive) {
    return permitted()
        .compose(x -> socket.put("/v" + version + archivePath(id, "/"), archive, SLOW))
        .map(answer -> good(answer, "write a file into the container"))
        .mapEmpty();
  }

  private static String archivePath(String id, String path) {
    return "/containers/" + id + "/archive?path=" + encoded(path);
  }

  /** Makes a container and gives its id; does not start it. */
  Future<String> create(String name, ContainerSpec spec) {
    String uri = "/containers/create?name=" + encoded(name);
    return change(HttpMethod.POST, uri, spec.body(), SLOW)
        .map(answer -> good(answer, "create container " + name).json().getString("Id"))
        .compose(id -> connectAll(id, spec).map(id));
  }

  private Future<Void> connectAll(String id, ContainerSpec spec) {
    Future<Void> before = Future.succeededFuture();
    for (var network : spec.furtherNetworks().entrySet()) {
      before = before.compose(done -> connect(id, network.getKey(), network.getValue()));
    }
    return before;
  }

  private Future<Void> connect(String id, String network, JsonObject endpoint) {
    JsonObject body = new JsonObject().put("Container", id).put("EndpointConfig", endpoint);
    return post("/networks/" + encoded(network) + "/connect", body, "connect to " + network);
  }

  Future<Void> rename(String id, String name) {
    String uri = "/containers/" + id + "/rename?name=" + encoded(name);
    return post(uri, null, "rename container to " + name);
  }

  Future<Void> start(String id) {
    return change(HttpMethod.POST, "/containers/" + id + "/start", null, SLOW)
        .map(answer -> good(answer, "start container"))
        .mapEmpty();
  }

  Future<Void> unpause(String id) {
    return post("/containers/" + id + "/unpause", null, "unpause container");
  }

  /** Stops a container in the time that it was given for that; one that is gone is stopped. */
  Future<Void> stop(String id) {
    return byId(id)
        .compose(
            found -> {
              int seconds =
                  found
                      .map(c -> c.getJsonObject("Config").getInteger("StopTimeout"))
                      .orElse(STOP_SECONDS);
              Duration deadline = QUICK.plusSeconds(Math.max(0, seconds));
              return change(HttpMethod.POST, "/containers/" + id + "/stop", null, deadline);
            })
        .map(answer -> goodOrGone(answer, "stop container"))
        .mapEmpty();
  }

  /**
   * Removes a container, running or not.
   *
   * @param volumes whether nameless volumes that belong to it alone go too
   */
  Future<Void> remove(String id, boolean volumes) {
    String uri = "/containers/" + id + "?force=1&v=" + (volumes ? 1 : 0);
    return change(HttpMethod.DELETE, uri, null, SLOW)
        .map(
            answer -> {
              boolean underWay = answer.complaint().contains("already in progress");
              return underWay ? answer : goodOrGone(answer, "remove container");
            })
        .mapEmpty();
  }

  /** The last lines that a container printed; empty when they cannot be had. */
  Future<String> lastLines(String id, boolean terminal) {
    String uri = "/containers/" + id + "/logs?stdout=1&stderr=1&tail=" + LOG_LINES;
    return ask(HttpMethod.GET, uri, null, QUICK)
        .map(answer -> answer.isGood() ? ContainerLog.tail(answer.body(), terminal) : "")
        .otherwise("");
  }

  private Future<Void> post(String uri, @Nullable JsonObject body, String what) {
    return change(HttpMethod.POST, uri, body, QUICK).map(answer -> good(answer, what)).mapEmpty();
  }

  private Future<Answer> change(
      HttpMethod method, String uri, @Nullable JsonObject body, Duration deadline) {
    return permitted().compose(granted -> ask(method, uri, body, deadline));
  }

  private Future<Void> permitted() {
    return permit
        .orElseThrow(() -> new IllegalStateException("opened for questions only"))
        .confirm()
        .recover(lost -> Future.failedFuture(new PermitLost(lost)));
  }

  private Future<Answer> ask(
      HttpMethod method, String uri, @Nullable JsonObject body, Duration deadline) {
    return socket.ask(method, "/v" + version + uri, body, deadline);
  }

  private static Answer good(Answer answer, String what) {
    if (!answer.isGood()) {
      String why = "the Docker Engine would not %s: %s".formatted(what, answer.complaint());
      throw answer.isOfAnEngineThatEnds()
          ? PlatformException.unanswered(why)
          : new PlatformException(why);
    }
    return answer;
  }

  private static Answer goodOrGone(Answer answer, String what) {
    return answer.status() == 404 ? answer : good(answer, what);
  }

  /** A container's name as people write it, without the slash that the Engine puts before it. */
  static String nameOf(JsonObject container) {
    return container.getString("Name", "").replaceFirst("^/", "");
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20").replace("%2F", "/");
  }
}
