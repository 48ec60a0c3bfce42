package dev.ripcord.cli.migrate.context;

/** A reason to end a migrate command at once, with the words for the person and the exit code. */
public final class ExitException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  public ExitException(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  public int exitCode() {
    return exitCode;
  }
}
