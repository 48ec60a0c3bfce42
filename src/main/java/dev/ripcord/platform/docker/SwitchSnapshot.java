package dev.ripcord.platform.docker;

import java.util.Optional;

/**
 * What is there of one container while it is switched: the container itself and the two that only
 * exist half-way, told by their names. Nothing else marks a switch under way, so nothing is left on
 * a container afterwards.
 *
 * @param main the container under its own name
 * @param fresh the new one before it takes the name over; it has never run
 * @param aside the one before, kept until the new one has proved that it runs
 * @param asideRan whether the one before ran when it was put aside, and is to run again if it comes
 *     back
 * @param imageHere whether the wanted image is on the Engine
 */
record SwitchSnapshot(
    Optional<Found> main,
    Optional<Found> fresh,
    Optional<Found> aside,
    boolean asideRan,
    boolean imageHere) {

  /** How a container is, as far as a switch cares. */
  enum Mode {
    /** It was made and has never run. */
    CREATED,
    /** It ran and does not any more. */
    STOPPED,
    /** Its process runs. */
    UP,
    /** Its process died and the Engine starts it again and again. */
    RESTARTING,
    /** Its process is frozen. */
    PAUSED;

    /** Whether something of it is alive: it holds its ports, or will again in a moment. */
    boolean isActive() {
      return this == UP || this == RESTARTING || this == PAUSED;
    }
  }

  /**
   * One container.
   *
   * @param id its full id
   * @param image the reference it was made with
   * @param wanted whether it runs, or would run, exactly the wanted image
   * @param mode how it is
   */
  record Found(String id, String image, boolean wanted, Mode mode) {}
}
