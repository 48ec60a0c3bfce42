package dev.ripcord.platform.kubernetes;

import static dev.ripcord.platform.kubernetes.Workload.object;

import dev.ripcord.config.PlatformSettings;
import dev.ripcord.config.PlatformSettings.Kubernetes.Kind;
import dev.ripcord.kubernetes.Cluster;
import dev.ripcord.platform.kubernetes.Revisions.Revision;
import dev.ripcord.port.Permit;
import dev.ripcord.port.Platform;
import dev.ripcord.port.PlatformException;
import dev.ripcord.port.Presence;
import dev.ripcord.release.ImageIdentity;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.rollback.SideEffects;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Deployment, StatefulSet or DaemonSet of a Kubernetes cluster. To put an image back, the whole
 * pod template that last ran it is put back where the cluster still has it, as {@code kubectl
 * rollout undo} does, else the image alone; then it waits as {@code kubectl rollout status} does.
 * When the pods do not come up, the template that was there before is put back.
 *
 * <p>A change is made only from the generation that was looked at, so one that somebody else makes
 * at the same moment is never overwritten unseen. Where Argo CD or Flux keeps the workload, that is
 * reported, and suspended if so configured: it would put the bad version back.
 */
public final class KubernetesPlatform implements Platform {
  private static final Logger LOG = LoggerFactory.getLogger(KubernetesPlatform.class);
  private static final int TRIES = 5;

  private final PlatformSettings.Kubernetes settings;
  private final WorkloadApi api;
  private final Optional<Platform> git;
  private final GitOpsGuard gitOps;
  private final RolloutWait rollouts;

  /**
   * Asks nothing yet.
   *
   * @param nanos a monotonic clock, for waiting
   * @param git where the image is changed before the workload is; empty for nowhere
   */
  public KubernetesPlatform(
      Vertx vertx,
      LongSupplier nanos,
      Cluster cluster,
      PlatformSettings.Kubernetes settings,
      Optional<Platform> git) {
    this.settings = settings;
    this.api = new WorkloadApi(cluster, settings);
    this.git = git;
    this.gitOps = new GitOpsGuard(api, settings);
    this.rollouts = new RolloutWait(vertx, nanos, api, settings);
  }

  @Override
  public String name() {
    return settings.name();
  }

  @Override
  public void close() {
    api.close();
  }

  @Override
  public Future<ImageRef> current() {
    return running().map(ImageIdentity::ref);
  }

  /** The template's image, with the digest by which all its pods have it, where they agree. */
  @Override
  public Future<ImageIdentity> running() {
    return api.look()
        .compose(
            workload ->
                api.pods(workload)
                    .otherwise(new JsonArray()) // Then it is known by its name alone.
                    .map(
                        pods -> {
                          ImageIdentity image = workload.identity();
                          return image.id().isPresent()
                              ? image
                              : new ImageIdentity(image.ref(), digest(workload, pods));
                        }));
  }

  private static Optional<String> digest(Workload workload, JsonArray pods) {
    List<String> ids =
        pods.stream()
            .flatMap(
                pod ->
                    object((JsonObject) pod, "status")
                        .getJsonArray("containerStatuses", new JsonArray())
                        .stream())
            .map(JsonObject.class::cast)
            .filter(each -> each.getString("name", "").equals(workload.containerName()))
            .filter(each -> each.getString("image", "").endsWith(workload.image()))
            .map(each -> each.getString("imageID", "").replaceFirst("^.*@", ""))
            .distinct()
            .toList();
    return ids.size() == 1 && ids.getFirst().startsWith("sha256:")
        ? Optional.of(ids.getFirst())
        : Optional.empty();
  }

  @Override
  public Future<ImageIdentity> identified(ImageRef image) {
    return Future.succeededFuture(ImageIdentity.of(image));
  }

  /** Its name with the digest that its pods ran: the name may stand for something else later. */
  @Override
  public Future<ImageRef> lasting(ImageIdentity image) {
    boolean named = image.id().isEmpty() || image.ref().text().contains("@");
    return Future.succeededFuture(
        named ? image.ref() : new ImageRef(image.ref().text() + "@" + image.id().get()));
  }

  @Override
  public Future<Presence> presence(ImageRef image) {
    return api.look()
        .compose(now -> api.revisions(now).map(revisions -> presence(image, now, revisions)));
  }

