package dev.ripcord.rollback;

import dev.ripcord.migration.Version;
import dev.ripcord.release.ShellWord;

/**
 * The command by which a person reverts migrations, as alerts, results and plans spell it. It never
 * stands without the word that it asks, since it may delete what a rollback has kept.
 */
public final class RevertCommand {
  /** What the command does before it deletes anything. */
  private static final String ASKS =
      "(shows what would be lost, and asks before anything is deleted)";

  private RevertCommand() {}

  /** What a release has applied, to be read after "to finish" and the like. */
  public static String ofRelease(String release) {
    return ASKS + ": ripcord migrate down --release " + ShellWord.of(release);
  }

  /** What lies above a version. */
  static String to(Version version) {
    return ASKS + ": ripcord migrate down --to " + version;
  }
}
