package dev.ripcord.platform.kubernetes;

import static dev.ripcord.platform.kubernetes.Workload.object;

import dev.ripcord.config.PlatformSettings.Kubernetes.Kind;
import dev.ripcord.release.ImageIdentity;
import dev.ripcord.release.ImageRef;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a workload was before: the replica sets of a Deployment, the controller revisions of the
 * others. Pure.
 *
 * @param all newest first
 */
record Revisions(List<Revision> all) {
  private static final String NUMBER = "deployment.kubernetes.io/revision";
  private static final String HASH = "pod-template-hash";

  /**
   * One of them.
   *
   * @param number counts up
   * @param template of its pods, as the workload would have it
   * @param image of the workload's container
   */
  record Revision(long number, JsonObject template, String image) {}

  /**
   * From the API's list of all replica sets or controller revisions that have the workload's
   * labels.
   */
  static Revisions of(Workload workload, JsonArray items) {
    String uid = workload.metadata().getString("uid", "");
    return new Revisions(
        items.stream()
            .map(JsonObject.class::cast)
            .filter(item -> isOwned(item, uid))
            .flatMap(item -> revision(workload, item).stream())
            .sorted(Comparator.comparingLong(Revision::number).reversed())
            .toList());
  }

  private static boolean isOwned(JsonObject item, String uid) {
    return object(item, "metadata").getJsonArray("ownerReferences", new JsonArray()).stream()
        .anyMatch(owner -> ((JsonObject) owner).getString("uid", "").equals(uid));
  }

  private static Optional<Revision> revision(Workload workload, JsonObject item) {
    boolean replicaSet = workload.kind() == Kind.DEPLOYMENT;
    JsonObject template =
        object(object(replicaSet ? item : object(item, "data"), "spec"), "template").copy();
    template.remove("$patch");
    object(object(template, "metadata"), "labels").remove(HASH);
    String number =
        replicaSet
            ? object(object(item, "metadata"), "annotations").getString(NUMBER, "")
            : String.valueOf(item.getValue("revision"));
    Optional<Long> counted =
        number.matches("\\d{1,18}") ? Optional.of(Long.parseLong(number)) : Optional.empty();
    return counted.flatMap(
        n -> workload.imageOf(template).map(image -> new Revision(n, template, image)));
  }

  /**
   * The newest one that ran an image. Where a digest is wished for, revisions may name it without
   * one; the one that is in place has the name too where a tag was moved, and is not meant.
   */
  Optional<Revision> with(ImageRef image, Workload now) {
    ImageIdentity wanted = ImageIdentity.of(image);
    boolean moved = !now.identity().meets(wanted) && now.identity().ref().equals(wanted.ref());
    return all.stream()
        .filter(each -> ImageIdentity.of(new ImageRef(each.image())).isSameAs(wanted))
        .filter(each -> !moved || !each.template().equals(now.template()))
        .findFirst();
  }

  /** The newest one with another image. */
  Optional<Revision> other(String image) {
    return all.stream().filter(each -> !each.image().equals(image)).findFirst();
  }

  /** The images, newest first. */
  Stream<String> images() {
    return all.stream().map(Revision::image).distinct();
  }
}