  private static Presence presence(ImageRef image, Workload now, Revisions revisions) {
    return revisions
        .with(image, now)
        .<Presence>map(found -> new Presence.Present("revision " + found.number() + " ran it"))
        .orElseGet(
            () ->
                new Presence.Unknown(
                    "no revision that the cluster keeps has it%s; the nodes would pull it"
                        .formatted(
                            revisions.all().isEmpty()
                                ? ""
                                : " (there are: "
                                    + String.join(", ", revisions.images().toList())
                                    + ")")));
  }

  @Override
  public Future<SideEffects> sideEffects() {
    return api.look()
        .compose(
            workload ->
                Future.all(api.may("patch"), gitOps.warnings(workload))
                    .map(
                        asked -> {
                          boolean may = asked.resultAt(0);
                          List<String> warnings = asked.resultAt(1);
                          List<String> blockers = new ArrayList<>();
                          if (!may) {
                            blockers.add(
                                "the account may not patch %s; give it patch on %ss"
                                    .formatted(api.text(), settings.kind().key()));
                          }
                          blocked(workload).ifPresent(blockers::add);
                          return new SideEffects(blockers, warnings);
                        }));
  }

  private Optional<String> blocked(Workload workload) {
    return workload.isPaused()
        ? Optional.of(api.text() + " is paused: kubectl rollout resume " + key())
        : workload.manualStrategy().map(why -> api.text() + " would not change: " + why);
  }

  private String key() {
    return settings.kind().key() + "/" + settings.workload();
  }

  @Override
  public Future<String> switchTo(Release release, ImageRef image, Permit permit) {
    Future<String> committed =
        git.map(repository -> repository.switchTo(release, image, permit))
            .orElse(Future.succeededFuture(""));
    return committed.compose(
        said ->
            switchTo(image, permit, TRIES, Optional.empty())
                .map(done -> said.isEmpty() ? done : done + "; " + said));
  }

  @Override
  public Future<String> start(Release release, ImageRef image, Permit permit) {
    return switchTo(release, image, permit);
  }

  /**
   * Changes it until nobody else is first.
   *
   * @param replaced what it ran at the first try
   */
  private Future<String> switchTo(
      ImageRef image, Permit permit, int tries, Optional<String> replaced) {
    return api.look()
        .compose(
            workload -> {
              Optional<String> blocked =
                  another(workload, image, replaced).or(() -> blocked(workload));
              if (blocked.isPresent()) {
                return Future.failedFuture(new PlatformException(blocked.get()));
              }
              boolean named = workload.identity().meets(ImageIdentity.of(image));
              return named && workload.stoppedReplicas().isEmpty()
                  ? arrived(workload, image, Optional.empty(), permit)
                      .map(done -> api.text() + " runs " + image + " already")
                  : change(workload, image, permit, tries);
            });
  }

  private Future<String> change(Workload workload, ImageRef image, Permit permit, int tries) {
    Future<Optional<Revision>> revision =
        settings.template()
            ? api.revisions(workload).map(all -> all.with(image, workload))
            : Future.succeededFuture(Optional.empty());
    return gitOps
        .suspended(workload, permit)
        .compose(
            suspended ->
                revision.compose(
                    found -> {
                      JsonObject template =
                          workload.with(
                              found.map(Revision::template).orElseGet(workload::template), image);
                      LOG.info(
                          "{} is to run {}{}",
                          api.text(),
                          image,
                          found.map(r -> ", as in revision " + r.number()).orElse(""));
                      return api.patch(workload, replacement(workload, template), permit)
                          .compose(
                              done ->
                                  done
                                      ? arrived(
                                              workload,
                                              image,
                                              Optional.of(workload.template()),
                                              permit)
                                          .map(x -> said(image, found) + suspended)
                                      : overtaken(workload, image, permit, tries));
                    }));
  }

  private String said(ImageRef image, Optional<Revision> revision) {
    return "%s runs %s%s"
        .formatted(
            api.text(),
            image,
            revision.map(found -> ", as in revision " + found.number()).orElse(""));
  }

  private static JsonArray replacement(Workload workload, JsonObject template) {
    JsonArray operations =
        new JsonArray().add(operation("replace", "/spec/template").put("value", template));
    workload
        .stoppedReplicas()
        .ifPresent(
            replicas -> {
              operations.add(operation("replace", "/spec/replicas").put("value", replicas));
              operations.add(operation("remove", annotation()));
            });
    return operations;
  }

  private static JsonObject operation(String name, String path) {
    return new JsonObject().put("op", name).put("path", path);
  }

