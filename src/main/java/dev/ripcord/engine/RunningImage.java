package dev.ripcord.engine;

import dev.ripcord.engine.context.EngineContext;
import dev.ripcord.engine.context.WatchedService;
import dev.ripcord.engine.rollback.RollbackPlanning;
import dev.ripcord.port.Platform;
import dev.ripcord.release.ImageIdentity;
import dev.ripcord.release.Release;
import dev.ripcord.watch.Outcome;
import dev.ripcord.watch.WatchEvent.NotRunning;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the image of a release under watch is what runs: asked of the platform when the watch
 * begins and before it ends as healthy, since good polls of another image prove nothing. A platform
 * that cannot tell at the start is not held against the release. Called on one event loop.
 */
final class RunningImage {
  /** Until so long after the start a deploy may still be under way. */
  private static final Duration GRACE = Duration.ofSeconds(30);

  private static final Duration ANSWER = Duration.ofSeconds(15);
  private static final Duration AGAIN = Duration.ofSeconds(5);
  private static final int TRIES = 3;
  private static final Logger LOG = LoggerFactory.getLogger(RunningImage.class);

  private final EngineContext context;
  private final WatchedService service;
  private final Release release;
  private boolean ran;

  /**
   * For one watch.
   *
   * @param ran whether polls of the release were judged before, by a process that is gone
   */
  RunningImage(EngineContext context, WatchedService service, Release release, boolean ran) {
    this.context = context;
    this.service = service;
    this.release = release;
    this.ran = ran;
  }

  /** What the platform says runs now. Fails when it cannot be asked or does not answer in time. */
  static Future<ImageIdentity> ask(EngineContext context, Platform platform) {
    return context
        .timers()
        .within(ANSWER, Future.succeededFuture().compose(x -> platform.running()));
  }

  /** What is wrong at the start; empty when nothing is, or it cannot be told. Never fails. */
  Future<Optional<NotRunning>> atStart() {
    return canBeAsked() ? atStart(context.clocks().nanos().getAsLong()) : none();
  }

  private Future<Optional<NotRunning>> atStart(long began) {
    return ask(context, service.platform().orElseThrow())
        .compose(
            running -> {
              if (isOurs(running)) {
                ran = true;
                return none();
              }
              LOG.warn("{}: {}", service.name(), text(running));
              Duration since = Duration.ofNanos(context.clocks().nanos().getAsLong() - began);
              return since.compareTo(GRACE) < 0
                  ? pause().compose(x -> atStart(began))
                  : Future.succeededFuture(Optional.of(wrong(running)));
            },
            e -> {
              LOG.warn(
                  "{}: it is not known whether {} runs: {}",
                  service.name(),
                  release.image().orElseThrow(),
                  RollbackPlanning.message(e));
              return none();
            });
  }

  /** What is wrong at the end of the bake time; empty when nothing is. Never fails. */
  Future<Optional<NotRunning>> atEnd() {
    return canBeAsked() ? atEnd(1) : none();
  }

  private Future<Optional<NotRunning>> atEnd(int attempt) {
    return ask(context, service.platform().orElseThrow())
        .compose(
            running ->
                isOurs(running)
                    ? none()
                    : Future.succeededFuture(Optional.<NotRunning>of(wrong(running))),
            e -> {
              if (!ran) {
                return none();
              }
              return attempt < TRIES
                  ? pause().compose(x -> atEnd(attempt + 1))
                  : Future.succeededFuture(
                      Optional.of(
                          new NotRunning(
                              Outcome.INCONCLUSIVE,
                              "the polls were healthy, but it is not known whether "
                                  + release.image().orElseThrow()
                                  + " still runs: "
                                  + RollbackPlanning.message(e))));
            });
  }

  private boolean canBeAsked() {
    return release.image().isPresent() && service.platform().isPresent();
  }

  private boolean isOurs(ImageIdentity running) {
    return release.identity().filter(running::isSameAs).isPresent();
  }

  private NotRunning wrong(ImageIdentity running) {
    return new NotRunning(ran ? Outcome.SUPERSEDED : Outcome.INCONCLUSIVE, text(running));
  }

  private String text(ImageIdentity running) {
    String image = release.image().orElseThrow().text();
    return ran
        ? image + " was replaced: " + running + " runs now, which is not release " + release.name()
        : image
            + " of release "
            + release.name()
            + " does not run: "
            + running
            + " does. Next: watch it again once it is deployed (--retry), or name what runs"
            + " (--image)";
  }

  private Future<Void> pause() {
    return context.timers().timer(AGAIN.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static Future<Optional<NotRunning>> none() {
    return Future.succeededFuture(Optional.empty());
  }
}
