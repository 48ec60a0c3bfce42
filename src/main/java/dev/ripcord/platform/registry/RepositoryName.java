package dev.ripcord.platform.registry;

import dev.ripcord.release.ImageRef;
import java.util.Optional;

/**
 * A repository of a registry, as Docker reads such names: the part before the first slash is a host
 * where it has a dot or a port, or is localhost; else it is one of Docker Hub, and a name of one
 * word is one of its library.
 *
 * @param host the registry's host and port
 * @param path the repository there
 */
record RepositoryName(String host, String path) {
  private static final String HUB = "registry-1.docker.io";

  static RepositoryName of(String repository) {
    int slash = repository.indexOf('/');
    String first = slash < 0 ? "" : repository.substring(0, slash);
    boolean isHost = first.contains(".") || first.contains(":") || first.equals("localhost");
    if (isHost && !first.equals("docker.io")) {
      return new RepositoryName(first, repository.substring(slash + 1));
    }
    String path = isHost ? repository.substring(slash + 1) : repository;
    return new RepositoryName(HUB, path.contains("/") ? path : "library/" + path);
  }

  /**
   * The tag or digest by which an image stands in this repository; empty where it is one of another
   * repository.
   */
  Optional<String> reference(ImageRef image) {
    String text = image.text();
    int at = text.indexOf('@');
    String tagged = at < 0 ? text : text.substring(0, at);
    int colon = tagged.lastIndexOf(':');
    boolean hasTag = colon > tagged.lastIndexOf('/');
    String name = hasTag ? tagged.substring(0, colon) : tagged;
    if (!of(name).equals(this)) {
      return Optional.empty();
    }
    return Optional.of(
        at >= 0 ? text.substring(at + 1) : hasTag ? tagged.substring(colon + 1) : "latest");
  }

  /** How Docker's own configuration names the registry's account. */
  String accountKey() {
    return host.equals(HUB) ? "https://index.docker.io/v1/" : host;
  }
}
