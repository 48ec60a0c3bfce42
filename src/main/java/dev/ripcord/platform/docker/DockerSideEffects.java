package dev.ripcord.platform.docker;

import dev.ripcord.rollback.SideEffects;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What making a container anew does beside changing its image: other containers that refer to it by
 * its id lose it, and files that are neither its image's nor a volume's may stay behind.
 */
final class DockerSideEffects {
  private static final long FILES_SECONDS = 8;
  private static final Map<String, String> MODES = modes();

  private DockerSideEffects() {}

  private static Map<String, String> modes() {
    Map<String, String> modes = new LinkedHashMap<>();
    modes.put("NetworkMode", "the network");
    modes.put("IpcMode", "the IPC namespace");
    modes.put("PidMode", "the process namespace");
    return modes;
  }

  /** Of one container. */
  static Future<SideEffects> of(DockerContainers engine, DockerNames names, JsonObject container) {
    Future<List<String>> files =
        new DockerFiles(engine, names.main())
            .warnings(container)
            .timeout(FILES_SECONDS, TimeUnit.SECONDS)
            .otherwise(
                List.of(
                    "It is not known what was put into container %s beside its image and volumes."
                        .formatted(names.main())));
    return others(engine, names)
        .compose(
            others ->
                files.map(
                    warnings -> {
                      List<String> blockers = new ArrayList<>();
                      List<String> all = new ArrayList<>(warnings);
                      for (JsonObject other : others) {
                        dependence(other, names.main(), container.getString("Id"))
                            .ifPresent(how -> (isKept(other) ? blockers : all).add(how));
                      }
                      return new SideEffects(blockers, all);
                    }));
  }

  private static Future<List<JsonObject>> others(DockerContainers engine, DockerNames names) {
    return engine
        .ids()
        .compose(
            ids -> {
              Future<List<JsonObject>> all = Future.succeededFuture(new ArrayList<>());
              for (String id : ids) {
                all = all.compose(before -> engine.byId(id).map(found -> joined(before, found)));
              }
              return all;
            })
        .map(
            found -> found.stream().filter(c -> !names.isOwn(DockerContainers.nameOf(c))).toList());
  }

  private static List<JsonObject> joined(List<JsonObject> before, Optional<JsonObject> found) {
    found.ifPresent(before::add);
    return before;
  }

  /** How a container hangs on another; empty when it does not. */
  static Optional<String> dependence(JsonObject other, String name, String id) {
    JsonObject host = other.getJsonObject("HostConfig");
    String who = DockerContainers.nameOf(other);
    for (var mode : MODES.entrySet()) {
      String value = host.getString(mode.getKey(), "");
      if (value.equals("container:" + id) || value.equals("container:" + name)) {
        return Optional.of(
            "container %s shares %s of container %s: it would be cut off, and could not start again, because %s is made anew"
                .formatted(who, mode.getValue(), name, name));
      }
    }
    JsonArray links = host.getJsonArray("Links");
    boolean linked =
        links != null && links.stream().anyMatch(l -> l.toString().startsWith("/" + name + ":"));
    return linked
        ? Optional.of(
            "container %s is linked to container %s (--link): it would be cut off, and could not start again, because %s is made anew"
                .formatted(who, name, name))
        : Optional.empty();
  }

  /** Whether somebody counts on a container: it runs, or will by itself, and is no passing one. */
  private static boolean isKept(JsonObject container) {
    JsonObject host = container.getJsonObject("HostConfig");
    JsonObject restart = host.getJsonObject("RestartPolicy");
    String policy = restart == null ? "" : restart.getString("Name", "");
    boolean runs = DockerScene.mode(container.getJsonObject("State")).isActive();
    return !host.getBoolean("AutoRemove", false)
        && (runs || policy.equals("always") || policy.equals("unless-stopped"));
  }
}
