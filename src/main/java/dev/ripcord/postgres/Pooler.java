package dev.ripcord.postgres;

import io.vertx.pgclient.PgException;
import java.util.Set;

/**
 * A pooler in transaction or statement mode between Ripcord and a server, which hands each
 * transaction to whichever server process is idle: as people are told of it, and how it shows.
 */
public final class Pooler {
  /** What to do about it. */
  public static final String NEXT =
      "Give migrations PostgreSQL's own address, or a pool in session mode";

  /** A statement that was prepared is not there, or another one is under its name. */
  private static final Set<String> MIXED_UP = Set.of("26000", "42P05");

  private static final Set<String> ITS_WORDS =
      Set.of(
          "transaction blocks not allowed in statement pooling mode",
          "prepared statements not supported in transaction pooling mode");

  private Pooler() {}

  /** What is wrong, without an end. */
  public static String refused(Database database) {
    return "database "
        + database.label()
        + ": a pooler in transaction mode stands between (PgBouncer has this as pool_mode ="
        + " transaction), so a lock does not stay with its connection and two runs could"
        + " change the database at once";
  }

  /**
   * Whether an error of what Ripcord itself asks comes of one. What it prepares is gone, or under a
   * name that is taken, only where another server process answers.
   */
  static boolean isSeenIn(PgException failure) {
    String message = String.valueOf(failure.getErrorMessage());
    return MIXED_UP.contains(String.valueOf(failure.getSqlState()))
        || ITS_WORDS.stream().anyMatch(message::contains);
  }
}
