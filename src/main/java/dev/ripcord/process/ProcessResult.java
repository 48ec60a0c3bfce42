package dev.ripcord.process;

/**
 * How a program ended, and what it printed.
 *
 * @param ending why it ended
 * @param exitCode its exit code; -1 where it could not be ended
 * @param output its output as {@link ProcessRequest.Output} wants it
 * @param errors its error stream; empty where that is part of the output
 */
public record ProcessResult(Ending ending, int exitCode, String output, String errors) {
  /** Why a program ended. */
  public enum Ending {
    /** By itself. */
    EXITED,
    /** It was ended, with all that it had started, when its deadline was over. */
    LATE,
    /** It was ended, with all that it had started, because its caller wanted no more of it. */
    REVOKED
  }

  /** Whether it ended by itself, and well. */
  public boolean isGood() {
    return ending == Ending.EXITED && exitCode == 0;
  }
}
