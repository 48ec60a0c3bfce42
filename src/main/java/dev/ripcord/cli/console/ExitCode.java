package dev.ripcord.cli.console;

/**
 * The exit codes that a command chooses by itself. How a watch ended has codes of its own: {@link
 * dev.ripcord.watch.Outcome}. Constants and no enum, since annotations of commands name them.
 */
public final class ExitCode {
  /** Done, or there was nothing to do. */
  public static final int DONE = 0;

  /** Any failure that has no code of its own. */
  public static final int FAILED = 1;

  /** Bad usage or bad configuration; for {@code check}, {@link #UNKNOWN}. */
  public static final int USAGE = 2;

  /** A check that could not measure. */
  public static final int UNKNOWN = 3;

  /** {@code migrate}: something is pending. */
  public static final int PENDING = 3;

  /** Refused: an approval is missing, the risk is too high, a checksum or a down is not right. */
  public static final int REFUSED = 4;

  /** A migration failed and changed nothing. */
  public static final int MIGRATION_FAILED = 5;

  private ExitCode() {}
}
