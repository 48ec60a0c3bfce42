package dev.ripcord.platform.swarm;

import dev.ripcord.config.PlatformSettings;
import dev.ripcord.platform.docker.api.DockerSocket;
import dev.ripcord.platform.swarm.SwarmService.Rollout;
import dev.ripcord.port.Permit;
import dev.ripcord.port.Platform;
import dev.ripcord.port.PlatformException;
import dev.ripcord.port.Presence;
import dev.ripcord.release.ImageIdentity;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.vertx.AsyncLoop;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service of a Docker Swarm. Where the image to put back is the one before the last update, it is
 * Swarm's own rollback, by the service's rules for that and with all that the service was; else an
 * update of the image alone. Either is awaited until the tasks run it. When they do not come up,
 * the spec that was there before is put back.
 *
 * <p>A change names the version of the service that it was made from, so one that somebody else
 * makes at the same moment is never overwritten unseen.
 */
public final class SwarmPlatform implements Platform {
  private static final Logger LOG = LoggerFactory.getLogger(SwarmPlatform.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);
  private static final int TRIES = 5;

  private final Vertx vertx;
  private final LongSupplier nanos;
  private final PlatformSettings.Swarm settings;
  private final SwarmApi swarm;

  /**
   * Asks nothing yet.
   *
   * @param nanos a monotonic clock, for waiting
   * @param socket of an Engine that is a manager
   */
  public SwarmPlatform(
      Vertx vertx, LongSupplier nanos, DockerSocket socket, PlatformSettings.Swarm settings) {
    this.vertx = vertx;
    this.nanos = nanos;
    this.settings = settings;
    this.swarm = new SwarmApi(socket, settings.service());
  }

  @Override
  public String name() {
    return settings.name();
  }

  @Override
  public Future<ImageRef> current() {
    return running().map(ImageIdentity::ref);
  }

  @Override
  public Future<ImageIdentity> running() {
    return swarm.look().map(SwarmService::image);
  }

  /** With the digest that it was given, or that the manager has it by. */
  @Override
  public Future<ImageIdentity> identified(ImageRef image) {
    ImageIdentity given = ImageIdentity.of(image);
    return given.id().isPresent()
        ? Future.succeededFuture(given)
        : swarm
            .localImage(image.text())
            .map(found -> new ImageIdentity(image, found.flatMap(i -> digest(i, image))));
  }

  private static Optional<String> digest(JsonObject local, ImageRef image) {
    JsonArray digests = local.getJsonArray("RepoDigests");
    String name = image.text().replaceFirst(":[^:/]*$", "") + "@";
    return digests == null
        ? Optional.empty()
        : digests.stream()
            .map(Object::toString)
            .filter(each -> each.startsWith(name))
            .map(each -> each.substring(name.length()))
            .findFirst();
  }

  /** Its name with the digest where the name alone does not stand for it any more. */
  @Override
  public Future<ImageRef> lasting(ImageIdentity image) {
    return identified(image.ref())
        .map(
            now ->
                image.id().isEmpty() || image.id().equals(now.id())
                    ? image.ref()
                    : new ImageRef(image.ref().text() + "@" + image.id().get()));
  }

  @Override
  public Future<Presence> presence(ImageRef image) {
    return swarm
        .look()
        .compose(
            service ->
                service.previousSpec().filter(spec -> isIn(spec, image)).isPresent()
                    ? Future.succeededFuture(
                        new Presence.Present("the service ran it before its last update"))
                    : elsewhere(image));
  }

  private static boolean isIn(JsonObject spec, ImageRef image) {
    return SwarmService.image(spec).meets(ImageIdentity.of(image));
  }

  private Future<Presence> elsewhere(ImageRef image) {
    return swarm
        .localImage(image.text())
        .compose(
            local ->
                local.isPresent()
                    ? Future.succeededFuture(new Presence.Present("on the manager"))
                    : swarm
                        .registryDigest(image.text())
                        .map(
                            digest ->
                                digest
                                    .<Presence>map(
                                        id -> new Presence.Present("in its registry, " + id))
                                    .orElseGet(
                                        () ->
                                            new Presence.Unknown(
                                                "it is not on the manager, and its registry did"
                                                    + " not say; the nodes may have it"))));
  }

