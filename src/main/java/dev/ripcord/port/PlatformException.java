package dev.ripcord.port;

/**
 * A platform could not do what was asked. The message names the thing, what was found, and what to
 * do next.
 */
public final class PlatformException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final boolean unanswered;

  /** With what went wrong. */
  public PlatformException(String message) {
    this(message, false);
  }

  private PlatformException(String message, boolean unanswered) {
    super(message);
    this.unanswered = unanswered;
  }

  /** With what went wrong and what caused it. */
  public PlatformException(String message, Throwable cause) {
    super(message, cause);
    this.unanswered = false;
  }

  /**
   * The platform could not be reached, or its answer was lost: what was asked may have been done or
   * not. Whoever asked looks at what is true and asks again, within a budget.
   */
  public static PlatformException unanswered(String message) {
    return new PlatformException(message, true);
  }

  /** Whether no answer came, so that it is worth to look and to ask again. */
  public boolean isUnanswered() {
    return unanswered;
  }
}
