package dev.ripcord.platform.swarm;

import dev.ripcord.platform.docker.api.DockerSocket;
import dev.ripcord.platform.docker.api.DockerSocket.Answer;
import dev.ripcord.port.Permit;
import dev.ripcord.port.PlatformException;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The calls of the Engine's API that concern one service of a Swarm. */
final class SwarmApi {
  private static final Duration QUICK = Duration.ofSeconds(30);
  private static final String OUT_OF_SEQUENCE = "out of sequence";

  private final DockerSocket socket;
  private final String service;

  SwarmApi(DockerSocket socket, String service) {
    this.socket = socket;
    this.service = service;
  }

  /** The service as it is now. Fails where there is none, or this is no manager of a Swarm. */
  Future<SwarmService> look() {
    return ask(HttpMethod.GET, "/services/" + encoded(service), null)
        .map(
            answer -> {
              if (answer.status() == 404) {
                throw new PlatformException(
                    "there is no service \"%s\" in the Swarm of the Docker Engine at %s: set platform.swarm.service, or see docker service ls"
                        .formatted(service, socket.path()));
              }
              return new SwarmService(good(answer, "look at service " + service).json());
            });
  }

  /** All tasks of the service, those that ended too. */
  Future<JsonArray> tasks(SwarmService found) {
    JsonObject filter = new JsonObject().put("service", new JsonArray().add(found.id()));
    return ask(HttpMethod.GET, "/tasks?filters=" + encoded(filter.encode()), null)
        .map(answer -> good(answer, "list tasks").body().toJsonArray());
  }

  /**
   * Changes the service.
   *
   * @param found what the change was made from
   * @param spec what it is to be
   * @return false where somebody else has changed it since it was looked at; then nothing was done
   */
  Future<Boolean> update(SwarmService found, JsonObject spec, Permit permit) {
    return change(found, "", spec, permit);
  }

  /** Swarm's own rollback to the spec before, by its own rules for that; as {@link #update}. */
  Future<Boolean> rollback(SwarmService found, Permit permit) {
    return change(found, "&rollback=previous", found.spec(), permit);
  }

  private Future<Boolean> change(SwarmService found, String how, JsonObject spec, Permit permit) {
    String uri = "/services/" + found.id() + "/update?version=" + found.version() + how;
    return permit
        .confirm()
        .compose(granted -> ask(HttpMethod.POST, uri, spec))
        .map(
            answer -> {
              if (!answer.isGood() && answer.complaint().contains(OUT_OF_SEQUENCE)) {
                return false;
              }
              return good(answer, "update service " + service).isGood();
            });
  }

  /** An image of the manager itself, where it has it. */
  Future<Optional<JsonObject>> localImage(String image) {
    return ask(HttpMethod.GET, "/images/" + encoded(image) + "/json", null)
        .map(answer -> answer.isGood() ? Optional.of(answer.json()) : Optional.empty());
  }

  /** The digest that the image's registry has for it, where it gives one to this Engine. */
  Future<Optional<String>> registryDigest(String image) {
    return ask(HttpMethod.GET, "/distribution/" + encoded(image) + "/json", null)
        .map(
            answer ->
                answer.isGood()
                    ? Optional.ofNullable(
                        answer
                            .json()
                            .getJsonObject("Descriptor", new JsonObject())
                            .getString("digest"))
                    : Optional.<String>empty())
        .otherwise(Optional.empty());
  }

  private Future<Answer> ask(HttpMethod method, String uri, @Nullable JsonObject body) {
    return socket
        .version()
        .compose(version -> socket.ask(method, "/v" + version + uri, body, QUICK));
  }

  private static Answer good(Answer answer, String what) {
    if (answer.isGood()) {
      return answer;
    }
    String complaint = answer.complaint();
    if (complaint.contains("not a swarm manager")) {
      throw new PlatformException(
          "the Docker Engine would not %s: it is no manager of a Swarm; set platform.swarm.socket to one that is (docker node ls)"
              .formatted(what));
    }
    String why = "the Docker Engine would not %s: %s".formatted(what, complaint);
    throw answer.isOfAnEngineThatEnds()
        ? PlatformException.unanswered(why)
        : new PlatformException(why);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20").replace("%2F", "/");
  }
}
