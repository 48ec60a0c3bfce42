package dev.ripcord.platform.kubernetes;

import dev.ripcord.config.PlatformSettings.Kubernetes.Kind;
import dev.ripcord.kubernetes.LabelSelector;
import dev.ripcord.port.PlatformException;
import dev.ripcord.release.ImageIdentity;
import dev.ripcord.release.ImageRef;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A Deployment, StatefulSet or DaemonSet as the API describes it, and how far its rollout has come.
 * Pure.
 *
 * @param kind what it is
 * @param object as the API gives it
 * @param container the index of the container that has the image
 */
record Workload(Kind kind, JsonObject object, int container) {
  /** Holds how many replicas a workload had before it was stopped. */
  static final String REPLICAS = "ripcord.dev/replicas";

  private static final String DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container";
  private static final String ROLLING = "RollingUpdate";

  /** How far a rollout has come. */
  sealed interface Rollout {
    /** All pods are of the template, and available. */
    record Done() implements Rollout {}

    /**
     * Not all of them.
     *
     * @param how for people
     */
    record Waiting(String how) implements Rollout {}

    /**
     * Kubernetes has given up.
     *
     * @param why for people
     */
    record Failed(String why) implements Rollout {}
  }

  /**
   * Reads it.
   *
   * @param wanted the name of the container that has the image; empty for the only one
   */
  static Workload of(Kind kind, JsonObject object, Optional<String> wanted) {
    JsonArray containers = containers(object(object(object, "spec"), "template"));
    List<String> names = new ArrayList<>();
    containers.forEach(each -> names.add(((JsonObject) each).getString("name", "")));
    Optional<String> chosen =
        wanted.or(
            () ->
                names.size() == 1
                    ? Optional.of(names.getFirst())
                    : Optional.ofNullable(
                        object(
                                object(object(object(object, "spec"), "template"), "metadata"),
                                "annotations")
                            .getString(DEFAULT_CONTAINER)));
    int index = chosen.map(names::indexOf).orElse(-1);
    if (index < 0) {
      throw new PlatformException(
          "%s %s has %s; set platform.kubernetes.container to one of them"
              .formatted(
                  kind.text(),
                  object(object, "metadata").getString("name", ""),
                  chosen
                          .map(name -> "no container \"%s\" but: ".formatted(name))
                          .orElse("several containers: ")
                      + String.join(", ", names)));
    }
    return new Workload(kind, object, index);
  }

  private static JsonArray containers(JsonObject template) {
    return object(template, "spec").getJsonArray("containers", new JsonArray());
  }

  static JsonObject object(JsonObject of, String key) {
    JsonObject found = of.getJsonObject(key);
    return found == null ? new JsonObject() : found;
  }

  String name() {
    return object(object, "metadata").getString("name", "");
  }

  JsonObject metadata() {
    return object(object, "metadata");
  }

  JsonObject spec() {
    return object(object, "spec");
  }

  private JsonObject status() {
    return object(object, "status");
  }

  JsonObject template() {
    return object(spec(), "template");
  }

  String containerName() {
    return containers(template()).getJsonObject(container).getString("name", "");
  }

  /** The image as the template names it. */
  String image() {
    return imageOf(template()).orElse("");
  }

  /** The image of the same container in another template; empty where it has no such one. */
  Optional<String> imageOf(JsonObject template) {
    return containers(template).stream()
        .map(JsonObject.class::cast)
        .filter(each -> each.getString("name", "").equals(containerName()))
        .map(each -> each.getString("image", ""))
        .findFirst();
  }

  /** A template with another image in the same container. */
  JsonObject with(JsonObject template, ImageRef image) {
    JsonObject next = template.copy();
    containers(next).stream()
        .map(JsonObject.class::cast)
        .filter(each -> each.getString("name", "").equals(containerName()))
        .forEach(each -> each.put("image", image.text()));
    return next;
  }

  /** The image of its template, with the digest that its name holds. */
  ImageIdentity identity() {
    return ImageIdentity.of(new ImageRef(image()));
  }

  boolean isPaused() {
    return spec().getBoolean("paused", false);
  }

  /** Why a change of the template would not replace pods by itself; empty where it does. */
  Optional<String> manualStrategy() {
    String key = kind == Kind.DEPLOYMENT ? "strategy" : "updateStrategy";
    String type = object(spec(), key).getString("type", ROLLING);
    return type.equals("OnDelete")
        ? Optional.of("its update strategy is OnDelete: pods are replaced by hand")
        : Optional.empty();
  }

  /** How many replicas it had before it was stopped here; empty where it was not. */
  OptionalLong stoppedReplicas() {
    String text = object(metadata(), "annotations").getString(REPLICAS, "");
    return text.matches("\\d{1,9}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
  }

  long replicas() {
    return spec().getLong("replicas", 1L);
  }

  /** The labels of its pods, as a query takes them. */
  String selector() {
    return LabelSelector.text(object(spec(), "selector"));
  }

  /** How far its rollout has come, by the rules of {@code kubectl rollout status}. */
  Rollout rollout() {
    if (metadata().getLong("generation", 0L) > status().getLong("observedGeneration", 0L)) {
      return new Rollout.Waiting("the cluster has not looked at the change yet");
    }
    return switch (kind) {
      case DEPLOYMENT -> deployment();
      case STATEFULSET -> statefulSet();
      case DAEMONSET -> daemonSet();
    };
  }

  private Rollout deployment() {
    for (Object each : status().getJsonArray("conditions", new JsonArray())) {
      JsonObject condition = (JsonObject) each;
      if (condition.getString("type", "").equals("Progressing")
          && condition.getString("reason", "").equals("ProgressDeadlineExceeded")) {
        return new Rollout.Failed(
            "it made no progress within its progressDeadlineSeconds (%s)"
                .formatted(condition.getString("message", "")));
      }
    }
    long updated = count("updatedReplicas");
    long all = count("replicas");
    long available = count("availableReplicas");
    if (updated < replicas()) {
      return waiting("%d of %d pods are made anew", updated, replicas());
    }
    if (all > updated) {
      return waiting("%d of %d pods before are still there", all - updated, all);
    }
    return available < updated
        ? waiting("%d of %d pods are available", available, updated)
        : new Rollout.Done();
  }

  private Rollout statefulSet() {
    long ready = count("readyReplicas");
    if (ready < replicas()) {
      return waiting("%d of %d pods are ready", ready, replicas());
    }
    long partition =
        object(object(spec(), "updateStrategy"), "rollingUpdate").getLong("partition", 0L);
    long updated = count("updatedReplicas");
    if (partition > 0) {
      return updated < replicas() - partition
          ? waiting("%d of %d pods are made anew", updated, replicas() - partition)
          : new Rollout.Done();
    }
    return status()
            .getString("updateRevision", "")
            .equals(status().getString("currentRevision", ""))
        ? new Rollout.Done()
        : waiting("%d of %d pods are made anew", updated, replicas());
  }

  private Rollout daemonSet() {
    long desired = count("desiredNumberScheduled");
    long updated = count("updatedNumberScheduled");
    long available = count("numberAvailable");
    if (updated < desired) {
      return waiting("%d of %d pods are made anew", updated, desired);
    }
    return available < desired
        ? waiting("%d of %d pods are available", available, desired)
        : new Rollout.Done();
  }

  private long count(String key) {
    return status().getLong(key, 0L);
  }

  private static Rollout waiting(String text, long some, long all) {
    return new Rollout.Waiting(text.formatted(some, all));
  }

  /** The revision that its pods are to be of: known of StatefulSets alone. */
  String updateRevision() {
    return status().getString("updateRevision", "");
  }
}
