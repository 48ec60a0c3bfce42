package dev.ripcord.platform.http;

import dev.ripcord.config.PlatformSettings;
import dev.ripcord.port.Permit;
import dev.ripcord.port.Platform;
import dev.ripcord.port.PlatformException;
import dev.ripcord.port.Presence;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.release.ServiceName;
import dev.ripcord.vertx.AsyncLoop;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whatever a web hook puts in place. A switch is asked for once, and then what runs is asked for
 * until it is the image that was wanted; an answer that was lost is settled in the same way. Going
 * back when a new image does not come up is the hook's own affair.
 */
public final class HttpPlatform implements Platform {
  private static final Logger LOG = LoggerFactory.getLogger(HttpPlatform.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

  private final Vertx vertx;
  private final LongSupplier nanos;
  private final ServiceName service;
  private final PlatformSettings.Http settings;
  private final HookCalls hook;

  /**
   * Asks nothing yet.
   *
   * @param nanos a monotonic clock, for waiting
   */
  public HttpPlatform(
      Vertx vertx,
      LongSupplier nanos,
      HttpClient http,
      ServiceName service,
      PlatformSettings.Http settings) {
    this.vertx = vertx;
    this.nanos = nanos;
    this.service = service;
    this.settings = settings;
    this.hook = new HookCalls(vertx, http, settings);
  }

  @Override
  public String name() {
    return settings.name();
  }

  @Override
  public Future<ImageRef> current() {
    return hook.current()
        .map(
            image ->
                image.orElseThrow(
                    () ->
                        new PlatformException(
                            HookCalls.shown(settings.current()) + " reports that nothing runs")));
  }

  @Override
  public Future<Presence> presence(ImageRef image) {
    return Future.succeededFuture(new Presence.Unknown("a web hook has no way to ask for it"));
  }

  @Override
  public Future<String> switchTo(Release release, ImageRef image, Permit permit) {
    return hook.current()
        .otherwise(
            trouble -> {
              LOG.warn("service {}: what runs is not known: {}", service, trouble.getMessage());
              return Optional.empty();
            })
        .compose(
            now ->
                now.equals(Optional.of(image))
                    ? Future.succeededFuture(service + " runs " + image + " already")
                    : call(release, image, permit));
  }

  /** Calls the hook in any case: it may tell what is configured, and that is not what runs. */
  @Override
  public Future<String> start(Release release, ImageRef image, Permit permit) {
    return call(release, image, permit);
  }

  private Future<String> call(Release release, ImageRef image, Permit permit) {
    LOG.info("service {}, release {}: switching to {}", service, release.name(), image);
    long began = nanos.getAsLong();
    return permit
        .confirm()
        .compose(granted -> hook.post(settings.switchTo(), release, Optional.of(image)))
        .recover(lost -> done(image, lost))
        .compose(posted -> arrived(image, began, permit))
        .map(done -> "the web hook put " + image + " in place");
  }

  /** An answer was lost, and what was asked may have been done all the same. */
  private Future<Void> done(ImageRef image, Throwable lost) {
    boolean unanswered = lost instanceof PlatformException trouble && trouble.isUnanswered();
    return unanswered
        ? hook.current()
            .otherwise(Optional.empty())
            .compose(
                now ->
                    now.equals(Optional.of(image))
                        ? Future.succeededFuture()
                        : Future.failedFuture(lost))
        : Future.failedFuture(lost);
  }

  private Future<Void> arrived(ImageRef image, long began, Permit permit) {
    return AsyncLoop.until(() -> hook.current().compose(now -> look(image, now, began, permit)))
        .mapEmpty();
  }

  /** Empty where it has to be looked at again. */
  private Future<Optional<Boolean>> look(
      ImageRef image, Optional<ImageRef> now, long began, Permit permit) {
    if (now.equals(Optional.of(image))) {
      return Future.succeededFuture(Optional.of(true));
    }
    if (permit.revoked().isComplete()) {
      return Future.failedFuture(
          new PlatformException(
              "waiting for " + image + " was broken off; the web hook had been called"));
    }
    if (nanos.getAsLong() - began >= settings.deadline().toNanos()) {
      return Future.failedFuture(
          new PlatformException(
              "the web hook took the call, but %d s after it %s still says %s, not %s"
                  .formatted(
                      settings.deadline().toSeconds(),
                      HookCalls.shown(settings.current()),
                      now.map(ImageRef::text).orElse("that nothing runs"),
                      image)));
    }
    return vertx.timer(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS).map(Optional.empty());
  }

  @Override
  public Future<Optional<String>> stopBlocker() {
    return Future.succeededFuture(
        settings.stop().isEmpty()
            ? Optional.of("platform.http.stop is not set to a hook that stops it")
            : Optional.empty());
  }

  @Override
  public Future<Void> stop(Release release, Permit permit) {
    return settings
        .stop()
        .map(url -> permit.confirm().compose(granted -> hook.post(url, release, Optional.empty())))
        .orElseGet(
            () ->
                Future.failedFuture(
                    new PlatformException(
                        service
                            + " cannot be stopped: set platform.http.stop to a hook that stops it,"
                            + " or order: image-first")));
  }
}
