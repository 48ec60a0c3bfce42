package dev.ripcord.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** How much room there is on the disk of an embedded server. */
public final class DiskRoom {
  /** One segment of the write-ahead log: without room for the next one the server stops. */
  public static final long LEAST_BYTES = 16L << 20;

  private DiskRoom() {}

  /** What is wrong, for people; empty where there is room, or it cannot be told. Blocks. */
  public static Optional<String> trouble(Path folder, long least) {
    try {
      long room = Files.getFileStore(folder).getUsableSpace();
      return room >= least
          ? Optional.empty()
          : Optional.of(
              "the disk of "
                  + folder
                  + " is full: "
                  + (room >> 20)
                  + " MB are left, and the journal's PostgreSQL needs "
                  + (least >> 20)
                  + " MB to go on. Next: make room on it. Until then what is written down may be"
                  + " refused, and nothing is rolled back that cannot be written down");
    } catch (IOException _) {
      return Optional.empty();
    }
  }
}
