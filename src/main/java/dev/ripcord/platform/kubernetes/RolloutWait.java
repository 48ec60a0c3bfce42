package dev.ripcord.platform.kubernetes;

import static dev.ripcord.platform.kubernetes.Workload.object;

import dev.ripcord.config.PlatformSettings;
import dev.ripcord.config.PlatformSettings.Kubernetes.Kind;
import dev.ripcord.platform.kubernetes.Workload.Rollout;
import dev.ripcord.port.Permit;
import dev.ripcord.port.PlatformException;
import dev.ripcord.vertx.AsyncLoop;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Waits for a workload's pods: until all run its template, or until none is left. */
final class RolloutWait {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

  private final Vertx vertx;
  private final LongSupplier nanos;
  private final WorkloadApi api;
  private final PlatformSettings.Kubernetes settings;

  RolloutWait(
      Vertx vertx, LongSupplier nanos, WorkloadApi api, PlatformSettings.Kubernetes settings) {
    this.vertx = vertx;
    this.nanos = nanos;
    this.api = api;
    this.settings = settings;
  }

  /** The pods do not come up, or Kubernetes has given up. */
  static final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String why;

    Failure(String why) {
      super(why);
      this.why = why;
    }

    String why() {
      return why;
    }
  }

  /** Waits until all pods run the template and are available; fails with a {@link Failure}. */
  Future<Void> done(Permit permit) {
    long began = nanos.getAsLong();
    return AsyncLoop.until(
            () ->
                api.look()
                    .compose(
                        workload ->
                            switch (workload.rollout()) {
                              case Rollout.Done done -> Future.succeededFuture(Optional.of(true));
                              case Rollout.Failed failed ->
                                  Future.failedFuture(new Failure(failed.why()));
                              case Rollout.Waiting waiting ->
                                  unstuck(workload, permit)
                                      .compose(done -> again(waiting.how(), began, permit));
                            }))
        .mapEmpty();
  }

  /**
   * A StatefulSet waits for a pod that never becomes ready before it replaces it, so one of another
   * revision that is not ready is deleted, as its documentation says to do by hand.
   */
  private Future<Void> unstuck(Workload workload, Permit permit) {
    if (settings.kind() != Kind.STATEFULSET || workload.updateRevision().isEmpty()) {
      return Future.succeededFuture();
    }
    return api.pods(workload)
        .compose(
            pods ->
                pods.stream()
                    .map(JsonObject.class::cast)
                    .filter(pod -> isStuck(pod, workload.updateRevision()))
                    .findFirst()
                    .map(pod -> api.deletePod(object(pod, "metadata"), permit))
                    .orElse(Future.succeededFuture()));
  }

  private static boolean isStuck(JsonObject pod, String revision) {
    JsonObject metadata = object(pod, "metadata");
    String hash = object(metadata, "labels").getString("controller-revision-hash", revision);
    boolean ready =
        object(pod, "status").getJsonArray("conditions", new JsonArray()).stream()
            .map(JsonObject.class::cast)
            .anyMatch(
                each ->
                    each.getString("type", "").equals("Ready")
                        && each.getString("status", "").equals("True"));
    return !hash.equals(revision) && !ready && !metadata.containsKey("deletionTimestamp");
  }

  /** Empty, for one more look. */
  private Future<Optional<Boolean>> again(String how, long began, Permit permit) {
    if (permit.revoked().isComplete()) {
      return Future.failedFuture(
          new PlatformException("waiting for %s was broken off: %s".formatted(api.text(), how)));
    }
    if (nanos.getAsLong() - began >= settings.rolloutTimeout().toNanos()) {
      return Future.failedFuture(
          new Failure("after %d s %s".formatted(settings.rolloutTimeout().toSeconds(), how)));
    }
    return vertx.timer(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS).map(Optional.empty());
  }

  /** Waits until no pod is left: one that is being ended may still write. */
  Future<Void> ended(Permit permit) {
    long began = nanos.getAsLong();
    return AsyncLoop.until(
            () ->
                api.look()
                    .compose(api::pods)
                    .compose(
                        pods -> {
                          long left =
                              pods.stream()
                                  .map(pod -> object((JsonObject) pod, "status"))
                                  .map(status -> status.getString("phase", ""))
                                  .filter(p -> !p.equals("Succeeded") && !p.equals("Failed"))
                                  .count();
                          return left == 0
                              ? Future.succeededFuture(Optional.of(true))
                              : again(left + " pods are still there", began, permit);
                        }))
        .<Void>mapEmpty()
        .recover(
            trouble ->
                Future.failedFuture(
                    trouble instanceof Failure
                        ? new PlatformException(
                            api.text() + " did not stop: " + trouble.getMessage())
                        : trouble));
  }
}
