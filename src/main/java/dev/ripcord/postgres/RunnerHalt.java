package dev.ripcord.postgres;

/** A text outside a transaction that broke off half-way; the message says what of it stays. */
final class RunnerHalt extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String text;

  RunnerHalt(String message, Throwable cause) {
    super(message, cause);
    this.text = message;
  }

  RunnerHalt(String message) {
    super(message);
    this.text = message;
  }

  @Override
  public String getMessage() {
    return text;
  }
}
