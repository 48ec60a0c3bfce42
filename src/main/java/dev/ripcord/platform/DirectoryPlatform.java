package dev.ripcord.platform;

import dev.ripcord.config.PlatformSettings;
import dev.ripcord.platform.UserPrograms.Call;
import dev.ripcord.platform.UserPrograms.Purpose;
import dev.ripcord.port.Permit;
import dev.ripcord.port.Platform;
import dev.ripcord.port.PlatformException;
import dev.ripcord.port.Presence;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder of releases and a link to one of them. The link is moved in one step; then the restart
 * program is called. A note beside the link says what it pointed to before, from just before it
 * moves until the restart has ended well, so that a switch that was killed in between is finished
 * by the next call: the link alone would not tell whether anything has been restarted.
 */
final class DirectoryPlatform implements Platform {
  private static final Logger LOG = LoggerFactory.getLogger(DirectoryPlatform.class);

  private final Vertx vertx;
  private final UserPrograms programs;
  private final ReleaseFolders folders;
  private final PlatformSettings.Directory settings;

  DirectoryPlatform(Vertx vertx, UserPrograms programs, PlatformSettings.Directory settings) {
    this.vertx = vertx;
    this.programs = programs;
    this.folders = new ReleaseFolders(settings.path());
    this.settings = settings;
  }

  @Override
  public String name() {
    return settings.name();
  }

  @Override
  public Future<ImageRef> current() {
    return onDisk(() -> image(folders.target()));
  }

  private static ImageRef image(Path target) {
    String name = ReleaseFolders.nameOf(target);
    if (!ImageRef.isValid(name)) {
      throw new PlatformException(
          "the link current points to \"%s\": the name of a release must be one word"
              .formatted(target));
    }
    return new ImageRef(name);
  }

  @Override
  public Future<Presence> presence(ImageRef image) {
    return onDisk(
        () ->
            folders.holds(image.text())
                ? new Presence.Present("folder " + folders.release(image.text()))
                : new Presence.Absent(folders.absence(image.text())));
  }

  @Override
  public Future<String> switchTo(Release release, ImageRef image, Permit permit) {
    String name = image.text();
    return programs
        .endLeftOver(release.service())
        .compose(ended -> permit.confirm())
        .compose(ours -> onDisk(() -> move(name)))
        .compose(
            before ->
                before
                    .map(b -> restart(release, image, b, permit))
                    .orElseGet(() -> Future.succeededFuture(described(name, "points already"))));
  }

  /**
   * Points the link to the release and calls the restart program in any case: where the link points
   * says nothing of what runs. Nothing is put back from here: what was there before may not fit the
   * schema any more.
   */
  @Override
  public Future<String> start(Release release, ImageRef image, Permit permit) {
    if (settings.restart().isEmpty()) {
      return Future.failedFuture(
          new PlatformException(
              "%s cannot be started: set platform.directory.restart to a program that starts it"
                  .formatted(release.service())));
    }
    return programs
        .endLeftOver(release.service())
        .compose(ended -> permit.confirm())
        .compose(ours -> onDisk(() -> move(image.text())))
        .compose(before -> call(release, image, permit))
        .compose(done -> onDisk(this::finish))
        .map(done -> described(image.text(), "points") + ", which was started");
  }

  /** Points the link to a release. Gives what it pointed to before; empty when all is done. */
  private Optional<Path> move(String name) {
    if (!folders.holds(name)) {
      throw new PlatformException(folders.absence(name));
    }
    String now = ReleaseFolders.nameOf(folders.target());
    if (!now.equals(name)) {
      LOG.info("{}: current moves from {} to {}", folders.path(), now, name);
      folders.begin(name);
    }
    return folders.before();
  }

  private Future<String> restart(Release release, ImageRef image, Path before, Permit permit) {
    return call(release, image, permit)
        .recover(trouble -> back(release, image, before, permit, trouble))
        .compose(done -> onDisk(this::finish))
        .map(done -> described(image.text(), "now points"));
  }

  private Future<Void> call(Release release, ImageRef image, Permit permit) {
    if (settings.restart().isEmpty()) {
      return Future.succeededFuture();
    }
    Call call = new Call("restart", settings.restart(), folders.path(), settings.deadline());
    return programs.act(call, Purpose.of(release, image), permit).mapEmpty();
  }

  /** Points the link to what it was before, restarts that, and fails with both stories. */
  private Future<Void> back(
      Release release, ImageRef image, Path before, Permit permit, Throwable trouble) {
    String was = ReleaseFolders.nameOf(before);
    if (was.equals(image.text())) {
      return Future.failedFuture(trouble);
    }
    LOG.warn("{}: {} does not come up, going back to {}", folders.path(), image, was);
    return permit
        .confirm()
        .compose(
            ours ->
                onDisk(
                    () -> {
                      folders.point(before);
                      return image(before);
                    }))
        .compose(previous -> call(release, previous, permit))
        .compose(done -> onDisk(this::finish))
        .transform(
            (done, again) -> {
              String ending =
                  again == null
                      ? "the link is back on %s, which was restarted".formatted(was)
                      : "going back to %s failed too: %s".formatted(was, again.getMessage());
              return Future.failedFuture(
                  new PlatformException(
                      "%s was not switched to %s: %s. Then %s"
                          .formatted(folders.path(), image, trouble.getMessage(), ending),
                      trouble));
            });
  }

  @Override
  public Future<Optional<String>> stopBlocker() {
    return Future.succeededFuture(
        settings.stop().isEmpty()
            ? Optional.of("platform.directory.stop is not set to a program that stops it")
            : Optional.empty());
  }

  @Override
  public Future<Void> stop(Release release, Permit permit) {
    if (settings.stop().isEmpty()) {
      return Future.failedFuture(
          new PlatformException(
              "%s cannot be stopped: set platform.directory.stop to a program that stops it, or order: image-first"
                  .formatted(release.service())));
    }
    Call call = new Call("stop", settings.stop(), folders.path(), settings.deadline());
    return programs.act(call, Purpose.of(release), permit).mapEmpty();
  }

  private boolean finish() {
    folders.finish();
    return true;
  }

  private String described(String name, String how) {
    return "%s %s to releases/%s".formatted(folders.path().resolve("current"), how, name);
  }

  private <T> Future<T> onDisk(Callable<T> work) {
    return vertx.executeBlocking(work, false);
  }
}
