package dev.ripcord.platform;

import dev.ripcord.config.PlatformSettings;
import dev.ripcord.platform.UserPrograms.Call;
import dev.ripcord.platform.UserPrograms.Printed;
import dev.ripcord.platform.UserPrograms.Purpose;
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
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whatever the user's own programs run. They find the service, the release and the image in
 * RIPCORD_SERVICE, RIPCORD_RELEASE and RIPCORD_IMAGE. Going back when a new image does not come up
 * is the switch program's own affair: only it knows how.
 */
final class CommandPlatform implements Platform {
  private static final Logger LOG = LoggerFactory.getLogger(CommandPlatform.class);

  /** Words of a current program for an application that is stopped; no image has such a name. */
  private static final Set<String> NOTHING_RUNS = Set.of("stopped", "none", "nothing", "down", "-");

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

  private final Vertx vertx;
  private final LongSupplier nanos;
  private final UserPrograms programs;
  private final ServiceName service;
  private final PlatformSettings.Command settings;

  CommandPlatform(
      Vertx vertx,
      LongSupplier nanos,
      UserPrograms programs,
      ServiceName service,
      PlatformSettings.Command settings) {
    this.vertx = vertx;
    this.nanos = nanos;
    this.programs = programs;
    this.service = service;
    this.settings = settings;
  }

  @Override
  public String name() {
    return settings.name();
  }

  @Override
  public Future<ImageRef> current() {
    if (settings.current().isEmpty()) {
      return Future.failedFuture(
          new PlatformException(
              "what runs is not known: set platform.command.current to a program that prints the"
                  + " image"));
    }
    return printed()
        .map(
            image ->
                image.orElseThrow(
                    () ->
                        new PlatformException(
                            "%s reports that nothing runs"
                                .formatted(call("current", settings.current()).described()))));
  }

  /** What the current program prints; empty where it says that nothing runs. */
  private Future<Optional<ImageRef>> printed() {
    return programs
        .ask(call("current", settings.current()), Purpose.of(service))
        .map(
            printed ->
                NOTHING_RUNS.contains(printed.answer().toLowerCase(Locale.ROOT))
                    ? Optional.empty()
                    : Optional.of(image(printed)));
  }

  private ImageRef image(Printed printed) {
    String answer = printed.answer();
    if (!ImageRef.isValid(answer)) {
      throw new PlatformException(
          "%s has to print one image and nothing else on its standard output, but %s"
              .formatted(
                  call("current", settings.current()).described(),
                  answer.isEmpty() ? "printed nothing" : "printed: " + answer));
    }
    return new ImageRef(answer);
  }

  @Override
  public Future<Presence> presence(ImageRef image) {
    return Future.succeededFuture(
        new Presence.Unknown("a command platform has no way to ask for it"));
  }

  /**
   * Calls the switch program unless the image runs already, and waits until {@code current} says
   * that it does.
   */
  @Override
  public Future<String> switchTo(Release release, ImageRef image, Permit permit) {
    return programs
        .endLeftOver(service)
        .compose(ended -> isCurrent(image))
        .compose(
            runs ->
                runs
                    ? Future.succeededFuture(release.service() + " runs " + image + " already")
                    : call(release, image, permit));
  }

  /**
   * Calls the switch program in any case: {@code current} may print what is configured, and that is
   * not what runs.
   */
  @Override
  public Future<String> start(Release release, ImageRef image, Permit permit) {
    return call(release, image, permit);
  }

  /** A question that fails must not keep anybody from going back: then the switch is called. */
  private Future<Boolean> isCurrent(ImageRef image) {
    return current()
        .map(image::equals)
        .otherwise(
            trouble -> {
              LOG.warn("service {}: what runs is not known: {}", service, trouble.getMessage());
              return false;
            });
  }

  private Future<String> call(Release release, ImageRef image, Permit permit) {
    LOG.info("service {}, release {}: switching to {}", service, release.name(), image);
    long began = nanos.getAsLong();
    return programs
        .act(call("switch", settings.switchTo()), Purpose.of(release, image), permit)
        .recover(trouble -> stillThere(trouble))
        .compose(printed -> settings.current().isEmpty() ? done() : arrived(image, began))
        .map(done -> "the switch program put " + image + " in place");
  }

  private static Future<Void> done() {
    return Future.succeededFuture();
  }

  private Future<Printed> stillThere(Throwable trouble) {
    return current()
        .map(now -> "; the current program prints " + now)
        .otherwise("")
        .compose(
            now -> Future.failedFuture(new PlatformException(trouble.getMessage() + now, trouble)));
  }

  private Future<Void> arrived(ImageRef image, long began) {
    return AsyncLoop.until(() -> printed().compose(now -> isArrived(image, now, began))).mapEmpty();
  }

  /** Empty where it has to be looked at again. */
  private Future<Optional<Boolean>> isArrived(ImageRef image, Optional<ImageRef> now, long began) {
    if (now.equals(Optional.of(image))) {
      return Future.succeededFuture(Optional.of(true));
    }
    if (nanos.getAsLong() - began >= settings.deadline().toNanos()) {
      return Future.failedFuture(
          new PlatformException(
              "the switch program ended well, but %d s after it was called the current program still prints %s, not %s"
                  .formatted(
                      settings.deadline().toSeconds(),
                      now.map(ImageRef::text).orElse("that nothing runs"),
                      image)));
    }
    return vertx.timer(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS).map(Optional.empty());
  }

  @Override
  public Future<Optional<String>> stopBlocker() {
    return Future.succeededFuture(
        settings.stop().isEmpty()
            ? Optional.of("platform.command.stop is not set to a program that stops it")
            : Optional.empty());
  }

  @Override
  public Future<Void> stop(Release release, Permit permit) {
    if (settings.stop().isEmpty()) {
      return Future.failedFuture(
          new PlatformException(
              "%s cannot be stopped: set platform.command.stop to a program that stops it, or order: image-first"
                  .formatted(service)));
    }
    return programs.act(call("stop", settings.stop()), Purpose.of(release), permit).mapEmpty();
  }

  private Call call(String role, List<String> command) {
    return new Call(role, command, Path.of("").toAbsolutePath(), settings.deadline());
  }
}
