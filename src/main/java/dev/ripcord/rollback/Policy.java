package dev.ripcord.rollback;

import java.time.Duration;

/**
 * What the configuration and the caller want of a rollback.
 *
 * @param order which goes first
 * @param stopFirst whether the application is stopped before anything else
 * @param backup whether a backup is taken before the downs
 * @param scope what is to go back
 * @param verify how long the previous image may take to be seen healthy
 * @param verifyPolls how many healthy polls in a row prove it
 */
public record Policy(
    Order order, boolean stopFirst, Backup backup, Scope scope, Duration verify, int verifyPolls) {
  /** The same with another scope. */
  public Policy with(Scope other) {
    return new Policy(order, stopFirst, backup, other, verify, verifyPolls);
  }

  /** When a backup is taken. */
  public enum Backup {
    /** Before the downs of a rollback that stops the application, where one can be taken. */
    AUTO,
    /** Before any down, else the rollback is refused. */
    REQUIRED,
    /** Never. */
    OFF
  }

  /** What is to go back. */
  public enum Scope {
    /** The image and the schema. */
    BOTH,
    /** The image; the schema stays ahead. A person's explicit word. */
    IMAGE_ONLY
  }
}
