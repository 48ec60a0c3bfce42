package dev.ripcord.port;

/**
 * The journal could not do what was asked. The message names the thing, what was found, and what to
 * do next.
 */
public final class JournalException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final boolean leaseHeld;

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

  /** Whether another process holds the lease. */
  public boolean isLeaseHeld() {
    return leaseHeld;
  }
}
