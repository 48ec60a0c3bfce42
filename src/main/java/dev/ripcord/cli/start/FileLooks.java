package dev.ripcord.cli.start;

import java.nio.file.Path;
import java.util.Map;

/**
 * Decides from one look at the files of the configuration to the next whether they are to be read:
 * when they hold something else than what was read last, and the same at two looks, so that a file
 * which is being written is left alone. What stands in them counts, and not when it was written or
 * which file it is: editors put another file in place, and Kubernetes another folder.
 *
 * @param read what was read last, by file
 * @param seen what was seen at the last look
 */
record FileLooks(Map<Path, String> read, Map<Path, String> seen) {
  FileLooks {
    read = Map.copyOf(read);
    seen = Map.copyOf(seen);
  }

  /** After they were read. */
  static FileLooks after(Map<Path, String> read) {
    return new FileLooks(read, read);
  }

  /** After one more look. */
  FileLooks and(Map<Path, String> now) {
    return new FileLooks(read, now);
  }

  /** Whether they are to be read, when they hold this now. */
  boolean isDue(Map<Path, String> now) {
    return !now.equals(read) && now.equals(seen);
  }
}
