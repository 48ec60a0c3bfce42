package dev.ripcord.migration.sql;

/**
 * Why a file cannot be run as it is written.
 *
 * @param line the line, from 1
 * @param cause what is wrong with it
 * @param text what was found and what to do instead, for people
 */
public record ScriptError(int line, Cause cause, String text) {
  /** What is wrong with a file. */
  public enum Cause {
    /** A command that only psql understands. */
    PSQL,
    /** The file begins or ends a transaction itself. */
    TRANSACTION,
    /** A string, comment or function body has no end. */
    UNFINISHED,
    /** A character that cannot be sent. */
    CHARACTER,
    /** A setting that changes how quotes are read. */
    QUOTES
  }
}
