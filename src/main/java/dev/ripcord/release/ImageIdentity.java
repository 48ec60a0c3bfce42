package dev.ripcord.release;

import java.util.Optional;

/**
 * An image by its name and, where the platform tells images apart by their content, by an id. A
 * name may be moved to another content, and one content may have several names.
 *
 * @param ref the name
 * @param id the id of the content, such as {@code sha256:…}; empty where it is not known
 */
public record ImageIdentity(ImageRef ref, Optional<String> id) {
  /** An image that only its name is known of. */
  public static ImageIdentity named(ImageRef ref) {
    return new ImageIdentity(ref, Optional.empty());
  }

  /** An image with the digest that its name holds after an {@code @}. */
  public static ImageIdentity of(ImageRef ref) {
    int at = ref.text().indexOf('@');
    return at < 0
        ? named(ref)
        : new ImageIdentity(
            new ImageRef(ref.text().substring(0, at)), Optional.of(ref.text().substring(at + 1)));
  }

  /**
   * Whether this is what somebody wishes for: by the id where the wish has one, else by the name. A
   * name alone does not meet a wish for an id, since it may stand for something else by now.
   */
  public boolean meets(ImageIdentity wish) {
    return wish.id.isPresent() ? id.equals(wish.id) : ref.equals(wish.ref);
  }

  /** Whether both are one image: by their ids where both are known, else by their names. */
  public boolean isSameAs(ImageIdentity other) {
    boolean both = id.isPresent() && other.id.isPresent();
    return both ? id.equals(other.id) : ref.equals(other.ref);
  }

  /**
   * The name to put this image in place by: its own while that still stands for it, else its id.
   *
   * @param now what the platform takes its name for now
   */
  public ImageRef lasting(ImageIdentity now) {
    return id.isEmpty() || id.equals(now.id) ? ref : new ImageRef(id.get());
  }

  @Override
  public String toString() {
    return ref.text();
  }
}
