package dev.ripcord.postgres.migrate.execution;

/** A text outside a transaction that broke off half-way; the message says what of it stays. */
public final class PartialFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String text;
  private final String shown;

  /** The message may be read by anybody; what is shown is for who runs the migration. */
  PartialFailure(String message, String shown, Throwable cause) {
    super(message, cause);
    this.text = message;
    this.shown = shown;
  }

  PartialFailure(String message) {
    super(message);
    this.text = message;
    this.shown = message;
  }

  /** The same with all that the server said, which may quote rows. */
  public String shown() {
    return shown;
  }

  @Override
  public String getMessage() {
    return text;
  }
}
