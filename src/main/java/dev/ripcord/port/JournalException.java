package dev.ripcord.port;

/**
 * The journal could not do what was asked. The message names the thing, what was found, and what to
 * do next.
 *
 * <p>Only a refusal says that nothing was done. After any other failure what was asked may have
 * been done: the answer may be what was lost.
 */
public final class JournalException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final Kind kind;

  private enum Kind {
    UNKNOWN,
    REFUSED,
    LEASE_HELD,
    ENDED
  }

  /** With what went wrong; whether it was done is not known. */
  public JournalException(String message) {
    this(message, Kind.UNKNOWN);
  }

  /**
   * With what went wrong; {@code leaseHeld} when another process holds the lease that is needed.
   */
  public JournalException(String message, boolean leaseHeld) {
    this(message, leaseHeld ? Kind.LEASE_HELD : Kind.UNKNOWN);
  }

  /** With what went wrong and what caused it; whether it was done is not known. */
  public JournalException(String message, Throwable cause) {
    super(message, cause);
    this.kind = Kind.UNKNOWN;
  }

  private JournalException(String message, Kind kind) {
    super(message);
    this.kind = kind;
  }

  /** The journal says no: nothing was done, and asking again gives the same answer. */
  public static JournalException refused(String message) {
    return new JournalException(message, Kind.REFUSED);
  }

  /** A refusal, since the watch has ended. */
  public static JournalException ended(String message) {
    return new JournalException(message, Kind.ENDED);
  }

  /** Whether another process holds the lease. */
  public boolean isLeaseHeld() {
    return kind == Kind.LEASE_HELD;
  }

  /** Whether it is known that nothing was done. */
  public boolean isRefused() {
    return kind != Kind.UNKNOWN;
  }

  /** Whether it was refused because the watch has ended. */
  public boolean isEnded() {
    return kind == Kind.ENDED;
  }
}