  @Override
  public Future<String> switchTo(Release release, ImageRef image, Permit permit) {
    return switchTo(image, permit, TRIES, Optional.empty());
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
      ImageRef image, Permit permit, int tries, Optional<ImageIdentity> replaced) {
    ImageIdentity wanted = ImageIdentity.of(image);
    return swarm
        .look()
        .compose(
            found -> {
              if (replaced.filter(before -> found.isTaken(before, wanted)).isPresent()) {
                return Future.failedFuture(taken(found));
              }
              if (found.isJob()) {
                return Future.failedFuture(
                    new PlatformException(
                        "service \"%s\" is a job, which runs once: it has no image to go back to"
                            .formatted(settings.service())));
              }
              if (found.image().meets(wanted) && found.stoppedReplicas().isEmpty()) {
                return arrived(wanted, found.previousSpec(), permit, found.monitor())
                    .map(done -> settings.service() + " runs " + image + " already");
              }
              boolean own =
                  found.stoppedReplicas().isEmpty()
                      && found
                          .previousSpec()
                          .filter(spec -> SwarmService.image(spec).meets(wanted))
                          .isPresent();
              LOG.info(
                  "service {} of the Swarm is to run {}{}",
                  settings.service(),
                  image,
                  own ? ", by its own rollback" : "");
              Future<Boolean> changed =
                  own
                      ? swarm.rollback(found, permit)
                      : swarm.update(found, found.with(image), permit);
              return changed.compose(
                  done ->
                      done
                          ? arrived(wanted, Optional.of(found.spec()), permit, steady(found))
                              .map(x -> said(image, own))
                          : overtaken(found, image, permit, tries));
            });
  }

  /** Swarm watches an update, and no start from nothing. */
  private static Duration steady(SwarmService before) {
    return before.stoppedReplicas().isPresent() ? before.monitor() : Duration.ZERO;
  }

  private String said(ImageRef image, boolean own) {
    return "service %s runs %s%s"
        .formatted(settings.service(), image, own ? " (Swarm's own rollback)" : "");
  }

  private Future<String> overtaken(SwarmService from, ImageRef image, Permit permit, int tries) {
    return tries > 1
        ? switchTo(image, permit, tries - 1, Optional.of(from.image()))
        : Future.failedFuture(changedMeanwhile());
  }

  private PlatformException taken(SwarmService now) {
    return new PlatformException(
        "service \"%s\" has %s now: somebody has put it there meanwhile, and it is left alone"
            .formatted(settings.service(), now.image()));
  }

  private PlatformException changedMeanwhile() {
    return new PlatformException(
        "service \"%s\" was changed by somebody else each time it was to be changed here"
            .formatted(settings.service()));
  }

  /**
   * Waits until the tasks run an image.
   *
   * @param before put back where they do not
   * @param steady how long they must have run
   */
  private Future<Void> arrived(
      ImageIdentity wanted, Optional<JsonObject> before, Permit permit, Duration steady) {
    return rolledOut(wanted, permit, steady)
        .recover(
            failed ->
                failed instanceof RolloutFailed failure && before.isPresent()
                    ? putBack(before.get(), wanted, permit, failure.why())
                    : Future.failedFuture(failed));
  }

  /** The tasks do not come up, or Swarm has given up. */
  private static final class RolloutFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String why;

    RolloutFailed(String why) {
      super(why);
      this.why = why;
    }

