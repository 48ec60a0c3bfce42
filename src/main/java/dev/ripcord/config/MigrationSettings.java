package dev.ripcord.config;

import dev.ripcord.migration.Tool;
import dev.ripcord.migration.risk.GradePolicy;
import dev.ripcord.release.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The migrations of one service.
 *
 * @param dir the folder of up and down files
 * @param database the URL of the database they change
 * @param application the {@code application_name} that the service's own sessions carry, by which a
 *     rollback waits for the last of them to go
 * @param backup when a rollback takes a backup before the first down
 * @param backupOf what such a backup holds
 * @param twoPerson whether who approves a removal must be somebody else than who wrote it
 * @param tool what runs the migrations
 * @param down the program that reverts them and its arguments, where another tool runs them; empty
 *     when there is none
 * @param policy what a migration needs before it is run, by its risk
 * @param shadow where a down is proved
 * @param losses what a rollback does with what its downs would destroy
 * @param locks how long is waited for locks, and what is done with who holds them
 * @param grace how long what stage 2 drops is kept; 0 where it is dropped at once
 */
public record MigrationSettings(
    Optional<Path> dir,
    Optional<Secret> database,
    Optional<String> application,
    Backup backup,
    BackupOf backupOf,
    boolean twoPerson,
    Tool tool,
    List<String> down,
    GradePolicy policy,
    ShadowChoice shadow,
    Losses losses,
    Locks locks,
    Duration grace) {
  /** How long what stage 2 drops is kept where nothing else is said. */
  public static final Duration USUAL_GRACE = Duration.ofDays(7);

  public MigrationSettings {
    down = List.copyOf(down);
  }

  /** One with the usual patience for locks, and a backup of all of the database. */
  public MigrationSettings(
      Optional<Path> dir,
      Optional<Secret> database,
      Optional<String> application,
      Backup backup,
      boolean twoPerson,
      Tool tool,
      List<String> down,
      GradePolicy policy,
      ShadowChoice shadow,
      Losses losses) {
    this(
        dir,
        database,
        application,
        backup,
        BackupOf.DATABASE,
        twoPerson,
        tool,
        down,
        policy,
        shadow,
        losses,
        Locks.USUAL,
        USUAL_GRACE);
  }

  /** Whether Ripcord runs another tool's plain SQL files and keeps that tool's table true. */
  public boolean isKept() {
    return tool.isPlainSql() && down.isEmpty();
  }

  /** Whether Ripcord runs the migrations itself. */
  public boolean isRunHere() {
    return tool == Tool.NATIVE || isKept();
  }

  /**
   * What a rollback does with rows and values that its downs would destroy.
   *
   * @param act whether they are kept
   * @param maxBytes how much may be copied of one table; what is moved whole is not copied
   * @param maxTime how long one copy may take, in which nobody else writes to the table
   */
  public record Losses(Act act, long maxBytes, Duration maxTime) {
    /** What is done where nothing else is said. */
    public static final Losses USUAL = new Losses(Act.SALVAGE, 1L << 30, Duration.ofSeconds(30));

    /** What is done. */
    public enum Act {
      /** They are kept in the transaction that destroys them. */
      SALVAGE,
      /** A person is asked before the downs; with a yes it is kept as with salvage. */
      ASK,
      /** A down that may destroy something now is left out, where the previous image can run. */
      DEFER
    }
  }

  /**
   * How a migration or a down waits for locks.
   *
   * @param timeout how long one statement in a transaction waits, and with it all who come behind
   *     it
   * @param retry how long a transaction that met a lock is tried again
   * @param blockers what is done with who is in the way when that is over
   */
  public record Locks(Duration timeout, Duration retry, Blockers blockers) {
    /** What holds where nothing else is said. */
    public static final Locks USUAL =
        new Locks(Duration.ofSeconds(2), Duration.ofSeconds(30), Blockers.SHOW);

    /** What is done with sessions that are in the way. */
    public enum Blockers {
      /** They are named. */
      SHOW,
      /** What they run is cancelled. */
      CANCEL,
      /** The same, and the session of one that sits idle in its transaction is ended. */
      TERMINATE
    }
  }

  /** What a backup before the first down holds. */
  public enum BackupOf {
    /** All of the database. */
    DATABASE,
    /** The tables that the downs change; all of it where these cannot be told. */
    TABLES
  }

  /** When a rollback takes a backup before the first down. */
  public enum Backup {
    /** Where pg_dump is found. */
    AUTO,
    /** Always: without pg_dump the rollback is refused. */
    REQUIRED,
    /** Never. */
    OFF
  }
}
