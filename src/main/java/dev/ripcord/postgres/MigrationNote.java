package dev.ripcord.postgres;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is written down beside a run of migrations.
 *
 * @param by who runs it
 * @param release the release it belongs to
 * @param approvedBy who approved it
 * @param savepoint the savepoint to set before the first migration of the run
 * @param fence a number that only grows: a run with a smaller one than the database has seen is
 *     refused
 * @param checks whether the team's own queries are asked after each migration
 */
public record MigrationNote(
    String by,
    Optional<String> release,
    Optional<String> approvedBy,
    Optional<String> savepoint,
    OptionalLong fence,
    boolean checks) {
  /** Who the history names for what a rollback took back; no person's run has this name. */
  static final String ROLLBACK = "ripcord rollback";

  /** A run with nothing to write down but who runs it. */
  public static MigrationNote by(String who) {
    return new MigrationNote(
        who, Optional.empty(), Optional.empty(), Optional.empty(), OptionalLong.empty(), true);
  }

  /** The way back of a release that is rolled back. */
  static MigrationNote rollback(String release, long fence) {
    return by(ROLLBACK).release(Optional.of(release)).fence(fence);
  }

  /** The same for a release. */
  public MigrationNote release(Optional<String> name) {
    return new MigrationNote(by, name, approvedBy, savepoint, fence, checks);
  }

  /** The same, approved by somebody. */
  public MigrationNote approvedBy(String who) {
    return new MigrationNote(by, release, Optional.of(who), savepoint, fence, checks);
  }

  /** The same, with a savepoint before it. */
  public MigrationNote savepoint(String name) {
    return new MigrationNote(by, release, approvedBy, Optional.of(name), fence, checks);
  }

  /** The same behind a fence. */
  public MigrationNote fence(long token) {
    return new MigrationNote(by, release, approvedBy, savepoint, OptionalLong.of(token), checks);
  }

  /** The same without asking the team's own queries. */
  public MigrationNote withoutChecks() {
    return new MigrationNote(by, release, approvedBy, savepoint, fence, false);
  }
}
