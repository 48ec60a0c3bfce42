package dev.ripcord.release;

import java.util.Optional;

/**
 * One version of a service put into production.
 *
 * @param service whose release it is
 * @param name what the pipeline calls it, such as {@code v42}; not blank
 * @param image what runs now, where it is known
 * @param previousImage what ran before and what a rollback would put back, where it is known
 * @param imageId the id of what runs now, where the platform tells images apart by ids; empty in
 *     what was written down before there were ids
 */
public record Release(
    ServiceName service,
    String name,
    Optional<ImageRef> image,
    Optional<ImageRef> previousImage,
    Optional<String> imageId) {
  /** Checks that the release has a name. */
  public Release {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a release needs a name, such as v42");
    }
  }

  /** A release whose image is known by its name only. */
  public Release(
      ServiceName service,
      String name,
      Optional<ImageRef> image,
      Optional<ImageRef> previousImage) {
    this(service, name, image, previousImage, Optional.empty());
  }

  /** What runs now, where it is known. */
  public Optional<ImageIdentity> identity() {
    return image.map(ref -> new ImageIdentity(ref, imageId));
  }
}
