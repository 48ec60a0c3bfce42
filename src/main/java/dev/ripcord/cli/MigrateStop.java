package dev.ripcord.cli;

/** A reason to end a migrate command at once, with the words for the person and the exit code. */
final class MigrateStop extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  MigrateStop(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }
}
