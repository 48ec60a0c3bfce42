package dev.ripcord.platform.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ripcord.DockerEngine;
import dev.ripcord.Permits;
import dev.ripcord.config.PlatformSettings;
import dev.ripcord.platform.Platforms;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.release.ServiceName;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A shop in a container on a real Docker Engine, and the platform that is to switch it. Its images
 * and names are the same for all tests, so those that use it run one after the other, on one
 * thread: behind a lock each of them would keep a thread waiting.
 */
final class Shop {
  static final Release RELEASE =
      new Release(new ServiceName("shop"), "v2", Optional.empty(), Optional.empty());
  static final String REPOSITORY = "ripcord-test/shop-" + ProcessHandle.current().pid();

  private final DockerEngine engine = DockerEngine.orSkip();
  private final String name = engine.name("shop");
  private final Vertx vertx = Vertx.vertx();
  private final Platforms platforms =
      new Platforms(vertx, System::nanoTime, System.getenv(), Path.of("target", "programs"));

  /** Of all classes together. */
  private static final class Images {
    static final DockerEngine ENGINE = made();

    private static DockerEngine made() {
      DockerEngine engine = DockerEngine.orSkip();
      String sleep = "CMD [\"sh\",\"-c\",\"trap 'exit 0' TERM; sleep 600 & wait\"]";
      String bin = "ENV PATH=/bin:/usr/bin";
      String data = "VOLUME /data";
      engine.shellImage(REPOSITORY + ":1", sleep, bin, "ENV V=1 GOOD=yes", "LABEL v=1", data);
      engine.shellImage(REPOSITORY + ":2", sleep, bin, "ENV V=2 GOOD=no", "LABEL v=2 two=2", data);
      engine.shellImage(
          REPOSITORY + ":3", bin, "CMD [\"sh\",\"-c\",\"echo cannot bind; echo bye >&2; exit 4\"]");
      engine.shellImage(REPOSITORY + ":4", "CMD [\"/no/such/program\"]");
      return engine;
    }
  }

  /**
   * 1 and 2 run; 1 is healthy and 2 is not, where that is asked; 3 ends at once; 4 cannot start.
   */
  static void makeImages() {
    DockerEngine.orSkip();
    assertThat(Images.ENGINE).isNotNull();
  }

  /** slow-crash runs for a second and ends. */
  static void makeLoopingImages() {
    DockerEngine.orSkip()
        .shellImage(
            REPOSITORY + ":slow-crash",
            "ENV PATH=/bin:/usr/bin",
            "CMD [\"sh\",\"-c\",\"sleep 1; exit 3\"]");
  }

  DockerEngine engine() {
    return engine;
  }

  String name() {
    return name;
  }

  Platforms platforms() {
    return platforms;
  }

  DockerPlatform platform() {
    return within(Duration.ofSeconds(20));
  }

  DockerPlatform within(Duration startTimeout) {
    return (DockerPlatform)
        platforms.of(
            RELEASE.service(), new PlatformSettings.Docker(name, engine.socket(), startTimeout));
  }

  DockerPlatform at(Path socket) {
    return (DockerPlatform)
        platforms.of(
            RELEASE.service(), new PlatformSettings.Docker(name, socket, Duration.ofSeconds(5)));
  }

  static ImageRef image(String tag) {
    return new ImageRef(REPOSITORY + ":" + tag);
  }

  static <T> T get(Future<T> future) {
    return future.timeout(60, TimeUnit.SECONDS).await();
  }

  /** Begins a switch and leaves it after some steps, as a killed process would. */
  void breakOff(String tag, int steps) {
    assertThat(
            get(platform().switchTo(image(tag), Permits.granted(), steps).otherwise("broken off")))
        .isNotEmpty();
  }

  /** Starts the container as a user would; gives its id. */
  String run(String tag, String... options) {
    List<String> call = new ArrayList<>(List.of("run", "-d", "--name", name));
    call.addAll(Arrays.asList(options));
    call.add(REPOSITORY + ":" + tag);
    return engine.docker(call.toArray(String[]::new)).lines().toList().getLast();
  }

