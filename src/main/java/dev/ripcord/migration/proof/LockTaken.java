package dev.ripcord.migration.proof;

/**
 * A lock that a migration held on a table that was there before it, as the server showed it.
 *
 * @param direction {@code up} or {@code down}
 * @param table full name
 * @param mode the strongest one, such as {@code ACCESS EXCLUSIVE}
 * @param rewritten whether the whole table was written anew
 */
public record LockTaken(String direction, String table, String mode, boolean rewritten) {}
