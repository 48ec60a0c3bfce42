package dev.ripcord.platform.docker;

import java.util.List;

/**
 * The names that a container and its two half-way companions have.
 *
 * @param main the container's own
 */
record DockerNames(String main) {
  /** The new one, before it takes the name over. */
  String fresh() {
    return main + "-ripcord-new";
  }

  /** The one before, when it is to run again if it comes back. */
  String aside() {
    return main + "-ripcord-old";
  }

  boolean isOwn(String name) {
    return List.of(main, fresh(), aside(), asideStopped()).contains(name);
  }

  /** The one before, when it did not run. */
  String asideStopped() {
    return main + "-ripcord-old-stopped";
  }
}
