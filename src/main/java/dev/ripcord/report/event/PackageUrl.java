package dev.ripcord.report.event;

import dev.ripcord.release.ImageRef;
import dev.ripcord.release.Release;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a service runs, as a package URL (purl), by which other tools know artifacts. */
final class PackageUrl {
  /** {@code registry.example:5000/acme/shop:42@sha256:…}; all but the name may be missing. */
  private static final Pattern REFERENCE =
      Pattern.compile(
          "(?<repository>(?:[A-Za-z0-9.-]+(?::[0-9]{1,5})?/)?"
              + "(?:[a-z0-9]+(?:[._-]+[a-z0-9]+)*/)*(?<name>[a-z0-9]+(?:[._-]+[a-z0-9]+)*))"
              + "(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9._-]{0,127}))?"
              + "(?:@(?<digest>[a-z0-9]+:[0-9a-f]{32,128}))?");

  private PackageUrl() {}

  /**
   * Of an image: {@code pkg:oci/shop?repository_url=ghcr.io/acme/shop&tag=42}, with the digest as
   * its version where the reference has one. What is no reference of a container image, such as the
   * name of a folder, is a version of the service: {@code pkg:generic/shop@2026-01-02}.
   */
  static String of(Release release, ImageRef image) {
    Matcher matcher = REFERENCE.matcher(image.text());
    if (!matcher.matches()) {
      return generic(release, image.text());
    }
    String repository = matcher.group("repository");
    Optional<String> tag = Optional.ofNullable(matcher.group("tag"));
    Optional<String> digest = Optional.ofNullable(matcher.group("digest"));
    if (tag.isEmpty() && digest.isEmpty() && !hasRegistry(repository)) {
      return generic(release, image.text());
    }
    String where =
        repository.contains("/")
            ? "repository_url=" + encoded(repository.toLowerCase(Locale.ROOT), true)
            : "";
    String which = tag.map(it -> "tag=" + encoded(it, false)).orElse("");
    String both = where + (where.isEmpty() || which.isEmpty() ? "" : "&") + which;
    return "pkg:oci/"
        + matcher.group("name")
        + digest.map(it -> "@" + encoded(it, false)).orElse("")
        + (both.isEmpty() ? "" : "?" + both);
  }

  /** Of a release of which no image is known. */
  static String of(Release release) {
    return release
        .image()
        .map(image -> of(release, image))
        .orElseGet(() -> generic(release, release.name()));
  }

  private static String generic(Release release, String version) {
    return "pkg:generic/"
        + encoded(release.service().text(), false)
        + "@"
        + encoded(version, false);
  }

  private static boolean hasRegistry(String repository) {
    int slash = repository.indexOf('/');
    String first = slash < 0 ? "" : repository.substring(0, slash);
    return first.contains(".") || first.contains(":") || first.equals("localhost");
  }

  private static String encoded(String value, boolean keepsSlash) {
    StringBuilder text = new StringBuilder();
    for (byte each : value.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (each & 0xff);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || ".-_~".indexOf(c) >= 0
              || (keepsSlash && c == '/');
      text.append(plain ? String.valueOf(c) : "%%%02X".formatted((int) c));
    }
    return text.toString();
  }
}
