package dev.ripcord.rollback;

import java.time.Duration;

/**
 * What the configuration and the caller want of a rollback.
 *
 * @param order which goes first
 * @param stopFirst whether the application is stopped before anything else
 * @param backup whether a backup is taken before the downs
 * @param scope what is to go back
 * @param verify how long the previous image may take to be seen healthy
 * @param verifyPolls how many healthy polls in a row prove it
 * @param step how long a backup or a down may take
 * @param losses what becomes of rows and values that a down would destroy
 * @param backupOf what such a backup holds
 * @param answer how a person's answer is waited for where losses are asked about
 */
public record Policy(
    Order order,
    boolean stopFirst,
    Backup backup,
    Scope scope,
    Duration verify,
    int verifyPolls,
    Duration step,
    Losses losses,
    BackupOf backupOf,
    Answer answer) {
  /** How long a backup or a down may take where nothing else is said. */
  public static final Duration USUAL_STEP = Duration.ofHours(1);

  /** With the usual time for a backup or a down. */
  public Policy(
      Order order, boolean stopFirst, Backup backup, Scope scope, Duration verify, int polls) {
    this(
        order,
        stopFirst,
        backup,
        scope,
        verify,
        polls,
        USUAL_STEP,
        Losses.DEFER,
        BackupOf.DATABASE,
        Answer.USUAL);
  }

  /** The same with another scope. */
  public Policy with(Scope other) {
    return new Policy(
        order, stopFirst, backup, other, verify, verifyPolls, step, losses, backupOf, answer);
  }

  /** The same where what a down would destroy is dealt with in another way. */
  public Policy with(Losses other) {
    return new Policy(
        order, stopFirst, backup, scope, verify, verifyPolls, step, other, backupOf, answer);
  }

  /** The same where the losses were agreed to by a person who asked for the rollback. */
  public Policy agreed() {
    return losses == Losses.ASK ? with(Losses.SALVAGE) : this;
  }

  /**
   * How a person's answer is waited for.
   *
   * @param within how long
   * @param otherwiseRuns whether the downs run where nobody answers; else they are left out
   */
  public record Answer(Duration within, boolean otherwiseRuns) {
    /** Where nothing else is said. */
    public static final Answer USUAL = new Answer(Duration.ofMinutes(15), false);
  }

  /** What becomes of rows and values that a down would destroy. */
  public enum Losses {
    /** They are kept in the transaction that destroys them. */
    SALVAGE,
    /** A person is asked before the downs; where they say yes it is kept as with salvage. */
    ASK,
    /** A down that may destroy something now is left out, where the previous image can run. */
    DEFER
  }

  /** What a backup holds. */
  public enum BackupOf {
    /** All of the database. */
    DATABASE,
    /** The tables that the downs change; all of it where these cannot be told. */
    TABLES
  }

  /** When a backup is taken. */
  public enum Backup {
    /** Before the downs of a rollback that stops the application, where one can be taken. */
    AUTO,
    /** Before any down, else the rollback is refused. */
    REQUIRED,
    /** Never. */
    OFF
  }

  /** What is to go back. */
  public enum Scope {
    /** The image and the schema. */
    BOTH,
    /** The image; the schema stays ahead. A person's explicit word. */
    IMAGE_ONLY,
    /** The same by the configuration's word, since the database does not answer. */
    IMAGE_WITHOUT_DATABASE
  }
}
