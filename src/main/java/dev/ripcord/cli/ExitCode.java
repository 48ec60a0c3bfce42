package dev.ripcord.cli;

/** Exit codes that every command shares. */
final class ExitCode {
  /** Any failure that has no code of its own. */
  static final int FAILED = 1;

  /** Bad usage or bad configuration; for {@code check}, {@link #UNKNOWN}. */
  static final int USAGE = 2;

  /** A check that could not tell. */
  static final int UNKNOWN = 3;

  private ExitCode() {}
}
