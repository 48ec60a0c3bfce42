package dev.ripcord.port;

/**
 * A database could not do what was asked. The message names the thing, what was found, and what to
 * do next.
 */
public final class SchemaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With what went wrong. */
  public SchemaException(String message) {
    super(message);
  }

  /** With what went wrong and what caused it. */
  public SchemaException(String message, Throwable cause) {
    super(message, cause);
  }
}
