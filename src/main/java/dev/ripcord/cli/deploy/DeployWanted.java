package dev.ripcord.cli.deploy;

import dev.ripcord.cli.report.ReportOptions;
import dev.ripcord.migration.statement.Grade;
import dev.ripcord.release.ImageRef;
import java.time.Duration;
import java.util.Optional;

/**
 * What is wanted of a deploy.
 *
 * @param release its name
 * @param image what is to run
 * @param bake how long to watch; the configuration's when empty
 * @param migrations what becomes of pending ones
 * @param accepted the highest risk that is applied whatever the policy says, where one is named
 * @param backup whether the database is dumped before it is migrated
 * @param watched whether the release is watched
 * @param forwardOnly whether it goes on although it could not be rolled back
 * @param requireRollback whether it ends where the release could not be rolled back
 * @param retry whether an image that was rolled back may be deployed again
 * @param places where documents on it are wanted
 */
record DeployWanted(
    String release,
    ImageRef image,
    Optional<Duration> bake,
    Migrations migrations,
    Optional<Grade> accepted,
    boolean backup,
    boolean watched,
    boolean forwardOnly,
    boolean requireRollback,
    boolean retry,
    ReportOptions.Places places) {
  /** What becomes of pending migrations. */
  enum Migrations {
    /** Those of stage 1 are applied. */
    AUTO,
    /** The deploy stops where there are any. */
    MANUAL,
    /** They are left alone. */
    SKIP
  }
}
