package dev.ripcord.cli.deploy;

/** What a deploy is doing before its watch; says what an interruption leaves behind. */
enum DeployPhase {
  /** What could stand in the way is asked, and a backup taken: nothing is changed. */
  CHECKS,
  /** Migrations of stage 1 are applied. */
  MIGRATIONS,
  /** The image is put in place. */
  IMAGE,
  /** The image is in place; the watch has not begun. */
  PLACED
}
