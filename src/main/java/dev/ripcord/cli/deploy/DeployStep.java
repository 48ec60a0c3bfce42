package dev.ripcord.cli.deploy;

import java.util.ArrayList;
import java.util.List;

/** A step of a deploy up to the new image. Each may be done again after a crash. */
enum DeployStep {
  /** Whether the platform has the image. */
  PRESENCE,
  /** What else would be lost or broken by the exchange. */
  SIDE_EFFECTS,
  /** Where another tool's history stands is kept, so that a rollback knows where to go. */
  SAVEPOINT,
  /** The database is left to somebody else. */
  LEFT_ALONE,
  /** What is pending; refused where a person has to act. */
  PENDING,
  /** Whether the downs were verified. */
  PROOF,
  /** Whether the policy lets what is pending run by itself. */
  RISK,
  /** A dump of the database. */
  BACKUP,
  /** The pending migrations of stage 1 are applied. */
  STAGE_1,
  /** Whether the release could be rolled back once its image is in place. */
  ROLLBACK,
  /** The image is in place already. */
  RUNS_ALREADY,
  /** The image is put in place. */
  IMAGE;

  /**
   * The steps in their order.
   *
   * @param runs whether the image runs already
   * @param migrates whether pending migrations are this deploy's own
   */
  static List<DeployStep> of(boolean runs, boolean migrates) {
    List<DeployStep> steps = new ArrayList<>();
    if (!runs) {
      steps.addAll(List.of(PRESENCE, SIDE_EFFECTS));
    }
    steps.add(SAVEPOINT);
    steps.addAll(migrates ? List.of(PENDING, PROOF, RISK, BACKUP, STAGE_1) : List.of(LEFT_ALONE));
    steps.addAll(runs ? List.of(RUNS_ALREADY) : List.of(ROLLBACK, IMAGE));
    return List.copyOf(steps);
  }
}
