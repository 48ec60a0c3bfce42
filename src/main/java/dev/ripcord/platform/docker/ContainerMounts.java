package dev.ripcord.platform.docker;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Keeps the volumes of a container. Those that the user named stand in the host settings; those
 * that the Engine made by itself (a {@code VOLUME} of the image, {@code -v /data}) have to be named
 * in the new container's settings, or it would begin with empty ones.
 */
final class ContainerMounts {
  private ContainerMounts() {}

  /** The container's host settings, with every volume that it uses named. */
  static JsonObject kept(JsonObject container) {
    JsonObject host = container.getJsonObject("HostConfig").copy();
    Map<String, JsonObject> nameless = volumes(container);
    JsonArray binds = new JsonArray();
    for (Object bind : array(host, "Binds")) {
      String[] parts = bind.toString().split(":", -1);
      if (parts.length > 1) {
        nameless.remove(clean(parts[1]));
        binds.add(bind);
      }
    }
    for (Object entry : array(host, "Mounts")) {
      JsonObject mount = (JsonObject) entry;
      JsonObject used = nameless.remove(clean(mount.getString("Target", "")));
      boolean unnamed = mount.getString("Source", "").isEmpty();
      if (used != null && unnamed && mount.getString("Type", "").equals("volume")) {
        mount.put("Source", used.getString("Name"));
      }
    }
    nameless.forEach((target, volume) -> binds.add(bind(target, volume)));
    if (!binds.isEmpty()) {
      host.put("Binds", binds);
    }
    return host;
  }

  private static Map<String, JsonObject> volumes(JsonObject container) {
    Map<String, JsonObject> volumes = new LinkedHashMap<>();
    for (Object entry : array(container, "Mounts")) {
      JsonObject mount = (JsonObject) entry;
      if (mount.getString("Type", "").equals("volume")) {
        volumes.put(clean(mount.getString("Destination", "")), mount);
      }
    }
    return volumes;
  }

  private static String bind(String target, JsonObject volume) {
    boolean writable = volume.getBoolean("RW", true);
    return volume.getString("Name") + ":" + target + (writable ? "" : ":ro");
  }

  private static JsonArray array(JsonObject of, String key) {
    JsonArray found = of.getJsonArray(key);
    return found == null ? new JsonArray() : found;
  }

  private static String clean(String path) {
    return Path.of(path).normalize().toString();
  }
}
