package dev.ripcord.rollback;

import dev.ripcord.migration.Version;
import dev.ripcord.release.ImageRef;
import java.time.Duration;
import java.util.Optional;

/** One step of a rollback. Each may be performed again after a crash without doing harm. */
public sealed interface Step {
  /** Its name in metrics and JSON; one of a closed list. */
  String name();

  /** Nothing writes any more. */
  record Stop() implements Step {
    @Override
    public String name() {
      return "stop";
    }
  }

  /**
   * The database is dumped.
   *
   * @param file the name of the file in the backup folder
   */
  record Backup(String file) implements Step {
    @Override
    public String name() {
      return "backup";
    }
  }

  /**
   * The previous image is put in place.
   *
   * @param from what runs before the step, where it is known
   * @param to what runs after it
   */
  record SwitchImage(Optional<ImageRef> from, ImageRef to) implements Step {
    @Override
    public String name() {
      return "image";
    }
  }

  /**
   * Waits until no session of the replaced version is left.
   *
   * @param budget how long at most
   */
  record Drain(Duration budget) implements Step {
    @Override
    public String name() {
      return "drain";
    }
  }

  /**
   * One migration is taken back.
   *
   * @param version its version
   * @param label version and name, as the file spells them
   * @param checksum SHA-256 of the down text that the plan was made with
   */
  record Down(Version version, String label, String checksum) implements Step {
    @Override
    public String name() {
      return "down";
    }
  }

  /**
   * Watches whether it helped.
   *
   * @param polls how many healthy polls in a row prove it
   * @param budget how long at most
   */
  record Verify(int polls, Duration budget) implements Step {
    @Override
    public String name() {
      return "verify";
    }
  }
}
