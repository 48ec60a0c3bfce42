package dev.ripcord.port;

import java.util.Optional;

/**
 * The journal could not do what was asked. The message names the thing, what was found, and what to
 * do next.
 */
public final class JournalException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final boolean leaseHeld;
  private String holder = "";

  /** With what went wrong. */
  public JournalException(String message) {
    this(message, false);
  }

  /**
   * With what went wrong; {@code leaseHeld} when another process holds the lease that is needed.
   */
  public JournalException(String message, boolean leaseHeld) {
    super(message);
    this.leaseHeld = leaseHeld;
  }

  /** With what went wrong and what caused it. */
  public JournalException(String message, Throwable cause) {
    super(message, cause);
    this.leaseHeld = false;
  }

  /**
   * Another process holds the lease that is needed.
   *
   * @param holder which one and since when, for people
   */
  public static JournalException heldBy(String holder, String message) {
    JournalException held = new JournalException(message, true);
    held.holder = holder;
    return held;
  }

  /** Which process holds the lease and since when, for people; empty when that is not known. */
  public Optional<String> holder() {
    return Optional.of(holder).filter(who -> !who.isEmpty());
  }

  /** Whether another process holds the lease. */
  public boolean isLeaseHeld() {
    return leaseHeld;
  }
}
