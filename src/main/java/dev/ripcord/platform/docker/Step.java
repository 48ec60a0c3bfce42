package dev.ripcord.platform.docker;

import dev.ripcord.platform.docker.Scene.Found;

/** One thing to do on the way from one container to the next, or the end of the way. */
sealed interface Step {
  /** Makes the new container from the settings of the present one, and does not start it. */
  record Create(Found model) implements Step {}

  /** Takes the name away from the container that is to be replaced. */
  record SetAside(Found container) implements Step {}

  /** Stops the container that was put aside. */
  record Stop(Found container) implements Step {}

  /** Gives the name to the new container. */
  record Promote(Found container) implements Step {}

  /** Starts the container that has the name. */
  record Start(Found container) implements Step {}

  /** Waits until the container that has the name is up, and stays up. */
  record Prove(Found container) implements Step {}

  /** Starts the one before again, while it is still aside. */
  record Revive(Found container) implements Step {}

  /** Gives the name back to the one before. */
  record PutBack(Found container) implements Step {}

  /** Removes a container that has no part in what follows. */
  record Remove(Found container) implements Step {}

  /** Removes the one before, which is not needed any more. */
  record RemoveAside(Found container) implements Step {}

  /** The end: the wanted image runs, alone. */
  record Done(boolean changed) implements Step {}

  /** The end: it did not work, and as far as possible everything is as before. */
  record Failed(String trouble) implements Step {}

  /** The end: there is no such container. */
  record Missing() implements Step {}

  /** The end: nothing was touched because the wanted image is not on the Engine. */
  record NoImage() implements Step {}
}
