package dev.ripcord.cli.init;

import dev.ripcord.cli.init.Findings.Container;
import dev.ripcord.platform.docker.api.ComposeLabels;
import dev.ripcord.platform.docker.api.DockerSocket;
import dev.ripcord.port.PlatformException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Asks a Docker Engine which containers run. */
final class EngineLook {
  private EngineLook() {}

  /** Asks; never fails. */
  static Future<Look<List<Container>>> look(
      Vertx vertx, HttpClient http, Path socket, Duration deadline) {
    if (!Files.exists(socket)) {
      return Future.succeededFuture(new Look.Nothing<>("none at " + socket));
    }
    return new DockerSocket(vertx, http, socket)
        .ask(HttpMethod.GET, "/containers/json", null, deadline)
        .map(EngineLook::read)
        .otherwise(
            failure ->
                new Look.Missed<>(
                    failure instanceof PlatformException known
                        ? String.valueOf(known.getMessage())
                        : "gave no answer that can be read"));
  }

  private static Look<List<Container>> read(DockerSocket.Answer answer) {
    if (!answer.isGood()) {
      return new Look.Missed<>("would not list its containers: " + answer.complaint());
    }
    try {
      List<Container> containers = containers(answer.body().toJsonArray());
      return containers.isEmpty()
          ? new Look.Nothing<>("no container runs")
          : new Look.Found<>(containers);
    } catch (DecodeException | ClassCastException e) {
      return new Look.Missed<>("gave no list of containers");
    }
  }

  /** The containers of the Engine's list. Pure. */
  static List<Container> containers(JsonArray all) {
    List<Container> containers = new ArrayList<>();
    for (Object each : all) {
      JsonObject container = (JsonObject) each;
      name(container)
          .ifPresent(
              name ->
                  containers.add(
                      new Container(
                          name,
                          container.getString("Image", ""),
                          ports(container),
                          compose(container.getJsonObject("Labels", new JsonObject())))));
    }
    return List.copyOf(containers);
  }

  /** The container's own name; the others are those by which linked ones know it. */
  private static Optional<String> name(JsonObject container) {
    return container.getJsonArray("Names", new JsonArray()).stream()
        .map(name -> name.toString().replaceFirst("^/", ""))
        .filter(name -> !name.contains("/"))
        .findFirst();
  }

  private static List<Place> ports(JsonObject container) {
    return container.getJsonArray("Ports", new JsonArray()).stream()
        .map(JsonObject.class::cast)
        .filter(port -> port.getString("Type", "tcp").equals("tcp"))
        .filter(port -> port.getInteger("PublicPort", 0) > 0)
        .map(port -> Place.published(port.getString("IP", ""), port.getInteger("PublicPort")))
        .distinct()
        .toList();
  }

  private static Optional<ComposeLabels> compose(JsonObject labels) {
    return Optional.of(ComposeLabels.of(labels)).filter(made -> !made.service().isEmpty());
  }
}
