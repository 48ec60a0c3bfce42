package dev.ripcord.platform.docker;

import dev.ripcord.port.Presence;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Words about images on an Engine. */
final class DockerImages {
  /** What may stand in a reference; the Engine has the last word. */
  private static final Pattern REFERENCE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/:@+-]*");

  private static final int DIGEST_SHOWN = 19;

  private DockerImages() {}

  static boolean isReference(String text) {
    return REFERENCE.matcher(text).matches() && !text.contains("..");
  }

  static String absent(String image) {
    return isReference(image)
        ? "%s is not on this Docker Engine: docker pull %s".formatted(image, image)
        : "\"%s\" is not an image reference such as ghcr.io/acme/shop:42".formatted(image);
  }

  static Presence presence(String image, Optional<JsonObject> found) {
    return found
        .<Presence>map(i -> new Presence.Present(described(i)))
        .orElseGet(() -> new Presence.Absent(absent(image)));
  }

  private static String described(JsonObject image) {
    String id = image.getString("Id", "");
    return size(image.getLong("Size", 0L))
        + ", "
        + id.substring(0, Math.min(DIGEST_SHOWN, id.length()));
  }

  /** In units of thousands, as Docker itself does. */
  static String size(long bytes) {
    double megabytes = bytes / 1e6;
    if (megabytes >= 1_000) {
      return String.format(Locale.ROOT, "%.1f GB", megabytes / 1_000);
    }
    return String.format(Locale.ROOT, megabytes < 10 ? "%.1f MB" : "%.0f MB", megabytes);
  }
}
