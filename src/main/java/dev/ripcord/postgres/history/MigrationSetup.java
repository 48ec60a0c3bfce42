package dev.ripcord.postgres.history;

import java.time.Duration;

/**
 * How migrations are run.
 *
 * @param schema the schema that holds the history
 * @param lockWait how long to wait for another run to end
 * @param statementLock how long one statement may wait for a lock inside a transaction; those
 *     behind it in the queue wait as long
 * @param retryBudget how long a transaction that met a lock is tried again
 * @param standaloneLock how long a statement outside a transaction may wait for a lock or for old
 *     transactions to end
 * @param blockers what is done with who keeps a transaction from a lock when the budget is spent
 */
public record MigrationSetup(
    String schema,
    Duration lockWait,
    Duration statementLock,
    Duration retryBudget,
    Duration standaloneLock,
    Blockers blockers) {
  /** What is done with sessions that are in the way. */
  public enum Blockers {
    /** They are named. */
    SHOW,
    /** What they run is cancelled. */
    CANCEL,
    /** The same, and the session of one that sits idle in its transaction is ended. */
    TERMINATE
  }

  /** One that cancels nobody. */
  public MigrationSetup(
      String schema,
      Duration lockWait,
      Duration statementLock,
      Duration retryBudget,
      Duration standaloneLock) {
    this(schema, lockWait, statementLock, retryBudget, standaloneLock, Blockers.SHOW);
  }

  /** The same with other limits for locks. */
  public MigrationSetup with(Duration lock, Duration budget, Blockers act) {
    return new MigrationSetup(schema, lockWait, lock, budget, standaloneLock, act);
  }

  /** The usual limits, with the history in {@code schema}. */
  public static MigrationSetup of(String schema) {
    return new MigrationSetup(
        schema,
        Duration.ofSeconds(60),
        Duration.ofSeconds(2),
        Duration.ofSeconds(30),
        Duration.ofMinutes(5));
  }
}
