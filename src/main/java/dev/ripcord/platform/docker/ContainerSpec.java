package dev.ripcord.platform.docker;

import dev.ripcord.platform.docker.api.DockerSocket.ApiVersion;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a new container is made from: everything that the user had given the old one, on another
 * image.
 *
 * <p>What the Engine reports of a container is the user's settings merged with those of its image.
 * They are taken apart here: what equals the old image's own setting was not given by the user, or
 * might as well not have been, and is left to the new image.
 *
 * @param body for the create call
 * @param furtherNetworks the networks beside the first, by name: older versions of the API take
 *     only one at creation
 */
record ContainerSpec(JsonObject body, Map<String, JsonObject> furtherNetworks) {
  private static final List<String> PLAIN =
      List.of("User", "WorkingDir", "StopSignal", "Shell", "OnBuild", "ArgsEscaped");
  private static final List<String> KEYED = List.of("Labels", "ExposedPorts", "Volumes");
  private static final ApiVersion MAC_IN_ENDPOINT = new ApiVersion(1, 44);
  private static final int SHORT_ID = 12;

  /**
   * Derives it.
   *
   * @param old as the Engine reports it
   * @param oldImage the settings of the old container's image, as the Engine reports them
   * @param image the reference of the new image
   */
  static ContainerSpec of(JsonObject old, JsonObject oldImage, String image, ApiVersion version) {
    JsonObject host = ContainerMounts.kept(old);
    JsonObject body = usersOwn(old.getJsonObject("Config").copy(), oldImage).put("Image", image);
    exposePublished(body, old);
    String mode = host.getString("NetworkMode", "");
    boolean foreignNetwork = mode.startsWith("container:");
    boolean hostsName = "host".equals(host.getString("UTSMode"));
    String automatic = shortId(old);
    if (foreignNetwork || hostsName || automatic.equals(body.getString("Hostname"))) {
      body.remove("Hostname");
    }
    Map<String, JsonObject> networks = networks(old, automatic);
    if (foreignNetwork || mode.equals("host") || mode.equals("none")) {
      networks.clear();
    } else {
      String first = first(networks, old, mode);
      host.put("NetworkMode", first.isEmpty() ? "none" : networkMode(mode, first));
      body.put("NetworkingConfig", endpoints(networks, first, body, version));
    }
    return new ContainerSpec(body.put("HostConfig", host), Map.copyOf(networks));
  }

  /** The Engine publishes only what is exposed, and the new image may not expose it. */
  private static void exposePublished(JsonObject body, JsonObject old) {
    JsonObject host = old.getJsonObject("HostConfig");
    Set<String> ports = new TreeSet<>(object(host, "PortBindings").fieldNames());
    if (host.getBoolean("PublishAllPorts", false)) {
      ports.addAll(object(old.getJsonObject("Config"), "ExposedPorts").fieldNames());
    }
    if (!ports.isEmpty()) {
      JsonObject exposed = object(body, "ExposedPorts").copy();
      ports.forEach(port -> exposed.put(port, new JsonObject()));
      body.put("ExposedPorts", exposed);
    }
  }

  private static JsonObject object(JsonObject of, String key) {
    JsonObject found = of.getJsonObject(key);
    return found == null ? new JsonObject() : found;
  }

  private static JsonObject usersOwn(JsonObject config, JsonObject image) {
    for (String key : PLAIN) {
      if (Objects.equals(config.getValue(key), image.getValue(key))) {
        config.remove(key);
      }
    }
    for (String key : KEYED) {
      without(config, key, image.getJsonObject(key));
    }
    without(config, "Healthcheck", image.getJsonObject("Healthcheck"));
    JsonArray env = array(config, "Env");
    JsonArray imageEnv = array(image, "Env");
    config.put("Env", new JsonArray(env.stream().filter(e -> !imageEnv.contains(e)).toList()));
    command(config, image);
    return config;
  }

