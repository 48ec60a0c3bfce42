package dev.ripcord.port;

/**
 * A database could not do what was asked. The message names the thing, what was found, and what to
 * do next.
 */
public final class SchemaException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final boolean unanswered;

  /** With what went wrong. */
  public SchemaException(String message) {
    this(message, false);
  }

  private SchemaException(String message, boolean unanswered) {
    super(message);
    this.unanswered = unanswered;
  }

  /** With what went wrong and what caused it. */
  public SchemaException(String message, Throwable cause) {
    super(message, cause);
    this.unanswered = false;
  }

  /**
   * The database could not be reached, or its answer was lost: what was asked may have been done or
   * not. Whoever asked looks at what is recorded and asks again, within a budget.
   */
  public static SchemaException unanswered(String message) {
    return new SchemaException(message, true);
  }

  /** Whether no answer came, so that it is worth to look and to ask again. */
  public boolean isUnanswered() {
    return unanswered;
  }
}
