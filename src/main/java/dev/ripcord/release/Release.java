package dev.ripcord.release;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * One version of a service put into production.
 *
 * @param service whose release it is
 * @param name what the pipeline calls it, such as {@code v42}; not blank. A new one has the form of
 *     {@link ReleaseName}, which one from an older journal may not have
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
  private static final int FILE_NAME_MAX = 200;
  private static final int HASH_DIGITS = 12;

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

  /**
   * Service and name as a file name without an ending, of its own for each release: letters,
   * digits, {@code .}, {@code _} and {@code -}. Where the name had to be changed or cut for that,
   * it ends in 12 digits of its SHA-256.
   */
  public String fileName() {
    String whole = service + "-" + name;
    String plain = whole.replaceAll("[^A-Za-z0-9._-]", "_");
    if (plain.equals(whole) && plain.length() <= FILE_NAME_MAX) {
      return plain;
    }
    return plain.substring(0, Math.min(plain.length(), FILE_NAME_MAX))
        + "-"
        + sha256(whole).substring(0, HASH_DIGITS);
  }

  private static String sha256(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** The name as it is shown to people: an older journal may hold one with control characters. */
  public String shownName() {
    return Printable.of(name);
  }
}
