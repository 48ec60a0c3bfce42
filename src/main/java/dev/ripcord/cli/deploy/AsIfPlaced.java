package dev.ripcord.cli.deploy;

import dev.ripcord.port.Permit;
import dev.ripcord.port.Platform;
import dev.ripcord.port.Presence;
import dev.ripcord.release.ImageIdentity;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.rollback.SideEffects;
import io.vertx.core.Future;
import java.util.Optional;

/**
 * A platform as it will be when an image is in place, to plan with; nothing can be changed by it.
 *
 * @param platform as it is now
 * @param image what will run
 */
record AsIfPlaced(Platform platform, ImageIdentity image) implements Platform {
  @Override
  public String name() {
    return platform.name();
  }

  @Override
  public Future<ImageRef> current() {
    return Future.succeededFuture(image.ref());
  }

  @Override
  public Future<ImageIdentity> running() {
    return Future.succeededFuture(image);
  }

  @Override
  public Future<ImageIdentity> identified(ImageRef other) {
    return platform.identified(other);
  }

  @Override
  public Future<ImageRef> lasting(ImageIdentity other) {
    return platform.lasting(other);
  }

  @Override
  public Future<SideEffects> sideEffects() {
    return platform.sideEffects();
  }

  @Override
  public Future<Presence> presence(ImageRef other) {
    return platform.presence(other);
  }

  @Override
  public Future<Optional<String>> stopBlocker() {
    return platform.stopBlocker();
  }

  @Override
  public Future<String> switchTo(Release release, ImageRef other, Permit permit) {
    return planned();
  }

  @Override
  public Future<String> start(Release release, ImageRef other, Permit permit) {
    return planned();
  }

  @Override
  public Future<Void> stop(Release release, Permit permit) {
    return planned();
  }

  private static <T> Future<T> planned() {
    return Future.failedFuture(new IllegalStateException("only planned with"));
  }
}
