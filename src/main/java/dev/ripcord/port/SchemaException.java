package dev.ripcord.port;

/**
 * A database could not do what was asked. The message names the thing, what was found, and what to
 * do next.
 */
public final class SchemaException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final Kind kind;

  private enum Kind {
    ANSWERED,
    UNANSWERED,
    PARTLY
  }

  /** With what went wrong. */
  public SchemaException(String message) {
    this(message, Kind.ANSWERED);
  }

  private SchemaException(String message, Kind kind) {
    super(message);
    this.kind = kind;
  }

  /** With what went wrong and what caused it. */
  public SchemaException(String message, Throwable cause) {
    super(message, cause);
    this.kind = Kind.ANSWERED;
  }

  /**
   * The database could not be reached, or its answer was lost: what was asked may have been done or
   * not. Whoever asked looks at what is recorded and asks again, within a budget.
   */
  public static SchemaException unanswered(String message) {
    return new SchemaException(message, Kind.UNANSWERED);
  }

  /** What was asked broke off half-way, and a part of it stays. */
  public static SchemaException partly(String message) {
    return new SchemaException(message, Kind.PARTLY);
  }

  /** Whether no answer came, so that it is worth to look and to ask again. */
  public boolean isUnanswered() {
    return kind == Kind.UNANSWERED;
  }

  /** Whether a part of what was asked stays. */
  public boolean isPartly() {
    return kind == Kind.PARTLY;
  }
}
