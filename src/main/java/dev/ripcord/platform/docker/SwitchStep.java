package dev.ripcord.platform.docker;

import dev.ripcord.platform.docker.SwitchSnapshot.Found;

/** One thing to do on the way from one container to the next, or the end of the way. */
sealed interface SwitchStep {
  /** Makes the new container from the settings of the present one, and does not start it. */
  record Create(Found model) implements SwitchStep {}

  /** Takes the name away from the container that is to be replaced. */
  record SetAside(Found container) implements SwitchStep {}

  /** Stops the container that was put aside. */
  record Stop(Found container) implements SwitchStep {}

  /** Gives the name to the new container. */
  record Promote(Found container) implements SwitchStep {}

  /** Starts the container that has the name. */
  record Start(Found container) implements SwitchStep {}

  /** Waits until the container that has the name is up, and stays up. */
  record Prove(Found container) implements SwitchStep {}

  /** Starts the one before again, while it is still aside. */
  record Revive(Found container) implements SwitchStep {}

  /** Gives the name back to the one before. */
  record PutBack(Found container) implements SwitchStep {}

  /** Removes a container that has no part in what follows. */
  record Remove(Found container) implements SwitchStep {}

  /** Removes the one before, which is not needed any more. */
  record RemoveAside(Found container) implements SwitchStep {}

  /** The end: the wanted image runs, alone. */
  record Done(boolean changed) implements SwitchStep {}

  /** The end: it did not work, and as far as possible everything is as before. */
  record Failed(String trouble) implements SwitchStep {}

  /** The end: there is no such container. */
  record Missing() implements SwitchStep {}

  /** The end: nothing was touched because the wanted image is not on the Engine. */
  record NoImage() implements SwitchStep {}
}