  void runChecked(String tag) {
    String check = "[ \"$GOOD\" = yes ] || { echo not good; exit 1; }";
    run(tag, "--health-cmd", check, "--health-interval", "1s", "--health-retries", "1");
  }

  JsonObject inspect() {
    return inspect(name);
  }

  private JsonObject inspect(String container) {
    DockerEngine.Ran answer = engine.call("GET", "/containers/" + container + "/json");
    assertThat(answer.code()).as(answer.output()).isEqualTo(200);
    return new JsonObject(answer.output());
  }

  String status() {
    return inspect().getJsonObject("State").getString("Status");
  }

  List<String> names() {
    String filters = new JsonObject().put("name", new JsonArray().add("^/?" + name)).encode();
    String path =
        "/containers/json?all=1&filters=" + URLEncoder.encode(filters, StandardCharsets.UTF_8);
    DockerEngine.Ran answer = engine.call("GET", path);
    assertThat(answer.code()).as(answer.output()).isEqualTo(200);
    return new JsonArray(answer.output())
        .stream()
            .map(each -> ((JsonObject) each).getJsonArray("Names").getString(0).substring(1))
            .toList();
  }

  /** One container, no other of its name, and it runs the image. */
  void assertAlone(String tag) {
    assertThat(names()).containsExactly(name);
    assertThat(config(inspect()).getString("Image")).isEqualTo(REPOSITORY + ":" + tag);
    assertThat(status()).isEqualTo("running");
  }

  void removeAll() {
    for (String container : names()) {
      List<String> volumes =
          inspect(container).getJsonArray("Mounts").stream()
              .map(each -> ((JsonObject) each).getString("Name", ""))
              .filter(volume -> !volume.isEmpty())
              .toList();
      DockerEngine.Ran removed = engine.call("DELETE", "/containers/" + container + "?force=1&v=1");
      assertThat(removed.code()).as(removed.output()).isIn(204, 404);
      volumes.forEach(volume -> engine.call("DELETE", "/volumes/" + volume));
    }
  }

  void close() {
    get(platforms.close());
    get(vertx.close());
    removeAll();
  }

  static JsonObject config(JsonObject container) {
    return container.getJsonObject("Config");
  }

  static List<String> env(JsonObject container) {
    return config(container).getJsonArray("Env").stream().map(Object::toString).toList();
  }

  static JsonObject networks(JsonObject container) {
    return container.getJsonObject("NetworkSettings").getJsonObject("Networks");
  }

  static JsonObject endpoint(JsonObject container, String network) {
    return networks(container).getJsonObject(network);
  }

  static List<String> aliases(JsonObject container, String network) {
    String automatic = container.getString("Id").substring(0, 12);
    return endpoint(container, network).getJsonArray("Aliases").stream()
        .map(Object::toString)
        .filter(alias -> !alias.equals(automatic))
        .toList();
  }

  static List<String> mounts(JsonObject container) {
    return container.getJsonArray("Mounts").stream()
        .map(JsonObject.class::cast)
        .map(m -> m.getString("Name") + " on " + m.getString("Destination") + m.getBoolean("RW"))
        .sorted()
        .toList();
  }

  /** What must not change, whatever the image; volumes, image and names are looked at apart. */
  static JsonObject comparable(JsonObject container) {
    JsonObject host = container.getJsonObject("HostConfig").copy();
    host.remove("Binds");
    host.remove("Mounts");
    JsonObject config = config(container).copy();
    for (String key : List.of("Image", "Env", "Labels")) {
      config.remove(key);
    }
    if (config.getString("Hostname").equals(container.getString("Id").substring(0, 12))) {
      config.remove("Hostname");
    }
    return new JsonObject()
        .put("host", host)
        .put("config", config)
        .put("networks", new JsonArray(List.copyOf(networks(container).fieldNames())));
  }
}
