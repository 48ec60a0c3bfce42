package dev.ripcord.platform.swarm;

import dev.ripcord.release.ImageIdentity;
import dev.ripcord.release.ImageRef;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A service as its Swarm describes it, and its tasks. Pure.
 *
 * @param service as the API gives it
 */
record SwarmService(JsonObject service) {
  /** Holds how many replicas a service had before it was stopped. */
  static final String REPLICAS_LABEL = "dev.ripcord.replicas";

  /** How far the tasks have come. */
  sealed interface Rollout {
    /**
     * All of them run on what the service says.
     *
     * @param tasks their ids
     */
    record Done(Set<String> tasks) implements Rollout {
      public Done {
        tasks = Set.copyOf(tasks);
      }
    }

    /**
     * Not all of them.
     *
     * @param how for people
     */
    record Waiting(String how) implements Rollout {}

    /**
     * Swarm has given up.
     *
     * @param why for people
     */
    record Failed(String why) implements Rollout {}
  }

  String id() {
    return service.getString("ID");
  }

  /** Counts up with every change; a change names the one that it was made from. */
  long version() {
    return service.getJsonObject("Version").getLong("Index");
  }

  JsonObject spec() {
    return service.getJsonObject("Spec");
  }

  /** What it was before its last update, where Swarm still knows; a rollback forgets it. */
  Optional<JsonObject> previousSpec() {
    return Optional.ofNullable(service.getJsonObject("PreviousSpec"));
  }

  ImageIdentity image() {
    return image(spec());
  }

  /**
   * Whether somebody has put another image there meanwhile, such as a newer release, which is not
   * to be undone.
   *
   * @param before what was there
   * @param wanted what is to be there
   */
  boolean isTaken(ImageIdentity before, ImageIdentity wanted) {
    return !image().isSameAs(before) && !image().meets(wanted);
  }

  /** The image that a spec names, with its digest where that stands there too. */
  static ImageIdentity image(JsonObject spec) {
    return ImageIdentity.of(new ImageRef(imageText(spec)));
  }

  private static String imageText(JsonObject spec) {
    return spec.getJsonObject("TaskTemplate", new JsonObject())
        .getJsonObject("ContainerSpec", new JsonObject())
        .getString("Image", "");
  }

  /** The same spec with another image, and with its replicas where it was stopped. */
  JsonObject with(ImageRef image) {
    JsonObject next = spec().copy();
    next.getJsonObject("TaskTemplate").getJsonObject("ContainerSpec").put("Image", image.text());
    stoppedReplicas()
        .ifPresent(
            replicas -> {
              next.getJsonObject("Mode").getJsonObject("Replicated").put("Replicas", replicas);
              next.getJsonObject("Labels").remove(REPLICAS_LABEL);
            });
    return next;
  }

  /** The same spec without any task, and with how many there were. */
  JsonObject stopped() {
    JsonObject next = spec().copy();
    JsonObject labels = next.getJsonObject("Labels", new JsonObject());
    labels.put(REPLICAS_LABEL, Long.toString(replicas()));
    next.put("Labels", labels);
    next.getJsonObject("Mode").getJsonObject("Replicated").put("Replicas", 0);
    return next;
  }

  /** How many replicas it had before it was stopped here; empty where it was not. */
  Optional<Long> stoppedReplicas() {
    String text = spec().getJsonObject("Labels", new JsonObject()).getString(REPLICAS_LABEL, "");
    return text.matches("\\d{1,9}") ? Optional.of(Long.parseLong(text)) : Optional.empty();
  }

  /** Whether it has a number of replicas; else it runs on each node, or is a job. */
  boolean isReplicated() {
    return mode().containsKey("Replicated");
  }

  boolean isJob() {
    return mode().containsKey("ReplicatedJob") || mode().containsKey("GlobalJob");
  }

  private JsonObject mode() {
    return spec().getJsonObject("Mode", new JsonObject());
  }

  private long replicas() {
    return mode().getJsonObject("Replicated", new JsonObject()).getLong("Replicas", 1L);
  }

  /**
   * How far its tasks have come.
   *
   * @param wanted the image that it was given; where Swarm has put another one back by itself, it
   *     has given up
   * @param tasks all that the API lists for it
   */
  Rollout rollout(ImageIdentity wanted, JsonArray tasks) {
    JsonObject update = service.getJsonObject("UpdateStatus", new JsonObject());
    String state = update.getString("State", "");
    String message = update.getString("Message", "");
    if (!image().meets(wanted)) {
      return new Rollout.Failed(
          "Swarm went back to %s by itself%s".formatted(image(), trouble(message, tasks)));
    }
    if (state.endsWith("paused")) {
      return new Rollout.Failed("Swarm paused the update" + trouble(message, tasks));
    }
    List<JsonObject> meant =
        tasks.stream()
            .map(JsonObject.class::cast)
            .filter(task -> task.getString("DesiredState", "").equals("running"))
            .toList();
    Set<String> running =
        meant.stream()
            .filter(task -> taskImage(task).meets(wanted))
            .filter(SwarmService::runs)
            .map(task -> task.getString("ID", ""))
            .collect(Collectors.toSet());
    long desired = isReplicated() ? replicas() : Math.max(1, meant.size());
    boolean others = meant.size() > running.size();
    boolean moving = state.equals("updating") || state.equals("rollback_started");
    return running.size() >= desired && !others && !moving
        ? new Rollout.Done(running)
        : new Rollout.Waiting(
            "%d of %d tasks run %s%s"
                .formatted(running.size(), desired, wanted, trouble("", tasks)));
  }

  /** How long a task must run after an update: what the service says, else Swarm's own 5 s. */
  Duration monitor() {
    long nanos = spec().getJsonObject("UpdateConfig", new JsonObject()).getLong("Monitor", 0L);
    return nanos > 0 ? Duration.ofNanos(nanos) : Duration.ofSeconds(5);
  }

  /** A task's spec is what a service has as its template. */
  private static ImageIdentity taskImage(JsonObject task) {
    return image(new JsonObject().put("TaskTemplate", task.getJsonObject("Spec")));
  }

  private static boolean runs(JsonObject task) {
    return task.getJsonObject("Status", new JsonObject()).getString("State", "").equals("running");
  }

  /** What Swarm says, and why the newest task that failed did. */
  private static String trouble(String message, JsonArray tasks) {
    String said = message.isEmpty() ? "" : ": " + message;
    return said
        + tasks.stream()
            .map(JsonObject.class::cast)
            .filter(task -> !status(task).getString("Err", "").isEmpty())
            .max(Comparator.comparing(task -> status(task).getString("Timestamp", "")))
            .map(task -> " (a task: %s)".formatted(status(task).getString("Err")))
            .orElse("");
  }

  private static JsonObject status(JsonObject task) {
    return task.getJsonObject("Status", new JsonObject());
  }
}