  /** An entry point of the user's own makes the Engine forget the image's command as well. */
  private static void command(JsonObject config, JsonObject image) {
    JsonArray entry = array(config, "Entrypoint");
    JsonArray imageEntry = array(image, "Entrypoint");
    if (!entry.equals(imageEntry)) {
      // The user's "no entry point" comes back as none, and has to be sent as an empty word.
      config.put("Entrypoint", entry.isEmpty() ? new JsonArray().add("") : entry);
      return;
    }
    config.remove("Entrypoint");
    if (array(config, "Cmd").equals(array(image, "Cmd"))) {
      config.remove("Cmd");
    }
  }

  private static void without(JsonObject config, String key, JsonObject image) {
    JsonObject merged = config.getJsonObject(key);
    if (merged == null || image == null) {
      return;
    }
    JsonObject own = new JsonObject();
    for (var entry : merged) {
      if (!Objects.equals(entry.getValue(), image.getValue(entry.getKey()))) {
        own.put(entry.getKey(), entry.getValue());
      }
    }
    if (own.isEmpty()) {
      config.remove(key);
    } else {
      config.put(key, own);
    }
  }

  private static JsonArray array(JsonObject of, String key) {
    JsonArray found = of.getJsonArray(key);
    return found == null ? new JsonArray() : found;
  }

  private static String shortId(JsonObject container) {
    String id = container.getString("Id", "");
    return id.substring(0, Math.min(SHORT_ID, id.length()));
  }

  /** What the user said of each network: fixed addresses, aliases, links, driver options. */
  private static Map<String, JsonObject> networks(JsonObject old, String automatic) {
    Map<String, JsonObject> networks = new LinkedHashMap<>();
    JsonObject attached = old.getJsonObject("NetworkSettings").getJsonObject("Networks");
    if (attached == null) {
      return networks;
    }
    for (String name : attached.fieldNames()) {
      JsonObject found = attached.getJsonObject(name);
      JsonObject endpoint = new JsonObject();
      for (String key : List.of("IPAMConfig", "Links", "DriverOpts", "GwPriority")) {
        if (found.getValue(key) != null) {
          endpoint.put(key, found.getValue(key));
        }
      }
      List<Object> aliases =
          array(found, "Aliases").stream().filter(a -> !a.equals(automatic)).toList();
      if (!aliases.isEmpty()) {
        endpoint.put("Aliases", new JsonArray(aliases));
      }
      networks.put(name, endpoint);
    }
    return networks;
  }

  /** The network that the container was made on, or another where it was taken off that one. */
  private static String first(Map<String, JsonObject> networks, JsonObject old, String mode) {
    String named = mode.equals("default") ? "bridge" : mode;
    if (networks.containsKey(named)) {
      return named;
    }
    JsonObject attached = old.getJsonObject("NetworkSettings").getJsonObject("Networks");
    return networks.keySet().stream()
        .filter(
            name -> named.equals(attached.getJsonObject(name).getString("NetworkID"))) // by its id
        .findFirst()
        .or(() -> networks.keySet().stream().findFirst())
        .orElse("");
  }

  private static String networkMode(String mode, String first) {
    return mode.equals("default") && first.equals("bridge") ? mode : first;
  }

  /** Takes the first network out of the map; a fixed MAC address is its affair in newer APIs. */
  private static JsonObject endpoints(
      Map<String, JsonObject> networks, String first, JsonObject body, ApiVersion version) {
    JsonObject endpoint = networks.remove(first);
    if (endpoint == null) {
      return new JsonObject();
    }
    String mac = body.getString("MacAddress", "");
    if (!mac.isEmpty() && !version.isBefore(MAC_IN_ENDPOINT)) {
      body.remove("MacAddress");
      endpoint.put("MacAddress", mac);
    }
    return new JsonObject().put("EndpointsConfig", new JsonObject().put(first, endpoint));
  }
}
