package dev.ripcord.postgres.journal;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Looks whether the disk of the embedded server has room. A server whose disk is full goes on for
 * as long as its pages have room, and then ends in the middle of what matters.
 */
final class DiskSpace {
  /** One segment of the write-ahead log: without room for the next one the server stops. */
  static final long LEAST_BYTES = 16L << 20;

  private static final long EVERY_MILLIS = 5_000;

  private final Vertx vertx;
  private final long timer;

  /**
   * Looks now and every five seconds.
   *
   * @param health learns whether there is room
   */
  DiskSpace(Vertx vertx, Path folder, JournalHealth health) {
    this.vertx = vertx;
    this.timer = vertx.setPeriodic(1, EVERY_MILLIS, fired -> look(folder, health));
  }

  private void look(Path folder, JournalHealth health) {
    vertx.executeBlocking(() -> trouble(folder, LEAST_BYTES)).onSuccess(health::room);
  }

  /** What is wrong, for people; empty where there is room, or it cannot be told. Blocks. */
  static Optional<String> trouble(Path folder, long least) {
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

  void stop() {
    vertx.cancelTimer(timer);
  }
}