    String why() {
      return why;
    }
  }

  private Future<Void> rolledOut(ImageIdentity wanted, Permit permit, Duration steady) {
    long began = nanos.getAsLong();
    SteadyTasks tasks = new SteadyTasks(steady);
    return AsyncLoop.until(() -> look(wanted, began, permit, tasks)).mapEmpty();
  }

  /** Empty where it has to be looked at again. */
  private Future<Optional<Boolean>> look(
      ImageIdentity wanted, long began, Permit permit, SteadyTasks steady) {
    return swarm
        .look()
        .compose(found -> swarm.tasks(found).map(tasks -> found.rollout(wanted, tasks)))
        .map(rollout -> steady.on(rollout, nanos.getAsLong()))
        .compose(
            rollout ->
                switch (rollout) {
                  case Rollout.Done done -> Future.succeededFuture(Optional.of(true));
                  case Rollout.Failed failed ->
                      Future.failedFuture(new RolloutFailed(failed.why()));
                  case Rollout.Waiting waiting -> again(waiting, began, permit);
                });
  }

  private Future<Optional<Boolean>> again(Rollout.Waiting waiting, long began, Permit permit) {
    if (permit.revoked().isComplete()) {
      return Future.failedFuture(
          new PlatformException(
              "waiting for service %s was broken off: %s"
                  .formatted(settings.service(), waiting.how())));
    }
    if (nanos.getAsLong() - began >= settings.startTimeout().toNanos()) {
      return Future.failedFuture(
          new RolloutFailed(
              "after %d s %s".formatted(settings.startTimeout().toSeconds(), waiting.how())));
    }
    return vertx.timer(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS).map(Optional.empty());
  }

  private Future<Void> putBack(JsonObject before, ImageIdentity wanted, Permit permit, String why) {
    ImageIdentity image = SwarmService.image(before);
    LOG.warn("service {} of the Swarm: {}; {} is put back", settings.service(), why, image);
    return swarm
        .look()
        .compose(
            found -> {
              if (found.isTaken(image, wanted)) {
                return Future.failedFuture(taken(found));
              }
              return found.image().meets(image)
                  ? Future.succeededFuture(true)
                  : swarm.update(found, before, permit);
            })
        .compose(
            done ->
                done
                    ? rolledOut(image, permit, Duration.ZERO)
                    : Future.failedFuture(changedMeanwhile()))
        .transform(
            (done, trouble) ->
                Future.failedFuture(
                    new PlatformException(
                        "service %s did not come up: %s. %s"
                            .formatted(
                                settings.service(),
                                why,
                                trouble == null
                                    ? image
                                        + (isStopped(before)
                                            ? " is stopped, as before"
                                            : " runs again")
                                    : "%s does not run again either: %s"
                                        .formatted(image, trouble.getMessage())))));
  }

  private static boolean isStopped(JsonObject spec) {
    return new SwarmService(new JsonObject().put("Spec", spec)).stoppedReplicas().isPresent();
  }

  @Override
  public Future<Optional<String>> stopBlocker() {
    return swarm
        .look()
        .map(
            found ->
                found.isReplicated()
                    ? Optional.empty()
                    : Optional.of(
                        "service %s runs on each node (global), so it cannot be scaled to nothing"
                            .formatted(settings.service())));
  }

  /** Takes all replicas away; how many there were stands in a label until it is started. */
  @Override
  public Future<Void> stop(Release release, Permit permit) {
    return stop(permit, TRIES);
  }

  private Future<Void> stop(Permit permit, int tries) {
    return swarm
        .look()
        .compose(
            found -> {
              if (!found.isReplicated()) {
                return Future.failedFuture(
                    new PlatformException(
                        "service %s runs on each node (global) and cannot be stopped: set order: image-first"
                            .formatted(settings.service())));
              }
              return found.stoppedReplicas().isPresent()
                  ? Future.succeededFuture(true)
                  : swarm.update(found, found.stopped(), permit);
            })
        .compose(
            done -> {
              if (done) {
                return ended(permit);
              }
              return tries > 1 ? stop(permit, tries - 1) : Future.failedFuture(changedMeanwhile());
            });
  }

  /** Waits until no task runs any more. */
  private Future<Void> ended(Permit permit) {
    long began = nanos.getAsLong();
    return AsyncLoop.until(
            () ->
                swarm
                    .look()
                    .compose(swarm::tasks)
                    .compose(
                        tasks -> {
                          long left = tasks.stream().filter(SwarmPlatform::isAlive).count();
                          return left == 0
                              ? Future.succeededFuture(Optional.of(true))
                              : again(
                                  new Rollout.Waiting(left + " tasks still run"), began, permit);
                        }))
        .<Void>mapEmpty()
        .recover(
            trouble ->
                Future.failedFuture(
                    trouble instanceof RolloutFailed
                        ? new PlatformException(
                            "service %s did not stop: %s"
                                .formatted(settings.service(), trouble.getMessage()))
                        : trouble));
  }

  private static boolean isAlive(Object task) {
    String state =
        ((JsonObject) task).getJsonObject("Status", new JsonObject()).getString("State", "");
    return state.equals("running") || state.equals("starting") || state.equals("preparing");
  }
}
