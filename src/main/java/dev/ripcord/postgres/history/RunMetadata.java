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
public record RunMetadata(
    String by,
    Optional<String> release,
    Optional<String> approvedBy,
    Optional<String> savepoint,
    Optional<Permit> permit,
    boolean checks) {
  /** Who the history names for what a rollback reverted; no person's run has this name. */
  static final String ROLLBACK = "ripcord rollback";

  /** A run with nothing to write down but who runs it. */
  public static RunMetadata by(String who) {
    return new RunMetadata(
        who, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), true);
  }

  /** A rollback of a release that is rolled back. */
  public static RunMetadata rollback(String release, Permit permit) {
    return by(ROLLBACK).release(Optional.of(release)).permit(permit);
  }

  /** The token that is written down beside each migration. */
  OptionalLong fence() {
    return permit.isPresent()
        ? OptionalLong.of(permit.get().fence().token())
        : OptionalLong.empty();
  }

  /** The same for a release. */
  public RunMetadata release(Optional<String> name) {
    return new RunMetadata(by, name, approvedBy, savepoint, permit, checks);
  }

  /** The same, approved by somebody. */
  public RunMetadata approvedBy(String who) {
    return new RunMetadata(by, release, Optional.of(who), savepoint, permit, checks);
  }

  /** The same, with a savepoint before it. */
  public RunMetadata savepoint(String name) {
    return new RunMetadata(by, release, approvedBy, Optional.of(name), permit, checks);
  }

  /** The same for who may lose the right to act. */
  public RunMetadata permit(Permit right) {
    return new RunMetadata(by, release, approvedBy, savepoint, Optional.of(right), checks);
  }

  /** The same without asking the team's own queries. */
  public RunMetadata withoutChecks() {
    return new RunMetadata(by, release, approvedBy, savepoint, permit, false);
  }
}
