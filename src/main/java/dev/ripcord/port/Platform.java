package dev.ripcord.port;

import dev.ripcord.release.ImageIdentity;
import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import dev.ripcord.rollback.SideEffects;
import io.vertx.core.Future;
import java.util.Optional;

/**
 * What runs a service, and can put an image back. Each call may be made again after a crash: a
 * switch that was done already is done at once, one that broke off half-way is carried to its end.
 */
public interface Platform {
  /**
   * Its name as the configuration spells it: {@code docker}, {@code directory}, {@code command}.
   */
  String name();

  /**
   * What runs now.
   *
   * <p>Fails with a {@link PlatformException} when the platform cannot be asked or the service is
   * not there.
   */
  Future<ImageRef> current();

  /**
   * What runs now, with its id where the platform tells images apart by ids. Fails as {@link
   * #current}.
   */
  default Future<ImageIdentity> running() {
    return current().map(ImageIdentity::named);
  }

  /**
   * An image with the id of what its name stands for now; without one where the platform has no ids
   * or the image is not there. Fails only when the platform cannot be asked.
   */
  default Future<ImageIdentity> identified(ImageRef image) {
    return Future.succeededFuture(ImageIdentity.named(image));
  }

  /** Whether an image is the one that runs now, under whatever name. Fails as {@link #current}. */
  default Future<Boolean> runs(ImageRef image) {
    return running().compose(now -> identified(image).map(now::isSameAs));
  }

  /**
   * The name to put an image in place by that ran before: its id where its own name stands for
   * something else by now. Fails only when the platform cannot be asked.
   */
  default Future<ImageRef> lasting(ImageIdentity image) {
    return identified(image.ref()).map(image::lasting);
  }

  /**
   * What would be lost or broken beside the service if its image was replaced now. Fails only when
   * the platform cannot be asked.
   */
  default Future<SideEffects> sideEffects() {
    return Future.succeededFuture(SideEffects.NONE);
  }

  /**
   * What the service's container uses now; empty where this platform has none, or none is there.
   * Fails only when the platform cannot be asked.
   */
  default Future<Optional<ContainerUsage>> usage() {
    return Future.succeededFuture(Optional.empty());
  }

  /** Whether an image could be put in place now. Fails only when the platform cannot be asked. */
  Future<Presence> presence(ImageRef image);

  /**
   * Puts an image in place of what runs and waits until it runs. When the new one does not come up,
   * what ran before runs again and the future fails with a {@link PlatformException} that says so.
   *
   * @param release whose rollback or deploy this is; its name and service go into the environment
   *     of programs that are called
   * @param image what to put in place
   * @param permit asked before each call that changes something; when it is revoked, what is under
   *     way is ended and awaited
   * @return one line for people on what was done
   */
  Future<String> switchTo(Release release, ImageRef image, Permit permit);

  /**
   * Starts the application on the image that is in place already, after {@link #stop}: "is
   * configured" is never taken for "runs". One that runs is left alone, or started anew where it
   * cannot be told.
   *
   * @param image what is to run; put in place first where it is not
   * @return one line for people on what was done
   */
  Future<String> start(Release release, ImageRef image, Permit permit);

  /**
   * Why {@link #stop} cannot work here, with what would help; empty when it can. Fails only when
   * the platform cannot be asked.
   */
  Future<Optional<String>> stopBlocker();

  /** Stops the application, so that nothing writes while the schema goes back. */
  Future<Void> stop(Release release, Permit permit);

  /**
   * Gives its connections back: nobody means to ask it any more. What is asked all the same opens
   * them again.
   */
  default void close() {}
}
