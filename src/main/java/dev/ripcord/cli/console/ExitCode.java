package dev.ripcord.cli.console;

/** Exit codes that every command shares. */
public final class ExitCode {
  /** Any failure that has no code of its own. */
  public static final int FAILED = 1;

  /** Bad usage or bad configuration; for {@code check}, {@link #UNKNOWN}. */
  public static final int USAGE = 2;

  /** A check that could not tell. */
  public static final int UNKNOWN = 3;

  private ExitCode() {}
}
