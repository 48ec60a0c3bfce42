package dev.ripcord.postgres.history;

import dev.ripcord.port.Permit;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is written down beside a run of migrations.
 *
 * @param by who runs it
 * @param release the release it belongs to
 * @param approvedBy who approved it
 * @param savepoint the savepoint to set before the first migration of the run
 * @param permit the right to act of a run that may lose it: its fence is compared with what the
 *     database has seen, and it is proved before each commit
 * @param checks whether the team's own queries are asked after each migration
 */
public record MigrationNote(
    String by,
    Optional<String> release,
    Optional<String> approvedBy,
    Optional<String> savepoint,
    Optional<Permit> permit,
    boolean checks) {
  /** Who the history names for what a rollback reverted; no person's run has this name. */
  static final String ROLLBACK = "ripcord rollback";

  /** A run with nothing to write down but who runs it. */
  public static MigrationNote by(String who) {
    return new MigrationNote(
        who, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), true);
  }

  /** A rollback of a release that is rolled back. */
  public static MigrationNote rollback(String release, Permit permit) {
    return by(ROLLBACK).release(Optional.of(release)).permit(permit);
  }

  /** The token that is written down beside each migration. */
  OptionalLong fence() {
    return permit.isPresent()
        ? OptionalLong.of(permit.get().fence().token())
        : OptionalLong.empty();
  }

  /** The same for a release. */
  public MigrationNote release(Optional<String> name) {
    return new MigrationNote(by, name, approvedBy, savepoint, permit, checks);
  }

  /** The same, approved by somebody. */
  public MigrationNote approvedBy(String who) {
    return new MigrationNote(by, release, Optional.of(who), savepoint, permit, checks);
  }

  /** The same, with a savepoint before it. */
  public MigrationNote savepoint(String name) {
    return new MigrationNote(by, release, approvedBy, Optional.of(name), permit, checks);
  }

  /** The same for who may lose the right to act. */
  public MigrationNote permit(Permit right) {
    return new MigrationNote(by, release, approvedBy, savepoint, Optional.of(right), checks);
  }

  /** The same without asking the team's own queries. */
  public MigrationNote withoutChecks() {
    return new MigrationNote(by, release, approvedBy, savepoint, permit, false);
  }
}