  private static String annotation() {
    return "/metadata/annotations/" + Workload.REPLICAS.replace("/", "~1");
  }

  private Future<String> overtaken(Workload from, ImageRef image, Permit permit, int tries) {
    return tries > 1
        ? switchTo(image, permit, tries - 1, Optional.of(from.image()))
        : Future.failedFuture(changedMeanwhile());
  }

  /** Whoever was first may have deployed a newer release, which is not to be undone. */
  private Optional<String> another(Workload now, ImageRef image, Optional<String> replaced) {
    return replaced
        .filter(before -> !now.image().equals(before))
        .filter(before -> !now.identity().meets(ImageIdentity.of(image)))
        .map(
            before ->
                "%s has %s now, and not %s: somebody has put it there meanwhile, and it is left alone"
                    .formatted(api.text(), now.image(), before));
  }

  private PlatformException changedMeanwhile() {
    return new PlatformException(
        api.text() + " was changed by somebody else each time it was to be changed here");
  }

  /**
   * Waits until all pods run the template.
   *
   * @param before the template that is put back where they do not; where this call has not changed
   *     it, the newest one with another image
   */
  private Future<Void> arrived(
      Workload from, ImageRef image, Optional<JsonObject> before, Permit permit) {
    return rollouts
        .done(permit)
        .recover(
            failed ->
                failed instanceof RolloutWait.Failure failure
                    ? former(from, before)
                        .compose(
                            template ->
                                template.isPresent()
                                    ? putBack(template.get(), image, permit, failure.why())
                                    : Future.failedFuture(
                                        new PlatformException(
                                            "%s did not come up: %s"
                                                .formatted(api.text(), failure.why()))))
                    : Future.failedFuture(failed));
  }

  private Future<Optional<JsonObject>> former(Workload from, Optional<JsonObject> before) {
    return before.isPresent()
        ? Future.succeededFuture(before)
        : api.revisions(from).map(all -> all.other(from.image()).map(Revision::template));
  }

  private Future<Void> putBack(JsonObject template, ImageRef image, Permit permit, String why) {
    LOG.warn("{}: {}; the template before is put back", api.text(), why);
    return api.look()
        .compose(
            workload ->
                another(workload, image, Optional.of(image.text()))
                    .map(x -> Future.<Boolean>failedFuture(new PlatformException(x)))
                    .orElseGet(() -> api.patch(workload, replacement(workload, template), permit)))
        .compose(done -> done ? rollouts.done(permit) : Future.failedFuture(changedMeanwhile()))
        .transform(
            (done, trouble) ->
                Future.failedFuture(
                    new PlatformException(
                        "%s did not come up: %s. %s"
                            .formatted(
                                api.text(),
                                why,
                                trouble == null
                                    ? "What ran before runs again"
                                    : "What ran before does not run again either: "
                                        + trouble.getMessage()))));
  }

  @Override
  public Future<Optional<String>> stopBlocker() {
    return Future.succeededFuture(
        settings.kind() == Kind.DAEMONSET
            ? Optional.of("a DaemonSet runs on each node, so it cannot be scaled to nothing")
            : Optional.empty());
  }

  /** Scales it to nothing; how many replicas there were stands in an annotation until it starts. */
  @Override
  public Future<Void> stop(Release release, Permit permit) {
    return settings.kind() == Kind.DAEMONSET
        ? Future.failedFuture(
            new PlatformException(
                api.text() + " runs on each node and cannot be stopped: set order: image-first"))
        : stop(permit, TRIES);
  }

  private Future<Void> stop(Permit permit, int tries) {
    return api.look()
        .compose(
            workload ->
                workload.stoppedReplicas().isPresent()
                    ? Future.succeededFuture(true)
                    : api.patch(workload, scaledDown(workload), permit))
        .compose(
            done -> {
              if (done) {
                return rollouts.ended(permit);
              }
              return tries > 1 ? stop(permit, tries - 1) : Future.failedFuture(changedMeanwhile());
            });
  }

  private static JsonArray scaledDown(Workload workload) {
    JsonArray operations = new JsonArray();
    if (!workload.metadata().containsKey("annotations")) {
      operations.add(operation("add", "/metadata/annotations").put("value", new JsonObject()));
    }
    return operations
        .add(operation("add", annotation()).put("value", Long.toString(workload.replicas())))
        .add(operation("add", "/spec/replicas").put("value", 0));
  }
}
