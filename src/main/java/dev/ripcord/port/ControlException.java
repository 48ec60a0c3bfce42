package dev.ripcord.port;

/** A wish that cannot be met. */
public final class ControlException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final Cause cause;

  /** With its cause and what to do. */
  public ControlException(Cause cause, String message) {
    super(message);
    this.cause = cause;
  }

  /** Why it cannot be met. */
  public Cause kind() {
    return cause;
  }

  /** Why a wish cannot be met. */
  public enum Cause {
    /** There is no such service or watch. */
    NOT_FOUND,
    /** It does not fit the state of the watch. */
    CONFLICT,
    /** Another process watches the service, or this one has just lost it: nothing is done here. */
    ELSEWHERE,
    /** The wish itself is wrong. */
    INVALID
  }
}
