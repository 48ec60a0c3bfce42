package dev.ripcord.port;

/**
 * A platform could not do what was asked. The message names the thing, what was found, and what to
 * do next.
 */
public final class PlatformException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With what went wrong. */
  public PlatformException(String message) {
    super(message);
  }

  /** With what went wrong and what caused it. */
  public PlatformException(String message, Throwable cause) {
    super(message, cause);
  }
}
