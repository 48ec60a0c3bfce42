package dev.ripcord.platform.docker;

import java.util.List;

/**
 * The names that a container and its two half-way companions have.
 *
 * @param main the container's own
 */
public record DockerNames(String main) {
  private static final String FRESH = "-ripcord-new";
  private static final String ASIDE = "-ripcord-old";
  private static final String STOPPED = "-stopped";

  /** The name of the container that one of these names belongs to. */
  public static String mainOf(String name) {
    String started = name.endsWith(ASIDE + STOPPED) ? without(name, STOPPED) : name;
    return started.endsWith(FRESH) ? without(started, FRESH) : without(started, ASIDE);
  }

  private static String without(String name, String end) {
    return name.endsWith(end) ? name.substring(0, name.length() - end.length()) : name;
  }

  /** The new one, before it takes the name over. */
  String fresh() {
    return main + FRESH;
  }

  /** The one before, when it is to run again if it comes back. */
  String aside() {
    return main + ASIDE;
  }

  boolean isOwn(String name) {
    return List.of(main, fresh(), aside(), asideStopped()).contains(name);
  }

  /** The one before, when it did not run. */
  String asideStopped() {
    return aside() + STOPPED;
  }
}
