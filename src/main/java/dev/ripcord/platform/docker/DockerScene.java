package dev.ripcord.platform.docker;

import dev.ripcord.platform.docker.SwitchSnapshot.Found;
import dev.ripcord.platform.docker.SwitchSnapshot.Mode;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/** Looks at an Engine and reports what is there of one container. */
final class DockerScene {
  private final DockerContainers engine;
  private final DockerNames names;
  private final String image;
  private final Optional<String> imageId;

  /**
   * For one container.
   *
   * @param image the wanted reference
   * @param imageId what it stands for on this Engine; empty when it is not there
   */
  DockerScene(DockerContainers engine, DockerNames names, String image, Optional<String> imageId) {
    this.engine = engine;
    this.names = names;
    this.image = image;
    this.imageId = imageId;
  }

  /** What is there now. */
  Future<SwitchSnapshot> look() {
    Future<Optional<Found>> main = find(names.main());
    Future<Optional<Found>> fresh = find(names.fresh());
    Future<Optional<Found>> ran = find(names.aside());
    Future<Optional<Found>> stopped = find(names.asideStopped());
    return Future.all(main, fresh, ran, stopped)
        .map(
            all -> {
              boolean asideRan = ran.result().isPresent();
              Optional<Found> aside = asideRan ? ran.result() : stopped.result();
              return new SwitchSnapshot(
                  main.result(), fresh.result(), aside, asideRan, imageId.isPresent());
            });
  }

  private Future<Optional<Found>> find(String name) {
    return engine.byName(name).map(container -> container.flatMap(this::found));
  }

  private Optional<Found> found(JsonObject container) {
    JsonObject state = container.getJsonObject("State");
    if ("removing".equals(state.getString("Status"))) {
      return Optional.empty();
    }
    String made = container.getJsonObject("Config").getString("Image", "");
    // A tag may have moved since, and one image may have several: the id decides.
    boolean wanted =
        imageId.map(id -> id.equals(container.getString("Image"))).orElse(made.equals(image));
    return Optional.of(new Found(container.getString("Id"), made, wanted, mode(state)));
  }

  static Mode mode(JsonObject state) {
    return switch (state.getString("Status", "")) {
      case "created" -> Mode.CREATED;
      case "running" -> Mode.UP;
      case "restarting" -> Mode.RESTARTING;
      case "paused" -> Mode.PAUSED;
      default -> Mode.STOPPED;
    };
  }
}
