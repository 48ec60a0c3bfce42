package dev.ripcord.postgres;

/** A rule that was found broken while a migration was about to run; nothing of it was done. */
public final class PreconditionFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String text;

  public PreconditionFailure(String message) {
    super(message);
    this.text = message;
  }

  @Override
  public String getMessage() {
    return text;
  }
}
